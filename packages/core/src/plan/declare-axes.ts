import type { DocumentPath } from '../document/types.js'
import { evaluateForm, formUses } from '../forms/index.js'
import { staticOrigin } from './axes.js'
import type { PlanBuilder } from './builder.js'
import { compile } from './forms.js'
import type { Scope } from './scope.js'

/** Most keys of a declared axis. */
const MAX_KEYS = 10_000_000

/** Opens the axes that a file declares under `axes`; those of a nested file have ids under its path. */
export function declareAxes(builder: PlanBuilder, scope: Scope): void {
  for (const [name, declared] of Object.entries(scope.document.axes ?? {})) {
    const path = ['axes', name]
    const declaredWell = builder.attempt(() => {
      if (scope.axes.has(name)) {
        throw scope.fault(
          'E_AXIS',
          path,
          {
            message: `Axis "${name}" has two origins: "axes.${name}" and ${scope.axes.get(name)?.declared ?? ''}.`,
            expected: 'one origin for an axis',
            fix: 'Rename one of them.',
          },
          'key',
        )
      }
      const keys = withParams(scope, declared, path)
      const origin = staticOrigin(axisEntries(scope, name, keys, path), countOf(keys) !== undefined)
      scope.axes.set(name, builder.addAxis(scope, name, `axes.${name}`, origin))
      return true
    })
    if (declaredWell === undefined) scope.faultyAxes.add(name)
  }
}

/** An axis declaration with its parameters filled in; other forms have no place in it. */
function withParams(scope: Scope, declared: unknown, path: DocumentPath): unknown {
  const form = compile(scope, declared, path, 'axes')
  const uses = formUses(form)
  const varying =
    uses.draws ||
    uses.axes.length > 0 ||
    uses.sources.length > 0 ||
    uses.lets.some((b) => b.axes.length > 0 || formUses(b.form).draws)
  if (varying) {
    throw scope.fault('E_AXIS', path, {
      message: 'The keys of an axis must be known before the run.',
      expected: 'literals and parameters',
      found: 'a value that differs between items or seeds',
      fix: 'Use literals, {$param: ...}, or a node that opens an axis.',
    })
  }
  const refuse = (): never => {
    throw new Error('an axis declaration draws nothing')
  }
  const bound = (binding: { form: typeof form }): unknown =>
    evaluateForm(binding.form, { stream: refuse, axis: refuse, from: refuse, bound })
  return evaluateForm(form, { stream: refuse, axis: refuse, from: refuse, bound })
}

function axisEntries(scope: Scope, name: string, declared: unknown, path: DocumentPath): [string, unknown][] {
  const entries = listEntries(scope, name, declared, path)
  const seen = new Map<string, number>()
  entries.forEach(([key], i) => {
    const before = seen.get(key)
    if (before !== undefined) {
      throw scope.fault('E_AXIS', [...path, i], {
        message: `Axis "${name}" has the key "${key}" twice.`,
        expected: 'distinct keys',
        found: `entries ${before + 1} and ${i + 1}`,
        fix: 'Remove one, or give records distinct "key"s.',
      })
    }
    seen.set(key, i)
  })
  if (entries.length === 0) {
    throw scope.fault('E_AXIS', path, {
      message: `Axis "${name}" has no keys.`,
      expected: 'at least one key',
      fix: 'Add keys.',
    })
  }
  return entries
}

function listEntries(scope: Scope, name: string, declared: unknown, path: DocumentPath): [string, unknown][] {
  if (Array.isArray(declared)) {
    return declared.map((item: unknown, i): [string, unknown] => {
      if (typeof item === 'object' && item !== null && !Array.isArray(item)) {
        const key: unknown = (item as { key?: unknown }).key
        if (typeof key === 'string' || typeof key === 'number') return [String(key), item]
        throw scope.fault('E_AXIS', [...path, i], {
          message: `A record of axis "${name}" has no key.`,
          expected: 'a record such as { key: weak, sigma: 5 }',
          found: JSON.stringify(item),
          fix: 'Add a "key".',
        })
      }
      if (item === null || item === undefined || item === '') {
        throw scope.fault('E_AXIS', [...path, i], {
          message: `A key of axis "${name}" is empty.`,
          expected: 'a number, text or record',
          found: JSON.stringify(item),
          fix: 'Remove it.',
        })
      }
      return [typeof item === 'object' ? JSON.stringify(item) : String(item as string | number | boolean), item]
    })
  }
  if (typeof declared === 'object' && declared !== null) {
    const count = countOf(declared)
    if (count !== undefined) {
      if (typeof count === 'number' && Number.isInteger(count) && count > 0 && count <= MAX_KEYS) {
        return Array.from({ length: count }, (_, i): [string, unknown] => [String(i), i])
      }
      throw scope.fault('E_AXIS', [...path, 'count'], {
        message: `"count" of axis "${name}" is not a usable number of keys.`,
        expected: `a whole number from 1 to ${MAX_KEYS}`,
        found: JSON.stringify(count),
        fix: 'Use fewer keys.',
      })
    }
    return Object.entries(declared)
  }
  throw scope.fault('E_AXIS', path, {
    message: `Axis "${name}" is not a list of keys.`,
    expected: 'a list, a map from key to value, or { count: N }',
    found: JSON.stringify(declared),
    fix: 'Write a list such as [1, 2, 3].',
  })
}

/** N of `{ count: N }`. */
function countOf(declared: unknown): unknown {
  if (typeof declared !== 'object' || declared === null || Object.keys(declared).length !== 1) return undefined
  return (declared as { count?: unknown }).count
}
