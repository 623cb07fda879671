import { describeValue, listOf } from '../document/describe.js'
import { didYouMean } from '../document/suggest.js'
import type { DocumentPath } from '../document/types.js'
import { KintsugiError } from '../errors/error.js'
import { parseExpression } from './expression-parser.js'
import {
  chanceProblem,
  choiceProblem,
  type FormProblem,
  formError,
  normalProblem,
  rangeProblem,
  weightsProblem,
} from './faults.js'
import {
  type ExpressionName,
  type Form,
  type FormNames,
  type FormWhere,
  normalSettings,
  type RangeKind,
} from './form.js'

/** The keys of value forms. */
export const formKeys = [
  '$uniform',
  '$loguniform',
  '$normal',
  '$int',
  '$choice',
  '$chance',
  '$axis',
  '$param',
  '$let',
  '$from',
  '$expr',
  '$literal',
] as const

/** Whether a value holds a value form anywhere; without one it is a plain literal. */
export function hasForms(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(hasForms)
  return Object.entries(value).some(([key, member]) => key.startsWith('$') || hasForms(member))
}

/**
 * Compiles a value and the forms in it. Throws the first fault with its place: `E_FORM`, `E_EXPRESSION`, or what `names` throws.
 *
 * Each drawing form has a purpose of its own, so that its draws do not depend on what stands beside it: the purpose of the
 * value, then `.key` for every step into maps and lists, then `/argument` for every step into a form: `with.size.0`,
 * `with.factor/values.1`, `with.sigma/0` (low end), `/1` (high end), `/mean`, `/p`, `/weights.0`. Both spellings of
 * `$choice` have the same purposes. In keys, `~`, `.` and `/` are written `~0`, `~1` and `~2`.
 */
export function compileForm<A, L, S>(value: unknown, names: FormNames<A, L, S>, where: FormWhere): Form<A, L, S> {
  if (!hasForms(value)) return { kind: 'literal', value }
  return new Compiler(names, where).compile(value, where.path, where.purpose)
}

class Compiler<A, L, S> {
  readonly #names: FormNames<A, L, S>
  readonly #locate: FormWhere['locate']

  constructor(names: FormNames<A, L, S>, where: FormWhere) {
    this.#names = names
    this.#locate = (path, target) => where.locate(path, target)
  }

  compile(value: unknown, path: DocumentPath, purpose: string): Form<A, L, S> {
    if (typeof value !== 'object' || value === null) return { kind: 'literal', value }
    if (Array.isArray(value)) {
      return listForm(
        value,
        value.map((item, i) => this.compile(item, [...path, i], `${purpose}.${i}`)),
      )
    }
    const keys = Object.keys(value)
    const key = keys.find((one) => one.startsWith('$'))
    if (key !== undefined) {
      const [argument] = this.#only(key, keys, value, path)
      const site = { path, purpose, locate: this.#locate }
      return this.#located([...path, key], () => this.#form(key, argument, site))
    }
    const entries = Object.entries(value).map(([name, member]) => {
      return [name, this.compile(member, [...path, name], `${purpose}.${escapeKey(name)}`)] as const
    })
    return entries.every(([, form]) => form.kind === 'literal') && !hasForms(value)
      ? { kind: 'literal', value }
      : { kind: 'record', entries }
  }

  /** The argument of the one form key that a form has. */
  #only(key: string, keys: readonly string[], value: object, path: DocumentPath): unknown[] {
    const place = () => this.#locate([...path, key], 'key')
    if (!(formKeys as readonly string[]).includes(key)) {
      const fix = didYouMean(key, formKeys) ?? 'Write { $literal: ... } around data with such keys.'
      throw new KintsugiError('E_FORM', {
        message: `There is no value form "${key}".`,
        expected: listOf(formKeys),
        fix,
        place: place(),
      })
    }
    if (keys.length > 1) {
      throw new KintsugiError('E_FORM', {
        message: `The value form "${key}" stands beside other keys.`,
        expected: `"${key}" alone in its map`,
        found: listOf(keys, 'and'),
        fix: 'Put the other keys elsewhere, or write { $literal: ... } around data with such keys.',
        place: place(),
      })
    }
    return Object.values(value)
  }

