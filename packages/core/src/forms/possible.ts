import { KintsugiError } from '../errors/error.js'
import { loguniformAt, uniformAt } from './draw.js'
import { type Expression, evaluateExpression, fieldOf } from './expression.js'
import { chanceProblem, normalProblem, rangeProblem, weightsProblem } from './faults.js'
import type { ExpressionName, Form } from './form.js'
import { expressionNames } from './uses.js'

/** Values that stand for all that a form may give (range ends, every choice, every axis value), or nothing known before the run. */
export type Possible = { readonly known: readonly unknown[] } | { readonly known: undefined }

/** What the names inside forms may be. */
export interface PossibleNames<A, L, S> {
  /** Values of an axis that is known before the run. */
  axis(axis: A): readonly unknown[] | undefined
  bound(binding: L): Possible
  from(source: S): Possible
}

const UNKNOWN: Possible = { known: undefined }
/** Most representatives of one form. Longer axes are thinned evenly, keeping their ends and extremes. */
const MAX_VALUES = 256
/** Standard deviations beyond which a normal draw has a probability of 1e-15. */
const REACH = 8

/**
 * Representatives of the values that a form may give: both ends and the middle of a range, every choice with a weight, the
 * values of axes and lets. `known: undefined` when some part is known only in the run, or has a fault that `checkForm` tells.
 */
export function possibleValues<A, L, S>(form: Form<A, L, S>, names: PossibleNames<A, L, S>): Possible {
  switch (form.kind) {
    case 'literal':
      return { known: [form.value] }
    case 'list':
      return oneByOne(
        form.items.map((item) => possibleValues(item, names)),
        (items) => items,
      )
    case 'record': {
      const keys = form.entries.map(([key]) => key)
      const members = form.entries.map(([, inside]) => possibleValues(inside, names))
      return oneByOne(members, (values) => Object.fromEntries(values.map((value, i) => [keys[i], value])))
    }
    case 'uniform':
    case 'loguniform':
    case 'int':
      return rangeValues(form, names)
    case 'normal':
      return normalValues(form.settings, names)
    case 'choice':
      return choiceValues(form, names)
    case 'chance': {
      const { known } = possibleValues(form.probability, names)
      if (known === undefined || known.some((p) => chanceProblem(p) !== undefined)) return UNKNOWN
      return {
        known: [
          ...(known.some((p) => (p as number) > 0) ? [true] : []),
          ...(known.some((p) => (p as number) < 1) ? [false] : []),
        ],
      }
    }
    case 'axis':
      return fields(names.axis(form.axis), form.fields)
    case 'bound':
      return fields(names.bound(form.binding).known, form.fields)
    case 'from':
      return names.from(form.source)
    case 'expr':
      return expressionValues(form, names)
  }
}

/** The possible values of several arguments, combined: all combinations, thinned where they are many; `undefined` if one is unknown. */
export function combinations(arguments_: readonly Possible[], most = MAX_VALUES): unknown[][] | undefined {
  let combined: unknown[][] = [[]]
  const share = Math.max(
    2,
    Math.floor(
      most ** (1 / Math.max(arguments_.filter(({ known }) => known !== undefined && known.length > 1).length, 1)),
    ),
  )
  for (const { known } of arguments_) {
    if (known === undefined) return undefined
    const chosen = thin(known, share)
    combined = combined.flatMap((before) => chosen.map((value) => [...before, value])).slice(0, most)
  }
  return combined
}

function rangeValues<A, L, S>(
  form: Extract<Form<A, L, S>, { ends: unknown }>,
  names: PossibleNames<A, L, S>,
): Possible {
  const pairs =
    form.ends.kind === 'list'
      ? combinations(form.ends.items.map((end) => possibleValues(end, names)))
      : possibleValues(form.ends, names).known
  const valid = pairs?.filter((pair): pair is [number, number] => rangeProblem(form.kind, pair) === undefined)
  if (valid === undefined || valid.length === 0) return UNKNOWN
  const low = Math.min(...valid.map((pair) => pair[0]))
  const high = Math.max(...valid.map((pair) => pair[1]))
  if (form.kind === 'int') return { known: distinct([low, high]) }
  if (form.kind === 'loguniform') return { known: distinct([low, loguniformAt(low, high, 0.5), high]) }
  // The high end itself is left out, so that it may be where a schema says `exclusiveMaximum`.
  return {
    known: distinct([
      low,
      uniformAt(low, high, 0.5),
      Math.max(low, high - Math.max(Math.abs(high), high - low) * 2 ** -52),
    ]),
  }
}

