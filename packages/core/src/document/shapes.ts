import { describeValue, listOf } from './describe.js'
import { nearest } from './suggest.js'
import type { DocumentPath } from './types.js'

/** A JSON Schema (draft-07) as an object. */
export type JsonSchema = Readonly<Record<string, unknown>>

/** A fault of structure, before it has a place. */
export interface ShapeFault {
  path: DocumentPath
  target: 'key' | 'value'
  message: string
  expected?: string
  found?: string
  fix?: string
}

/** The path walked so far, and where faults go. */
export interface Walk {
  readonly path: (string | number)[]
  readonly faults: ShapeFault[]
}

/**
 * What a part of a document may look like, said once for two uses: as JSON Schema for editors, and as a check that gives
 * one plain sentence for each mistake.
 */
export interface Shape {
  readonly schema: JsonSchema
  /** What it is, with its article: `a whole number`. */
  readonly noun: string
  check(value: unknown, walk: Walk): void
}

/** Rule for the names of nodes, axes, parameters, inputs, outputs, lets and steps. */
export const namePattern = /^[A-Za-z_][A-Za-z0-9_-]*$/
const nameRule = 'letters, digits, "_" and "-", starting with a letter or "_"'

/** Adds a description, shown by editors. */
export function described(description: string, shape: Shape): Shape {
  // Siblings of $ref are ignored in draft-07.
  const schema = '$ref' in shape.schema ? { description, allOf: [shape.schema] } : { description, ...shape.schema }
  return { ...shape, schema }
}

/** Any value, such as a literal or a value form. */
export const anything: Shape = { schema: {}, noun: 'anything', check: () => undefined }

/** A text that is not empty. */
export const text = scalar(
  'a text',
  { type: 'string', minLength: 1 },
  (value) => typeof value === 'string' && value !== '',
)

/** A text that may be empty, such as a description. */
export const prose = scalar('a text', { type: 'string' }, (value) => typeof value === 'string')

export const flag = scalar('true or false', { type: 'boolean' }, (value) => typeof value === 'boolean')

/** A name, under `namePattern`. */
export const name = scalar(
  `a name (${nameRule})`,
  { type: 'string', pattern: namePattern.source },
  (value) => typeof value === 'string' && namePattern.test(value),
)

/** A whole number in a range, both ends included. */
export function integer(minimum: number, maximum = Number.MAX_SAFE_INTEGER): Shape {
  const noun =
    maximum === Number.MAX_SAFE_INTEGER
      ? `a whole number from ${minimum} up`
      : `a whole number from ${minimum} to ${maximum}`
  const fits = (value: unknown) =>
    Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
  return scalar(noun, { type: 'integer', minimum, maximum }, fits)
}

/** A number in a range, both ends included. */
export function number(minimum: number, maximum?: number): Shape {
  const noun = maximum === undefined ? `a number from ${minimum} up` : `a number from ${minimum} to ${maximum}`
  const fits = (value: unknown) =>
    typeof value === 'number' && value >= minimum && (maximum === undefined || value <= maximum)
  return scalar(noun, { type: 'number', minimum, ...(maximum !== undefined && { maximum }) }, fits)
}

/** One of some texts. */
export function oneOf(...values: string[]): Shape {
  const shape = scalar(listOf(values), { enum: values }, (value) => values.includes(value as string))
  return {
    ...shape,
    check: (value, walk) => {
      const similar = typeof value === 'string' ? nearest(value, values) : undefined
      if (!values.includes(value as string)) mismatch(walk, shape.noun, value, similar && `did you mean "${similar}"?`)
    },
  }
}

/** A value form: a map whose one key starts with `$`. What is inside is checked when forms are compiled. */
export const form: Shape = {
  schema: { type: 'object', minProperties: 1, maxProperties: 1, propertyNames: { pattern: '^\\$' } },
  noun: 'a value form such as {$param: name}',
  check(value, walk) {
    const keys = isMap(value) ? Object.keys(value) : []
    if (keys.length !== 1 || !keys[0]!.startsWith('$')) mismatch(walk, form.noun, value)
  },
}

export function list(item: Shape, { least = 0, most }: { least?: number; most?: number } = {}): Shape {
  const count = most === least ? `${least} of them` : `at least ${least} ${least === 1 ? 'entry' : 'entries'}`
  const noun = least === 0 ? 'a list' : `a list with ${count}`
  return {
    schema: {
      type: 'array',
      items: item.schema,
      ...(least > 0 && { minItems: least }),
      ...(most !== undefined && { maxItems: most }),
    },
    noun,
    check(value, walk) {
      if (!Array.isArray(value) || value.length < least || (most !== undefined && value.length > most))
        return mismatch(walk, noun, value)
      for (const [i, member] of value.entries()) within(walk, i, () => item.check(member, walk))
    },
  }
}

/** A map with free keys: names (`names: true`), or texts that are not empty and do not look like value forms. */
export function map(member: Shape, { names = false, least = 0 }: { names?: boolean; least?: number } = {}): Shape {
  const noun = least === 0 ? 'a map' : `a map with at least ${least} entry`
  const keys = names ? namePattern : /^[^$]/
  return {
    schema: {
      type: 'object',
      additionalProperties: member.schema,
      propertyNames: { pattern: keys.source },
      ...(least > 0 && { minProperties: least }),
    },
    noun,
    check(value, walk) {
      if (!isMap(value)) return mismatch(walk, noun, value)
      const entries = Object.entries(value)
      if (entries.length < least) return mismatch(walk, noun, value)
      for (const [key, entry] of entries) {
        within(walk, key, () => {
          if (keys.test(key)) member.check(entry, walk)
          else walk.faults.push({ path: [...walk.path], target: 'key', ...badKey(key, names) })
        })
      }
    },
  }
}

