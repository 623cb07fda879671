import { nearest } from '../document/suggest.js'
import { KintsugiError } from '../errors/index.js'
import { compileForm } from '../forms/index.js'
import type { Axis } from './axes.js'
import type { PlanBuilder } from './builder.js'
import { namedValidator } from './forms.js'
import type { Binding, PlanForm, Source } from './plan.js'
import type { Scope } from './scope.js'

/** Gives the parameters of a pipeline that is run on its own their values: the caller's, or their defaults. */
export function bindParams(builder: PlanBuilder, scope: Scope, given: Readonly<Record<string, unknown>>): void {
  const declared = scope.document.params ?? {}
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue
    const guess = nearest(name, Object.keys(declared))
    builder.report([
      new KintsugiError('E_ARGUMENT', {
        message: `The pipeline has no parameter "${name}".`,
        expected: Object.keys(declared).length === 0 ? 'no parameters' : `one of ${Object.keys(declared).join(', ')}`,
        found: name,
        fix: guess === undefined ? 'Remove it.' : `Write "${guess}".`,
      }),
    ])
  }
  for (const [name, schema] of Object.entries(declared)) {
    const bound = builder.attempt(() => {
      const validate = paramValidator(scope, name, schema)
      const value = Object.hasOwn(given, name) ? given[name] : schema['default']
      if (value === undefined) {
        throw scope.fault(
          'E_PARAM',
          ['params', name],
          {
            message: `Parameter "${name}" has no value.`,
            expected: 'a value, or a "default" in its declaration',
            fix: `Give it with --param ${name}=...`,
          },
          'key',
        )
      }
      const [fault] = validate({ [name]: value })
      if (fault !== undefined) {
        throw scope.fault('E_PARAM', ['params', name], {
          message: `Parameter ${fault.message}.`,
          ...(fault.expected === undefined ? {} : { expected: fault.expected }),
          found: fault.found ?? JSON.stringify(value),
          fix: Object.hasOwn(given, name) ? `Give another value with --param ${name}=...` : 'Correct the "default".',
        })
      }
      return literalBinding(name, value)
    })
    scope.params.set(name, bound ?? 'faulty')
  }
}

/** What checks a map with a parameter's value in it. Throws `E_PARAM` when the declaration is no JSON Schema. */
export function paramValidator(
  scope: Scope,
  name: string,
  declared: Readonly<Record<string, unknown>>,
): ReturnType<typeof namedValidator> {
  try {
    return namedValidator(declared, name)
  } catch {
    throw scope.fault('E_PARAM', ['params', name], {
      message: `The declaration of parameter "${name}" is no JSON Schema.`,
      expected: 'a JSON Schema, such as { type: number, default: 1 }',
      found: JSON.stringify(declared),
      fix: 'Use the types number, integer, string, boolean, array and object.',
    })
  }
}

/** A binding to a plain value. */
export function literalBinding(name: string, value: unknown): Binding {
  return { name, form: literalForm(value), draw: { stream: '', axes: [] }, axes: [] }
}

/** A form that is a plain value, whatever keys it has. */
export function literalForm(value: unknown): PlanForm {
  return formOver({ $literal: value })
}

/** A form made by the planner itself, over literals and at most one axis. */
export function formOver(value: unknown, axis?: Axis): PlanForm {
  const refuse = (): never => {
    throw new Error('a planned form has only literals and one axis')
  }
  const names = { has: () => false, axis: () => axis ?? refuse(), param: refuse, let: refuse, from: refuse }
  return compileForm<Axis, Binding, Source>(value, names, { path: [], purpose: 'planned', locate: () => ({}) })
}
