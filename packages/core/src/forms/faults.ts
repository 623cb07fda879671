import { describeValue, sentence } from '../document/describe.js'
import { KintsugiError } from '../errors/error.js'
import type { FormWhere, RangeKind } from './form.js'

/** What is wrong with a form's arguments. */
export interface FormProblem {
  message: string
  expected: string
  found: string
}

/** A problem as `E_FORM` at the form's place. */
export function formError(problem: FormProblem, site: FormWhere): KintsugiError {
  return new KintsugiError('E_FORM', {
    ...problem,
    message: sentence(problem.message),
    fix: sentence(`give ${problem.expected}`),
    place: site.locate(site.path),
  })
}

/** What is wrong with the ends of a range; both ends are included in `$int`, the low one alone in the others. */
export function rangeProblem(kind: RangeKind, ends: unknown): FormProblem | undefined {
  const found = describeValue(ends)
  const message = `the range of $${kind} is not valid`
  const noun = kind === 'int' ? 'whole numbers' : kind === 'loguniform' ? 'numbers above 0' : 'numbers'
  const fits =
    kind === 'int'
      ? Number.isSafeInteger
      : kind === 'loguniform'
        ? (end: unknown) => isFinite(end) && end > 0
        : isFinite
  if (!Array.isArray(ends) || ends.length !== 2 || !ends.every(fits))
    return { message, expected: `a list of two ${noun}: [low, high]`, found }
  const [low, high] = ends as [number, number]
  if (low > high) return { message, expected: 'a low end that is not above the high end', found }
  if (!Number.isFinite(high - low)) return { message, expected: 'ends that are less than 1.8e308 apart', found }
  return undefined
}

/** What is wrong with the settings of `$normal`. */
export function normalProblem([mean, std, min, max]: readonly unknown[]): FormProblem | undefined {
  const message = 'the settings of $normal are not valid'
  const found = describeValue({ mean, std, min, max })
  if (!isFinite(mean) || !isFinite(std) || std < 0)
    return { message, expected: 'a number "mean" and a number "std" of 0 or more', found }
  for (const bound of [min, max]) {
    if (bound !== undefined && !isFinite(bound)) return { message, expected: 'numbers as "min" and "max"', found }
  }
  if (min !== undefined && max !== undefined && (min as number) >= (max as number))
    return { message, expected: '"min" below "max"', found }
  return undefined
}

/** What is wrong with the values of `$choice`. */
export function choiceProblem(values: unknown): FormProblem | undefined {
  if (Array.isArray(values) && values.length > 0) return undefined
  return {
    message: '$choice has nothing to choose from',
    expected: 'a list of at least one value',
    found: describeValue(values),
  }
}

/** What is wrong with the weights of a `$choice` among `count` values. */
export function weightsProblem(weights: unknown, count: number): FormProblem | undefined {
  const message = 'the weights of $choice are not valid'
  const found = describeValue(weights)
  if (!Array.isArray(weights) || weights.length !== count)
    return { message, expected: `a list of ${count} numbers, one for each value`, found }
  if (!weights.every((weight) => isFinite(weight) && weight >= 0))
    return { message, expected: 'numbers of 0 or more', found }
  const sum = (weights as number[]).reduce((total, weight) => total + weight, 0)
  return sum > 0 && Number.isFinite(sum)
    ? undefined
    : { message, expected: 'at least one weight above 0, with a finite sum', found }
}

/** What is wrong with the probability of `$chance`. */
export function chanceProblem(probability: unknown): FormProblem | undefined {
  if (isFinite(probability) && probability >= 0 && probability <= 1) return undefined
  return {
    message: 'the probability of $chance is not valid',
    expected: 'a number from 0 to 1',
    found: describeValue(probability),
  }
}

function isFinite(value: unknown): value is number {
  return Number.isFinite(value)
}