function normalValues<A, L, S>(
  settings: readonly (Form<A, L, S> | undefined)[],
  names: PossibleNames<A, L, S>,
): Possible {
  const possible = settings.map(
    (setting): Possible => (setting === undefined ? { known: [undefined] } : possibleValues(setting, names)),
  )
  const valid = combinations(possible)?.filter((values) => normalProblem(values) === undefined) as
    | [number, number, number?, number?][]
    | undefined
  if (valid === undefined || valid.length === 0) return UNKNOWN
  const known = valid.flatMap(([mean, std, min = -Infinity, max = Infinity]) => {
    return [mean, mean - REACH * std, mean + REACH * std].map((value) => Math.min(max, Math.max(min, value)))
  })
  return { known: thin(distinct(known), MAX_VALUES) }
}

function choiceValues<A, L, S>(
  form: Extract<Form<A, L, S>, { kind: 'choice' }>,
  names: PossibleNames<A, L, S>,
): Possible {
  const weights = form.weights && possibleValues(form.weights, names).known
  const withWeight = <T>(options: readonly T[]): T[] => {
    const valid = weights?.filter((list) => weightsProblem(list, options.length) === undefined) as
      | number[][]
      | undefined
    return options.filter((_, i) => !valid?.length || valid.some((list) => list[i]! > 0))
  }
  if (form.values.kind === 'list') {
    const values = withWeight(form.values.items).map((item) => possibleValues(item, names).known)
    return values.includes(undefined)
      ? UNKNOWN
      : { known: thin(distinct(values.flatMap((known) => known ?? [])), MAX_VALUES) }
  }
  const { known } = possibleValues(form.values, names)
  if (known === undefined || !known.every(Array.isArray)) return UNKNOWN
  return { known: thin(distinct(known.flatMap((list: unknown[]) => withWeight(list))), MAX_VALUES) }
}

function expressionValues<A, L, S>(
  form: Extract<Form<A, L, S>, { kind: 'expr' }>,
  names: PossibleNames<A, L, S>,
): Possible {
  const { arguments: arguments_, evaluate } = expressionArguments(form.expression, names)
  const known = combinations(arguments_)?.flatMap((values) => attempt(() => evaluate(values)))
  return known === undefined || known.length === 0 ? UNKNOWN : { known: distinct(known) }
}

/** The distinct names of an expression as its arguments, so that one name has one value everywhere in it. */
export function expressionArguments<A, L, S>(
  expression: Expression<ExpressionName<A, L>>,
  names: PossibleNames<A, L, S>,
): { arguments: Possible[]; texts: string[]; evaluate: (values: readonly unknown[]) => unknown } {
  const keyOf = (name: ExpressionName<A, L>): A | L => (name.kind === 'axis' ? name.axis : name.binding)
  const used = new Map(expressionNames(expression).map((name) => [keyOf(name), name]))
  const keys = [...used.keys()]
  return {
    arguments: [...used.values()].map((name) =>
      name.kind === 'axis' ? { known: names.axis(name.axis) } : names.bound(name.binding),
    ),
    texts: [...used.values()].map((name) => name.name),
    evaluate: (values) => evaluateExpression(expression, (name) => values[keys.indexOf(keyOf(name))]),
  }
}

/** The first values of all parts, then each part's other values in turn. */
function oneByOne(parts: readonly Possible[], assemble: (values: unknown[]) => unknown): Possible {
  const known = parts.map((part) => part.known)
  if (!known.every((values) => values !== undefined && values.length > 0)) return UNKNOWN
  const first = known.map((values) => values![0])
  const assembled = [assemble(first)]
  for (const [i, values] of known.entries()) {
    for (const value of values!.slice(1))
      if (assembled.length < MAX_VALUES) assembled.push(assemble(first.with(i, value)))
  }
  return { known: assembled }
}

function fields(values: readonly unknown[] | undefined, path: readonly string[]): Possible {
  if (values === undefined) return UNKNOWN
  if (path.length === 0) return { known: thin(values, MAX_VALUES) }
  const known = thin(distinct(values.flatMap((value) => attempt(() => fieldOf(value, path, '')))), MAX_VALUES)
  return known.length === 0 ? UNKNOWN : { known }
}

function attempt(action: () => unknown): unknown[] {
  try {
    return [action()]
  } catch (error) {
    if (error instanceof KintsugiError) return []
    throw error
  }
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)]
}

/** At most `most` of the values: evenly spaced, with the first, the last and the smallest and largest numbers. */
function thin(values: readonly unknown[], most: number): readonly unknown[] {
  if (values.length <= most) return values
  const numbers = values.filter((value) => typeof value === 'number')
  const extremes =
    numbers.length === 0 ? [] : [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))]
  const room = Math.max(most - extremes.length, 0)
  const spaced = Array.from(
    { length: room },
    (_, i) => values[Math.round((i * (values.length - 1)) / Math.max(room - 1, 1))],
  )
  return distinct([...extremes, ...spaced])
}
