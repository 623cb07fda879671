import { describeValue } from '../document/describe.js'
import type { DocumentPath } from '../document/types.js'
import { KintsugiError } from '../errors/error.js'
import { fieldOf } from './expression.js'
import {
  chanceProblem,
  choiceProblem,
  type FormProblem,
  formError,
  normalProblem,
  rangeProblem,
  weightsProblem,
} from './faults.js'
import { type Form, type FormWhere, insideOf } from './form.js'
import { combinations, expressionArguments, type Possible, type PossibleNames, possibleValues } from './possible.js'
import { faultError, type SchemaFault } from './schema-fault.js'

type Leaf<A, L, S> = Exclude<Form<A, L, S>, { kind: 'list' | 'record' | 'literal' }>

interface Place<A, L, S> {
  form: Leaf<A, L, S>
  path: DocumentPath
  possible: Possible
}

/** Keywords whose faults at a map or list may be due to an unknown member. */
const composite = new Set(['anyOf', 'oneOf', 'not', 'if', 'const', 'enum', 'contains', 'uniqueItems'])

/**
 * Checks a value with forms before the run. First each form's own arguments, as far as they are known (`E_FORM`,
 * `E_EXPRESSION`); then the whole against `validate`, with each form's representatives put in its place in turn, the others
 * at their first (`E_PARAM`). Faults at or around values that are unknown before the run are left to the run.
 */
export function checkForm<A, L, S>(
  form: Form<A, L, S>,
  names: PossibleNames<A, L, S>,
  validate: (value: unknown) => readonly SchemaFault[],
  where: FormWhere,
): KintsugiError[] {
  const errors: KintsugiError[] = []
  if (form.kind !== 'literal') checkArguments(form, names, errors)
  const leaves: Place<A, L, S>[] = []
  collect(form, [], (leaf, path) => leaves.push({ form: leaf, path, possible: possibleValues(leaf, names) }))
  const holes = leaves.filter(({ possible }) => possible.known === undefined).map(({ path }) => path)
  const seen = new Set<string>()

  const examine = (changed: number, value: unknown) => {
    let next = 0
    const whole = assemble(form, () => {
      const i = next++
      return i === changed ? value : (leaves[i]!.possible.known?.[0] ?? null)
    })
    for (const fault of validate(whole)) {
      if (holes.some((hole) => isAbout(fault, hole))) continue
      const leaf = leaves.find(({ path }) => startsWith(fault.path, path) && fault.keyword !== 'additionalProperties')
      const key =
        leaf === undefined
          ? `${JSON.stringify(fault.path)} ${fault.keyword} ${fault.message}`
          : JSON.stringify(leaf.path)
      if (seen.has(key)) continue
      seen.add(key)
      const target = fault.keyword === 'additionalProperties' ? 'key' : 'value'
      const found = leaf && fault.found !== undefined ? `${fault.found}, ${origin(leaf.form)}` : fault.found
      errors.push(
        faultError(
          { ...fault, ...(found !== undefined && { found }) },
          'E_PARAM',
          where.locate([...where.path, ...fault.path], target),
        ),
      )
    }
  }

  examine(-1, undefined)
  for (const [i, { path, possible }] of leaves.entries()) {
    for (const value of possible.known?.slice(1) ?? []) if (!seen.has(JSON.stringify(path))) examine(i, value)
  }
  return errors
}

function collect<A, L, S>(
  form: Form<A, L, S>,
  path: DocumentPath,
  visit: (leaf: Leaf<A, L, S>, path: DocumentPath) => void,
): void {
  if (form.kind === 'list') for (const [i, item] of form.items.entries()) collect(item, [...path, i], visit)
  else if (form.kind === 'record') for (const [key, inside] of form.entries) collect(inside, [...path, key], visit)
  else if (form.kind !== 'literal') visit(form, path)
}

/** The value with each leaf replaced, asked for in the order of `collect`. */
function assemble<A, L, S>(form: Form<A, L, S>, leaf: () => unknown): unknown {
  if (form.kind === 'list') return form.items.map((item) => assemble(item, leaf))
  if (form.kind === 'record')
    return Object.fromEntries(form.entries.map(([key, inside]) => [key, assemble(inside, leaf)]))
  return form.kind === 'literal' ? form.value : leaf()
}

function isAbout(fault: SchemaFault, hole: DocumentPath): boolean {
  if (fault.keyword === 'additionalProperties') return fault.path.length > hole.length && startsWith(fault.path, hole)
  return startsWith(fault.path, hole) || (composite.has(fault.keyword) && startsWith(hole, fault.path))
}

function startsWith(path: DocumentPath, start: DocumentPath): boolean {
  return path.length >= start.length && start.every((segment, i) => segment === path[i])
}

