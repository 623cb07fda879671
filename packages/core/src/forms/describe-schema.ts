import { describeValue, listOf } from '../document/describe.js'
import type { JsonSchema } from '../document/shapes.js'

const nouns: Readonly<Record<string, string>> = {
  number: 'a number',
  integer: 'a whole number',
  string: 'a text',
  boolean: 'true or false',
  null: 'nothing (null)',
  array: 'a list',
  object: 'a map',
}

type Numbers = Partial<
  Record<
    | 'minimum'
    | 'maximum'
    | 'exclusiveMinimum'
    | 'exclusiveMaximum'
    | 'multipleOf'
    | 'minItems'
    | 'maxItems'
    | 'minLength'
    | 'maxLength',
    number
  >
>

/** What a schema asks for, in a few words: `a number from 0 to 20`. */
export function describeSchema(schema: unknown): string {
  if (typeof schema !== 'object' || schema === null) return 'a fitting value'
  const { enum: values, const: only, anyOf, oneOf, type } = schema as JsonSchema
  if (Array.isArray(values)) return listOf(values)
  if (only !== undefined) return describeValue(only)
  const alternatives = anyOf ?? oneOf
  if (Array.isArray(alternatives)) return [...new Set(alternatives.map(describeSchema))].join(' or ')
  if (Array.isArray(type)) return type.map((one) => nouns[one as string] ?? String(one)).join(' or ')
  const noun = nouns[type as string]
  if (noun === undefined) return 'a fitting value'
  if (mustBeOdd(schema as JsonSchema)) return `an odd number${describeRange(schema as JsonSchema)}`
  if (type === 'number' || type === 'integer') return noun + describeRange(schema as JsonSchema)
  if (type === 'array') return describeList(schema as JsonSchema)
  return type === 'string' ? noun + describeText(schema as JsonSchema) : noun
}

/** Whether a schema asks for odd whole numbers, which JSON Schema says by leaving out the even ones. */
export function mustBeOdd({ type, not }: JsonSchema): boolean {
  return type === 'integer' && (not as JsonSchema | undefined)?.multipleOf === 2
}

function describeRange(schema: JsonSchema): string {
  const {
    minimum,
    maximum,
    exclusiveMinimum,
    exclusiveMaximum,
    multipleOf,
    'x-unit': unit,
  } = schema as Numbers & JsonSchema
  const parts = [
    minimum !== undefined && maximum !== undefined ? ` from ${minimum} to ${maximum}` : '',
    minimum !== undefined && maximum === undefined ? ` of at least ${minimum}` : '',
    minimum === undefined && maximum !== undefined ? ` of at most ${maximum}` : '',
    exclusiveMinimum !== undefined ? ` above ${exclusiveMinimum}` : '',
    exclusiveMaximum !== undefined ? ` below ${exclusiveMaximum}` : '',
    multipleOf !== undefined ? ` in steps of ${multipleOf}` : '',
    typeof unit === 'string' ? ` (${unit})` : '',
  ]
  return parts.join('')
}

function describeList({ items, minItems, maxItems }: Numbers & JsonSchema): string {
  if (Array.isArray(items)) return `a list of ${items.length}: ${items.map(describeSchema).join(', ')}`
  const member = items === undefined ? '' : `, each ${describeSchema(items)}`
  if (minItems !== undefined && minItems === maxItems) return `a list of ${minItems}${member}`
  const least = minItems === undefined ? '' : ` of at least ${minItems}`
  const most = maxItems === undefined ? '' : `${minItems === undefined ? ' of' : ' and'} at most ${maxItems}`
  return `a list${least}${most}${member}`
}

function describeText({ minLength, maxLength, pattern }: Numbers & JsonSchema): string {
  if (typeof pattern === 'string') return ` that matches ${pattern}`
  if (minLength === 1 && maxLength === undefined) return ' that is not empty'
  const least = minLength === undefined ? '' : ` of at least ${minLength} characters`
  return (
    least +
    (maxLength === undefined ? '' : `${minLength === undefined ? ' of' : ' and'} at most ${maxLength} characters`)
  )
}
