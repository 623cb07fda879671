import type { DocumentPath } from '../document/types.js'
import type { Place } from '../errors/error.js'
import type { Expression } from './expression.js'

/**
 * How the names inside forms resolve to the planner's own objects. Each throws a `KintsugiError` when the name is unknown;
 * the place is added here. `A` is an axis, `L` a let or parameter, `S` a referenced value.
 */
export interface FormNames<A, L, S> {
  /** Whether a plain name inside `$expr` is one of these; asked for `let`, `param`, then `axis`. */
  has(kind: 'let' | 'param' | 'axis', name: string): boolean
  axis(name: string): A
  param(name: string): L
  let(name: string): L
  from(reference: string): S
  /** All names in scope, to suggest from. */
  names?(): Iterable<string>
}

/** Where a value stands in the document, and the purpose that starts the random keys of its draws, such as `with`. */
export interface FormWhere {
  readonly path: DocumentPath
  readonly purpose: string
  locate(path: DocumentPath, target?: 'key' | 'value'): Place
}

interface Sited {
  /** Its purpose is the caller's and its path inside the value; see `compileForm`. */
  readonly site: FormWhere
}

/** A value with its forms compiled: an immutable tree. What holds no form is one `literal`, whatever its size. */
export type Form<A, L, S> =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'list'; readonly items: readonly Form<A, L, S>[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, Form<A, L, S>])[] }
  | ({ readonly kind: RangeKind; readonly ends: Form<A, L, S> } & Sited)
  | ({ readonly kind: 'normal'; readonly settings: readonly (Form<A, L, S> | undefined)[] } & Sited)
  | ({ readonly kind: 'choice'; readonly values: Form<A, L, S>; readonly weights: Form<A, L, S> | undefined } & Sited)
  | ({ readonly kind: 'chance'; readonly probability: Form<A, L, S> } & Sited)
  | ({ readonly kind: 'axis'; readonly axis: A; readonly name: string; readonly fields: readonly string[] } & Sited)
  | ({ readonly kind: 'bound'; readonly binding: L; readonly name: string; readonly fields: readonly string[] } & Sited)
  | { readonly kind: 'from'; readonly source: S }
  | ({ readonly kind: 'expr'; readonly text: string; readonly expression: Expression<ExpressionName<A, L>> } & Sited)

/** Forms that draw between two ends. */
export type RangeKind = 'uniform' | 'loguniform' | 'int'

/** A name inside `$expr`, resolved. */
export type ExpressionName<A, L> =
  | { readonly kind: 'axis'; readonly axis: A; readonly name: string }
  | { readonly kind: 'bound'; readonly binding: L; readonly name: string }

/** Names of the settings of `$normal`, in the order in which a form holds them. */
export const normalSettings = ['mean', 'std', 'min', 'max'] as const

/** The forms directly inside a form. */
export function insideOf<A, L, S>(form: Form<A, L, S>): readonly Form<A, L, S>[] {
  switch (form.kind) {
    case 'list':
      return form.items
    case 'record':
      return form.entries.map(([, inside]) => inside)
    case 'uniform':
    case 'loguniform':
    case 'int':
      return [form.ends]
    case 'normal':
      return form.settings.filter((setting) => setting !== undefined)
    case 'choice':
      return form.weights === undefined ? [form.values] : [form.values, form.weights]
    case 'chance':
      return [form.probability]
    default:
      return []
  }
}
