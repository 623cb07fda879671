interface Schema {
  type?: string
  enum?: readonly unknown[]
  const?: unknown
  default?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  properties?: Readonly<Record<string, Schema>>
  items?: Schema
  minItems?: number
  anyOf?: readonly Schema[]
}

/** Maxima above this are not tried: a size of 65535 is valid and takes gigabytes. */
const LARGEST_TRIED = 4096

/**
 * Values of a parameter worth trying: every value of an enumeration and of a boolean, the ends of a range and something inside,
 * a list and objects of such values. None for free text, whose meaning only the examples know. Not all of them need to be valid.
 */
export function parameterValues(schema: Schema): unknown[] {
  if (schema.enum !== undefined) return [...schema.enum]
  if (schema.const !== undefined) return [schema.const]
  if (schema.anyOf !== undefined) return schema.anyOf.flatMap(parameterValues)
  switch (schema.type) {
    case 'boolean':
      return [false, true]
    case 'integer':
      return numbers(schema, 1)
    case 'number':
      return numbers(schema, 0.25)
    case 'array':
      return lists(schema)
    case 'object':
      return objects(schema)
    default:
      return []
  }
}

function numbers(schema: Schema, step: number): number[] {
  const low = schema.minimum ?? (schema.exclusiveMinimum === undefined ? undefined : schema.exclusiveMinimum + step)
  const high = schema.maximum ?? (schema.exclusiveMaximum === undefined ? undefined : schema.exclusiveMaximum - step)
  const middle = typeof schema.default === 'number' ? schema.default + step : (low ?? 0) + 2 * step
  const ends = [low, high].filter((end): end is number => end !== undefined && Math.abs(end) <= LARGEST_TRIED)
  return [...new Set([...ends, middle])]
}

/** The shortest list that takes part, of the values of its items in turn. */
function lists({ items = {}, minItems = 1 }: Schema): unknown[] {
  const values = parameterValues(items)
  return values.length === 0 ? [] : [Array.from({ length: Math.max(1, minItems) }, (_, i) => values[i % values.length])]
}

/** Objects whose properties all take their first value, then all their last. */
function objects({ properties = {} }: Schema): unknown[] {
  const lists = Object.entries(properties).map(([name, inner]) => [name, parameterValues(inner)] as const)
  if (lists.length === 0 || lists.some(([, values]) => values.length === 0)) return []
  return [0, -1].map((at) => Object.fromEntries(lists.map(([name, values]) => [name, values.at(at)])))
}