  #form(key: string, argument: unknown, site: FormWhere): Form<A, L, S> {
    const path = [...site.path, key]
    const inside = (value: unknown, step: string | undefined, purpose: string) =>
      this.compile(value, step === undefined ? path : [...path, step], `${site.purpose}/${purpose}`)
    switch (key) {
      case '$literal':
        return { kind: 'literal', value: argument }
      case '$uniform':
      case '$loguniform':
      case '$int': {
        const kind = key.slice(1) as RangeKind
        const ends = this.#list(argument, path, `${site.purpose}/`, 'ends')
        if (ends.kind === 'literal') refuse(rangeProblem(kind, ends.value), site)
        if (ends.kind === 'list' && ends.items.length !== 2) refuse(rangeProblem(kind, argument), site)
        return { kind, ends, site }
      }
      case '$normal':
        return this.#normal(argument, inside, site)
      case '$choice': {
        const long = isMap(argument) && !isForm(argument)
        if (long) this.#checkKeys(key, argument, ['values', 'weights'], ['values'], site)
        const values = long ? inside(argument.values, 'values', 'values') : inside(argument, undefined, 'values')
        const weights =
          long && argument.weights !== undefined ? inside(argument.weights, 'weights', 'weights') : undefined
        if (values.kind === 'literal') refuse(choiceProblem(values.value), site)
        const count =
          values.kind === 'list'
            ? values.items.length
            : values.kind === 'literal'
              ? (values.value as unknown[]).length
              : undefined
        if (weights?.kind === 'literal' && count !== undefined) refuse(weightsProblem(weights.value, count), site)
        if (weights?.kind === 'list' && count !== undefined && weights.items.length !== count)
          refuse(weightsProblem(argument, count), site)
        return { kind: 'choice', values, weights, site }
      }
      case '$chance': {
        const probability = inside(argument, undefined, 'p')
        if (probability.kind === 'literal') refuse(chanceProblem(probability.value), site)
        return { kind: 'chance', probability, site }
      }
      case '$axis': {
        const [name, ...fields] = this.#dotted(key, argument, site)
        return { kind: 'axis', axis: this.#names.axis(name), name, fields, site }
      }
      case '$param':
      case '$let': {
        const [name, ...fields] = this.#dotted(key, argument, site)
        return {
          kind: 'bound',
          binding: key === '$let' ? this.#names.let(name) : this.#names.param(name),
          name,
          fields,
          site,
        }
      }
      case '$from':
        return {
          kind: 'from',
          source: this.#names.from(this.#text(key, argument, 'a reference such as node.port', site)),
        }
      default: {
        const expression = parseExpression(argument, (name) => this.#resolve(name), this.#names.names?.() ?? [])
        return { kind: 'expr', text: argument as string, expression, site }
      }
    }
  }

  #normal(
    argument: unknown,
    inside: (value: unknown, step: string, purpose: string) => Form<A, L, S>,
    site: FormWhere,
  ): Form<A, L, S> {
    if (!isMap(argument) || isForm(argument)) {
      throw formError(
        {
          message: 'the settings of $normal are not valid',
          expected: 'a map { mean, std, min, max }',
          found: describeValue(argument),
        },
        site,
      )
    }
    this.#checkKeys('$normal', argument, normalSettings, ['mean', 'std'], site)
    const settings = normalSettings.map((name) =>
      argument[name] === undefined ? undefined : inside(argument[name], name, name),
    )
    const literals = settings.map((setting) => (setting?.kind === 'literal' ? setting : undefined))
    if (literals.every((literal, i) => (literal === undefined) === (settings[i] === undefined))) {
      refuse(normalProblem(literals.map((literal) => literal?.value)), site)
    }
    return { kind: 'normal', settings, site }
  }

  /** A list whose items are arguments of their own, or a form that gives the list. */
  #list(value: unknown, path: DocumentPath, purpose: string, whole: string): Form<A, L, S> {
    if (!Array.isArray(value)) return this.compile(value, path, `${purpose}${whole}`)
    return listForm(
      value,
      value.map((item, i) => this.compile(item, [...path, i], `${purpose}${i}`)),
    )
  }

  #checkKeys(
    key: string,
    argument: Record<string, unknown>,
    known: readonly string[],
    required: readonly string[],
    site: FormWhere,
  ): void {
    const unknown = Object.keys(argument).find((name) => !known.includes(name))
    const missing = required.find((name) => !Object.hasOwn(argument, name))
    if (unknown === undefined && missing === undefined) return
    const message = unknown === undefined ? `${key} lacks "${missing}".` : `${key} has no setting "${unknown}".`
    const fix = unknown === undefined ? `Add "${missing}".` : (didYouMean(unknown, known) ?? `Remove "${unknown}".`)
    const place = this.#locate([...site.path, key, ...(unknown === undefined ? [] : [unknown])], 'key')
    throw new KintsugiError('E_FORM', { message, expected: listOf(known), fix, place })
  }

  #text(key: string, argument: unknown, expected: string, site: FormWhere): string {
    if (typeof argument === 'string' && argument !== '') return argument
    throw formError({ message: `${key} names nothing`, expected, found: describeValue(argument) }, site)
  }

  #dotted(key: string, argument: unknown, site: FormWhere): [string, ...string[]] {
    const parts = this.#text(key, argument, 'a name, or name.field', site).split('.')
    if (parts.includes(''))
      throw formError(
        { message: `${key} names nothing`, expected: 'a name, or name.field', found: describeValue(argument) },
        site,
      )
    return parts as [string, ...string[]]
  }

  #resolve(name: string): ExpressionName<A, L> | undefined {
    if (this.#names.has('let', name)) return { kind: 'bound', binding: this.#names.let(name), name }
    if (this.#names.has('param', name)) return { kind: 'bound', binding: this.#names.param(name), name }
    return this.#names.has('axis', name) ? { kind: 'axis', axis: this.#names.axis(name), name } : undefined
  }

  #located<T>(path: DocumentPath, action: () => T): T {
    try {
      return action()
    } catch (error) {
      if (error instanceof KintsugiError && error.place.line === undefined) throw error.at(this.#locate(path))
      throw error
    }
  }
}

function listForm<A, L, S>(value: readonly unknown[], items: readonly Form<A, L, S>[]): Form<A, L, S> {
  return hasForms(value) ? { kind: 'list', items } : { kind: 'literal', value }
}

function refuse(problem: FormProblem | undefined, site: FormWhere): void {
  if (problem !== undefined) throw formError(problem, site)
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isForm(value: Record<string, unknown>): boolean {
  return Object.keys(value).some((key) => key.startsWith('$'))
}

function escapeKey(key: string): string {
  return key.replace(/[~./]/g, (character) => (character === '~' ? '~0' : character === '.' ? '~1' : '~2'))
}
