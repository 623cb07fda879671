import { describeValue } from '../document/describe.js'
import { KintsugiError } from '../errors/error.js'
import type { RandomStream } from '../random/stream.js'
import { choiceAt, drawNormal, loguniformAt, uniformAt } from './draw.js'
import { evaluateExpression, fieldOf } from './expression.js'
import {
  chanceProblem,
  choiceProblem,
  type FormProblem,
  formError,
  normalProblem,
  rangeProblem,
  weightsProblem,
} from './faults.js'
import type { Form, FormWhere, RangeKind } from './form.js'

/** Where the values of names come from for one instance. Each may throw, to say that a value is not there yet. */
export interface FormValues<A, L, S> {
  /** A stream that starts from the key of this purpose, anew at each call. */
  stream(purpose: string): RandomStream
  axis(axis: A): unknown
  /** Value of a let or parameter. */
  bound(binding: L): unknown
  from(source: S): unknown
}

/**
 * The plain value of a form for one instance. Has no side effects, so that it can be repeated; of `$choice` only the chosen
 * value is evaluated. Literals come out as they are in the document and must not be changed.
 * Throws `E_FORM` or `E_EXPRESSION` with place and values, or what `values` throws.
 */
export function evaluateForm<A, L, S>(form: Form<A, L, S>, values: FormValues<A, L, S>): unknown {
  switch (form.kind) {
    case 'literal':
      return form.value
    case 'list':
      return form.items.map((item) => evaluateForm(item, values))
    case 'record':
      return Object.fromEntries(form.entries.map(([key, inside]) => [key, evaluateForm(inside, values)]))
    case 'uniform':
    case 'loguniform':
    case 'int': {
      const ends = evaluateForm(form.ends, values)
      refuse(rangeProblem(form.kind, ends), form.site)
      const [low, high] = ends as [number, number]
      return drawBetween(form.kind, low, high, values.stream(form.site.purpose))
    }
    case 'normal': {
      const settings = form.settings.map((setting) => setting && evaluateForm(setting, values))
      refuse(normalProblem(settings), form.site)
      const [mean, std, min, max] = settings as [number, number, number | undefined, number | undefined]
      const value = drawNormal(values.stream(form.site.purpose), mean, std, min, max)
      if (value !== undefined) return value
      const message = '$normal found no value between "min" and "max" in 10,000 draws'
      throw formError(
        { message, expected: 'bounds that the distribution reaches', found: describeValue({ mean, std, min, max }) },
        form.site,
      )
    }
    case 'choice':
      return evaluateChoice(form, values)
    case 'chance': {
      const probability = evaluateForm(form.probability, values)
      refuse(chanceProblem(probability), form.site)
      return values.stream(form.site.purpose).uniform() < (probability as number)
    }
    case 'axis':
      return located(form.site, () => fieldOf(values.axis(form.axis), form.fields, form.name, 'E_FORM'))
    case 'bound':
      return located(form.site, () => fieldOf(values.bound(form.binding), form.fields, form.name, 'E_FORM'))
    case 'from':
      return values.from(form.source)
    case 'expr':
      return located(form.site, () =>
        evaluateExpression(form.expression, (name) =>
          name.kind === 'axis' ? values.axis(name.axis) : values.bound(name.binding),
        ),
      )
  }
}

function evaluateChoice<A, L, S>(
  form: Extract<Form<A, L, S>, { kind: 'choice' }>,
  values: FormValues<A, L, S>,
): unknown {
  const options = form.values.kind === 'list' ? form.values.items : evaluateForm(form.values, values)
  refuse(choiceProblem(options), form.site)
  const { length } = options as unknown[]
  const weights = form.weights === undefined ? new Array<number>(length).fill(1) : evaluateForm(form.weights, values)
  refuse(weightsProblem(weights, length), form.site)
  const index = choiceAt(weights as number[], values.stream(form.site.purpose).uniform())
  return form.values.kind === 'list' ? evaluateForm(form.values.items[index]!, values) : (options as unknown[])[index]
}

function drawBetween(kind: RangeKind, low: number, high: number, stream: RandomStream): number {
  if (kind === 'int') return stream.integer(low, high)
  return kind === 'uniform' ? uniformAt(low, high, stream.uniform()) : loguniformAt(low, high, stream.uniform())
}

function refuse(problem: FormProblem | undefined, site: FormWhere): void {
  if (problem !== undefined) throw formError(problem, site)
}

/** Adds the place to what an expression or a field throws; other errors may be signals of the caller and pass. */
function located<T>(site: FormWhere, action: () => T): T {
  try {
    return action()
  } catch (error) {
    const own = error instanceof KintsugiError && (error.code === 'E_EXPRESSION' || error.code === 'E_FORM')
    throw own && error.place.line === undefined ? error.at(site.locate(site.path)) : error
  }
}
