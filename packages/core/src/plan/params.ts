import { nearest } from '../document/suggest.js'
import { KintsugiError } from '../errors/index.js'
import { compileForm, compileSchema } from '../forms/index.js'
import type { Axis } from './axes.js'
import type { PlanBuilder } from './builder.js'
import type { Binding, PlanForm, Source } from './plan.js'
import type { Scope } from './scope.js'

/** Gives the parameters of a pipeline that is run on its own their values: the caller's, or their defaults. */
export function bindParams(builder: PlanBuilder, scope: Scope, given: Readonly<Record<string, unknown>>): void {
  const declared = scope.document.params ?? {}
  for (const name of Object.keys(given)) {
    if (name in declared) continue
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
      const value = name in given ? given[name] : schema['default']
      if (value === undefined) throw missingParam(scope, name)
      const faults = compileSchema(paramSchema(schema))(value)
      const [fault] = faults
      if (fault !== undefined) {
        throw scope.fault('E_PARAM', ['params', name], {
          message: `Parameter "${name}": ${fault.message}`,
          ...(fault.expected === undefined ? {} : { expected: fault.expected }),
          found: JSON.stringify(value),
          fix: `Give another value with --param ${name}=...`,
        })
      }
      return literalBinding(name, value)
    })
    scope.params.set(name, bound ?? literalBinding(name, schema['default'] ?? 0))
  }
}

/** The parameter's schema without the default, which is no constraint. */
export function paramSchema(declared: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { default: _default, ...schema } = declared
  return schema
}

/** The fault of a parameter that has neither value nor default. */
export function missingParam(scope: Scope, name: string): KintsugiError {
  return scope.fault(
    'E_PARAM',
    ['params', name],
    {
      message: `Parameter "${name}" has no value.`,
      expected: 'a value, or a default in its declaration',
      fix: `Give it with --param ${name}=..., or under "with" where the file is used as a node.`,
    },
    'key',
  )
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