function origin<A, L, S>(form: Leaf<A, L, S>): string {
  if (form.kind === 'axis') return `a value of the axis "${form.name}"`
  if (form.kind === 'bound') return `a value of "${form.name}"`
  if (form.kind === 'from') return 'a value of the reference'
  return `a value that $${form.kind} can give`
}

/** Faults of arguments that are known: certain ones only, so that values that vary together give no false alarm. */
function checkArguments<A, L, S>(form: Form<A, L, S>, names: PossibleNames<A, L, S>, errors: KintsugiError[]): void {
  const before = errors.length
  for (const inside of insideOf(form)) checkArguments(inside, names, errors)
  if (errors.length > before) return
  const values = (inside: Form<A, L, S>) => possibleValues(inside, names)
  const certain = (arguments_: readonly Possible[], problem: (values: unknown[]) => FormProblem | undefined) => {
    const varying = arguments_.filter(({ known }) => known === undefined || known.length > 1).length
    const problems = combinations(arguments_)?.map(problem) ?? []
    const found = problems.find((one) => one !== undefined)
    if (found !== undefined && 'site' in form && (varying < 2 || problems.every((one) => one !== undefined)))
      errors.push(formError(found, form.site))
  }
  switch (form.kind) {
    case 'uniform':
    case 'loguniform':
    case 'int': {
      const { kind, ends } = form
      if (ends.kind === 'list') certain(ends.items.map(values), (pair) => rangeProblem(kind, pair))
      else certain([values(ends)], ([pair]) => rangeProblem(kind, pair))
      break
    }
    case 'normal':
      certain(
        form.settings.map((setting) => (setting === undefined ? { known: [undefined] } : values(setting))),
        normalProblem,
      )
      break
    case 'chance':
      certain([values(form.probability)], ([p]) => chanceProblem(p))
      break
    case 'choice': {
      const { values: options, weights } = form
      if (options.kind !== 'list') certain([values(options)], ([list]) => choiceProblem(list))
      const count =
        options.kind === 'list'
          ? options.items.length
          : options.kind === 'literal'
            ? (options.value as unknown[]).length
            : undefined
      if (weights?.kind === 'list')
        certain(weights.items.map(values), (list) => (count === undefined ? undefined : weightsProblem(list, count)))
      else if (weights !== undefined && count !== undefined)
        certain([values(weights)], ([list]) => weightsProblem(list, count))
      break
    }
    case 'axis':
      checkFields(names.axis(form.axis), form, errors)
      break
    case 'bound':
      checkFields(names.bound(form.binding).known, form, errors)
      break
    case 'expr':
      checkExpression(form, names, errors)
      break
  }
}

function checkFields<A, L, S>(
  known: readonly unknown[] | undefined,
  form: Extract<Form<A, L, S>, { fields: unknown }>,
  errors: KintsugiError[],
): void {
  if (form.fields.length === 0) return
  for (const value of known ?? []) {
    const error = failure(() => fieldOf(value, form.fields, form.name, 'E_FORM'))
    if (error === undefined) continue
    errors.push(error.at(form.site.locate(form.site.path)))
    return
  }
}

/** An expression is at fault for certain if it fails for all values of its names, or for one where only one name varies. */
function checkExpression<A, L, S>(
  form: Extract<Form<A, L, S>, { kind: 'expr' }>,
  names: PossibleNames<A, L, S>,
  errors: KintsugiError[],
): void {
  const { arguments: arguments_, texts, evaluate } = expressionArguments(form.expression, names)
  const trials = combinations(arguments_)?.map((values) => ({ values, error: failure(() => evaluate(values)) }))
  const failed = trials?.find(({ error }) => error !== undefined)
  if (failed?.error === undefined) return
  const varying = arguments_.filter(({ known }) => known!.length > 1).length
  if (varying > 1 && trials!.some(({ error }) => error === undefined)) return
  const { code, message, expected, found, fix } = failed.error
  const given = texts.map((text, i) => `${text} = ${describeValue(failed.values[i])}`).join(', ')
  errors.push(
    new KintsugiError(code, {
      message: `${message.replace(/\.$/, '')}, in "${form.text}".`,
      ...(expected !== undefined && { expected }),
      found: given === '' ? (found ?? form.text) : `${found ?? 'this'}, where ${given}`,
      ...(fix !== undefined && { fix }),
      place: form.site.locate(form.site.path),
    }),
  )
}

function failure(action: () => unknown): KintsugiError | undefined {
  try {
    action()
    return undefined
  } catch (error) {
    if (error instanceof KintsugiError) return error
    throw error
  }
}
