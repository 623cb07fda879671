import type { DocumentPath } from '../document/types.js'
import type { KintsugiError } from '../errors/index.js'
import {
  checkForm,
  compileForm,
  compileSchema,
  evaluateForm,
  formUses,
  type Possible,
  type PossibleNames,
  possibleValues,
  type SchemaFault,
} from '../forms/index.js'
import { type Axis, unionAxes } from './axes.js'
import type { Binding, PlanForm, Source } from './plan.js'
import type { Scope } from './scope.js'

/** Compiles a value at a place of a scope's file. */
export function compile(scope: Scope, value: unknown, path: DocumentPath, purpose: string): PlanForm {
  return compileForm(value, scope.formNames(), { path, purpose, locate: (p, target) => scope.source.locate(p, target) })
}

/** Axes along which a form's value varies, besides those that its draws are keyed by. */
export function formAxes(form: PlanForm): Axis[] {
  const uses = formUses(form)
  return unionAxes(uses.axes, ...uses.lets.map((binding) => binding.axes), ...uses.sources.map((source) => source.axes))
}

/** Whether a form's value differs between instances or between seeds. */
export function isConstant(form: PlanForm): boolean {
  const uses = formUses(form)
  return !uses.draws && uses.axes.length + uses.lets.length + uses.sources.length === 0
}

/** Faults of a `with` object against a schema, for every value its forms can take. */
export function checkValues(
  scope: Scope,
  form: PlanForm,
  validate: (value: unknown) => readonly SchemaFault[],
  path: DocumentPath,
): KintsugiError[] {
  return checkForm(form, possibleNames, validate, {
    path,
    purpose: '',
    locate: (p, target) => scope.source.locate(p, target),
  })
}

const named = new WeakMap<object, Map<string, ReturnType<typeof compileSchema>>>()

/** What checks a map with one value under this name, so that faults name it; made once for each schema and name. */
export function namedValidator(schema: object, name: string): ReturnType<typeof compileSchema> {
  let known = named.get(schema)
  if (known === undefined) {
    known = new Map()
    named.set(schema, known)
  }
  let validate = known.get(name)
  if (validate === undefined) {
    validate = compileSchema({ type: 'object', properties: { [name]: schema } })
    known.set(name, validate)
  }
  return validate
}

/** Faults of one value, which the last step of its path names. */
export function checkValue(scope: Scope, form: PlanForm, schema: object, path: DocumentPath): KintsugiError[] {
  const name = String(path.at(-1))
  return checkValues(
    scope,
    { kind: 'record', entries: [[name, form]] },
    namedValidator(schema, name),
    path.slice(0, -1),
  )
}

/** Bindings are used many times, and by each other. */
const ofBindings = new WeakMap<Binding, Possible>()

const possibleNames: PossibleNames<Axis, Binding, Source> = {
  axis: (axis) => (axis.origin.kind === 'static' ? [...axis.origin.values.values()] : undefined),
  bound: (binding): Possible => {
    let possible = ofBindings.get(binding)
    if (possible === undefined) {
      possible = possibleValues(binding.form, possibleNames)
      ofBindings.set(binding, possible)
    }
    return possible
  },
  from: () => ({ known: undefined }),
}

/** The value of a form that is the same for every instance. */
export function evaluateConstant(form: PlanForm): unknown {
  const refuse = (): never => {
    throw new Error('a constant form uses nothing')
  }
  return evaluateForm(form, { stream: refuse, axis: refuse, bound: refuse, from: refuse })
}