/** Rules between the keys of an object. */
export interface ObjectRules {
  required?: readonly string[]
  /** Pairs of keys of which the first needs the second. */
  needs?: readonly (readonly [string, string])[]
  /** Pairs of keys that exclude each other. */
  exclusive?: readonly (readonly [string, string])[]
}

/** An object with known keys; `noun` is what it is, such as `an input`. */
export function object(noun: string, fields: Readonly<Record<string, Shape>>, rules: ObjectRules = {}): Shape {
  const { required = [], needs = [], exclusive = [] } = rules
  const known = Object.keys(fields)
  return {
    schema: {
      type: 'object',
      properties: Object.fromEntries(known.map((key) => [key, fields[key]!.schema])),
      additionalProperties: false,
      ...(required.length > 0 && { required }),
      ...(needs.length > 0 && { dependencies: Object.fromEntries(needs.map(([key, needed]) => [key, [needed]])) }),
      ...(exclusive.length > 0 && { allOf: exclusive.map((pair) => ({ not: { required: pair } })) }),
    },
    noun,
    check(value, walk) {
      if (!isMap(value)) return mismatch(walk, noun, value)
      const fault = (found: Omit<ShapeFault, 'path' | 'target'>, key?: string) =>
        walk.faults.push({ path: key === undefined ? [...walk.path] : [...walk.path, key], target: 'key', ...found })
      const meant = new Set<string>()
      for (const [key, member] of Object.entries(value)) {
        const field = Object.hasOwn(fields, key) ? fields[key] : undefined
        if (field !== undefined) {
          within(walk, key, () => field.check(member, walk))
          continue
        }
        const similar = nearest(
          key,
          known.filter((other) => !Object.hasOwn(value, other)),
        )
        if (similar !== undefined) meant.add(similar)
        fault(
          {
            message: `${noun} has no key "${key}"`,
            expected: listOf(known),
            fix: similar === undefined ? `remove "${key}"` : `did you mean "${similar}"?`,
          },
          key,
        )
      }
      const has = (key: string) => Object.hasOwn(value, key) || meant.has(key)
      for (const key of required) {
        if (!has(key))
          fault({
            message: `${noun} lacks the key "${key}"`,
            expected: `"${key}": ${fields[key]!.noun}`,
            fix: `add "${fields[key]!.noun === '1' ? `${key}: 1` : key}"`,
          })
      }
      for (const [key, needed] of needs) {
        if (Object.hasOwn(value, key) && !has(needed))
          fault(
            { message: `"${key}" stands without "${needed}"`, expected: `both "${key}" and "${needed}", or neither` },
            key,
          )
      }
      for (const [one, other] of exclusive) {
        if (Object.hasOwn(value, one) && Object.hasOwn(value, other))
          fault(
            {
              message: `"${one}" and "${other}" exclude each other`,
              expected: 'one of them',
              fix: 'remove one of them',
            },
            other,
          )
      }
    },
  }
}

/** Alternatives told apart by the kind of the value, so that a mistake is told against the one that was meant. */
export function either(alternatives: Partial<Record<'string' | 'number' | 'boolean' | 'list' | 'map', Shape>>): Shape {
  const shapes = Object.values(alternatives)
  const noun = shapes.map((shape) => shape.noun).join(' or ')
  return {
    schema: { anyOf: shapes.map((shape) => shape.schema) },
    noun,
    check(value, walk) {
      const shape = alternatives[kindOf(value) as keyof typeof alternatives]
      if (shape === undefined) mismatch(walk, noun, value)
      else shape.check(value, walk)
    },
  }
}

/** Reports that the value at the walk's place is not what was expected. */
export function mismatch(walk: Walk, expected: string, value: unknown, fix?: string): void {
  const path = [...walk.path]
  const subject = path.length === 0 ? 'the document' : `"${path.join('.')}"`
  walk.faults.push({
    path,
    target: 'value',
    message: `${subject} is not ${expected}`,
    expected,
    found: describeValue(value),
    ...(fix && { fix }),
  })
}

export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Runs `check` one step further down the path. */
export function within(walk: Walk, segment: string | number, check: () => void): void {
  walk.path.push(segment)
  check()
  walk.path.pop()
}

function scalar(noun: string, schema: JsonSchema, fits: (value: unknown) => boolean): Shape {
  return {
    schema,
    noun,
    check(value, walk) {
      if (!fits(value)) mismatch(walk, noun, value)
    },
  }
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'list'
  return isMap(value) ? 'map' : typeof value
}

function badKey(key: string, names: boolean): Pick<ShapeFault, 'message' | 'expected' | 'fix'> {
  if (!names)
    return {
      message: `"${key}" cannot be a key here`,
      expected: 'a text that is not empty and does not start with "$"',
      fix: 'a value form may stand for each value, not for the whole map',
    }
  const repaired = key
    .trim()
    .replaceAll(/[^A-Za-z0-9_-]+/g, '_')
    .replace(/^(?=[^A-Za-z_])/, '_')
  return { message: `"${key}" is not a name`, expected: nameRule, fix: `write "${repaired}"` }
}
