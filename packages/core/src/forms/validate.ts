import { createRequire } from 'node:module'
import type { Ajv, ValidateFunction } from 'ajv'
import type { JsonSchema } from '../document/shapes.js'
import { didYouMean } from '../document/suggest.js'
import { KintsugiError } from '../errors/error.js'
import { explain, unknownProperty } from './explain.js'
import type { SchemaFault } from './schema-fault.js'

export { faultError, type SchemaFault } from './schema-fault.js'

/** Gives the faults of a value; none means that it fits. The value is not changed. */
export type Validator = (value: unknown) => readonly SchemaFault[]

const require = createRequire(import.meta.url)

const NO_FAULTS: readonly SchemaFault[] = []
const schemas = new WeakMap<object, Validator>()
const params = new WeakMap<object, Validator>()
let shared: { ajv: Ajv; formats: boolean } | undefined

/**
 * A validator of a JSON Schema (draft-07), compiled once per schema object. Keywords that start with `x-` are annotations.
 * Throws `E_PARAM` if the schema is not valid or has unknown keywords.
 */
export function compileSchema(schema: object): Validator {
  const known = schemas.get(schema)
  if (known !== undefined) return known
  const validate = compile(schema)
  const validator: Validator = (value) => (validate(value) ? NO_FAULTS : explain(validate.errors ?? [], value))
  schemas.set(schema, validator)
  return validator
}

/**
 * The same for the parameters of a node type or pipeline: properties that the schema does not name are faults, unless it
 * says something of `additionalProperties`. Without a schema there are no parameters.
 */
export function compileParams(schema: object = noParams): Validator {
  const known = params.get(schema)
  if (known !== undefined) return known
  const validate = compileSchema(schema)
  const names = propertyNames(schema as JsonSchema)
  const validator: Validator = (value) => {
    const faults = validate(value)
    if (names === undefined || typeof value !== 'object' || value === null) return faults
    const unknown = Object.keys(value)
      .filter((key) => !names.includes(key))
      .map((key) => unknownProperty([key], names, value, (schema as Defaulting).properties))
    if (unknown.length === 0) return faults
    const meant = unknown.map(({ suggestion }) => suggestion && `"${suggestion}" is missing`)
    return [...unknown, ...faults.filter(({ keyword, message }) => keyword !== 'required' || !meant.includes(message))]
  }
  params.set(schema, validator)
  return validator
}

/**
 * `value` with the schema's defaults where properties are missing, also inside objects and lists that are there. What is
 * given stays as it is; `value` is not changed, but the result may share parts with it.
 */
export function applyDefaults(schema: object, value: unknown): unknown {
  const { properties = {}, items, allOf = [] } = schema as Defaulting
  if (Array.isArray(value)) {
    return value.map((item: unknown, i) => applyDefaults((Array.isArray(items) ? items[i] : items) ?? {}, item))
  }
  if (typeof value !== 'object' || value === null) return value
  const filled: Record<string, unknown> = { ...value }
  for (const [key, inside] of Object.entries(properties)) {
    if (filled[key] === undefined && inside.default !== undefined) filled[key] = structuredClone(inside.default)
    if (filled[key] !== undefined) filled[key] = applyDefaults(inside, filled[key])
  }
  return allOf.reduce<unknown>((result, part) => applyDefaults(part, result), filled)
}

interface Defaulting {
  properties?: Record<string, JsonSchema>
  items?: JsonSchema | JsonSchema[]
  allOf?: JsonSchema[]
}

const noParams = { type: 'object', properties: {} }

function compile(schema: object): ValidateFunction {
  shared ??= { ajv: createAjv(), formats: false }
  addVocabulary(schema, shared)
  try {
    return shared.ajv.compile(schema)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const unknown = /unknown keyword: "(.*)"/.exec(message)?.[1]
    const fix = unknown === undefined ? undefined : didYouMean(unknown, Object.keys(shared.ajv.RULES.all))
    throw new KintsugiError('E_PARAM', {
      message:
        unknown === undefined
          ? `A parameter schema is not valid: ${message}.`
          : `A parameter schema has the unknown keyword "${unknown}".`,
      expected: 'JSON Schema (draft-07), such as { type: number, minimum: 0 }',
      ...(fix !== undefined && { fix }),
      cause: error,
    })
  }
}

/** The validator is loaded on first use: threads that run nodes check nothing. */
function createAjv(): Ajv {
  const ajv = require('ajv') as { Ajv: typeof Ajv }
  return new ajv.Ajv({
    allErrors: true,
    verbose: true,
    strictTypes: false,
    strictTuples: false,
    allowUnionTypes: true,
    addUsedSchema: false,
    logger: false,
  })
}

/** Makes the annotations and formats that a schema uses known to the validator, which refuses what it does not know. */
function addVocabulary(schema: object, known: { ajv: Ajv; formats: boolean }): void {
  for (const [key, value] of Object.entries(schema)) {
    if (key.startsWith('x-') && !Object.hasOwn(known.ajv.RULES.keywords, key)) known.ajv.addKeyword(key)
    if (key === 'format' && !known.formats) {
      // Loaded only where a schema uses formats: it brings a copy of the validator along.
      const formats = require('ajv-formats') as { default(ajv: Ajv): void }
      formats.default(known.ajv)
      known.formats = true
    }
    if (typeof value === 'object' && value !== null) addVocabulary(value as object, known)
  }
}

/** Names of the properties of an object schema; `undefined` if it says itself what other properties may be. */
function propertyNames(schema: JsonSchema): string[] | undefined {
  if (schema.additionalProperties !== undefined || schema.patternProperties !== undefined || schema.$ref !== undefined)
    return undefined
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (schema[keyword] ?? []) as JsonSchema[])
  const names = parts.map(propertyNames)
  if (names.includes(undefined)) return undefined
  return [...Object.keys((schema.properties as object | undefined) ?? {}), ...names.flatMap((inside) => inside ?? [])]
}
