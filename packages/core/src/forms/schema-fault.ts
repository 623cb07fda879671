import { sentence } from '../document/describe.js'
import type { DocumentPath } from '../document/types.js'
import { KintsugiError, type Place } from '../errors/error.js'

/** One thing that is wrong with a value according to its schema, in plain words. */
export interface SchemaFault {
  /** Where in the value; for an unknown property, the property itself. */
  readonly path: DocumentPath
  /** The JSON Schema keyword that was not met. */
  readonly keyword: string
  readonly message: string
  readonly expected?: string
  readonly found?: string
  /** The name that was probably meant. */
  readonly suggestion?: string
}

/** A fault as an error of this code. */
export function faultError(fault: SchemaFault, code: string, place?: Place): KintsugiError {
  const { message, expected, found } = fault
  const fix = fixOf(fault)
  return new KintsugiError(code, {
    message: sentence(message),
    ...(expected !== undefined && { expected }),
    ...(found !== undefined && { found }),
    ...(fix !== undefined && { fix }),
    ...(place !== undefined && { place }),
  })
}

function fixOf({ keyword, path, message, expected, suggestion }: SchemaFault): string | undefined {
  if (suggestion !== undefined) return `Did you mean "${suggestion}"?`
  if (keyword === 'additionalProperties') return `Remove "${path.at(-1)}".`
  if (keyword === 'required') return `Add ${message.replace(/ is missing$/, '')}: ${expected ?? 'a value'}.`
  return expected === undefined ? undefined : `Give ${expected}.`
}
