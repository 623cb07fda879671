import type { ErrorObject } from 'ajv'
import { describeValue, listOf } from '../document/describe.js'
import type { JsonSchema } from '../document/shapes.js'
import { nearest } from '../document/suggest.js'
import { describeSchema, mustBeOdd } from './describe-schema.js'
import type { SchemaFault } from './schema-fault.js'

type Path = (string | number)[]

/** The validator's errors (in verbose form) about `root` as faults in plain words: one for each mistake, none for its echoes. */
export function explain(errors: readonly ErrorObject[], root: unknown): SchemaFault[] {
  const faults = withoutEchoes(errors).map((error) => ({
    error,
    fault: explainOne(error, pathOf(error.instancePath, root)),
  }))
  const meant = faults.map(
    ({ fault }) => fault.suggestion && JSON.stringify([...fault.path.slice(0, -1), fault.suggestion]),
  )
  const misspelt = ({ error, fault }: (typeof faults)[number]) =>
    error.keyword === 'required' && meant.includes(JSON.stringify([...fault.path, missingProperty(error)]))
  return faults.filter((one) => !misspelt(one)).map(({ fault }) => fault)
}

/** The same for properties that a closed object does not have. */
export function unknownProperty(
  path: Path,
  known: readonly string[],
  present: object,
  properties: Readonly<Record<string, JsonSchema>> = {},
): SchemaFault {
  const key = String(path.at(-1))
  const suggestion = nearest(
    key,
    // What stands at its default may have been filled in, and be what was meant.
    known.filter((other) => !Object.hasOwn(present, other) || isDefault(present, other, properties)),
  )
  const parent = path.slice(0, -1)
  return {
    path,
    keyword: 'additionalProperties',
    message: parent.length === 0 ? `there is no parameter "${key}"` : `"${parent.join('.')}" has no property "${key}"`,
    expected: known.length === 0 ? 'no parameters' : listOf(known),
    found: `"${key}"`,
    ...(suggestion !== undefined && { suggestion }),
  }
}

function isDefault(present: object, key: string, properties: Readonly<Record<string, JsonSchema>>): boolean {
  const preset = properties[key]?.default
  return preset !== undefined && JSON.stringify((present as Record<string, unknown>)[key]) === JSON.stringify(preset)
}

/** Of a union that does not fit, keeps the errors of the alternative that was meant, or the union's own error if none stands out. */
function withoutEchoes(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept = errors.filter(({ keyword }) => keyword !== 'if')
  for (const union of errors) {
    if ((union.keyword !== 'anyOf' && union.keyword !== 'oneOf') || !kept.includes(union)) continue
    const branches = (union.schema as JsonSchema[]).map((branch, i) => {
      const prefix = typeof branch.$ref === 'string' ? branch.$ref : `${union.schemaPath}/${i}`
      return kept.filter(({ schemaPath }) => schemaPath.startsWith(`${prefix}/`))
    })
    if (branches.every((branch) => branch.length === 0)) continue
    const meant = branches.filter((branch) => branch.length > 0 && !branch.some((error) => isOfOtherKind(error, union)))
    const chosen = meant.sort((a, b) => a.length - b.length)[0]
    const echoes = new Set(branches.flat())
    kept = kept.filter((error) =>
      echoes.has(error) ? chosen?.includes(error) : error !== union || chosen === undefined,
    )
  }
  return kept
}

/** Whether an error says that a value is of another alternative: another type, or another tag. */
function isOfOtherKind(error: ErrorObject, union: ErrorObject): boolean {
  if (error.instancePath === union.instancePath) return ['type', 'const', 'enum'].includes(error.keyword)
  return error.keyword === 'const' && !error.instancePath.slice(union.instancePath.length + 1).includes('/')
}

function missingProperty(error: ErrorObject): string {
  return String((error.params as Record<string, unknown>).missingProperty)
}

function explainOne(error: ErrorObject, path: Path): SchemaFault {
  const { keyword, params, data } = error as ErrorObject & { params: Record<string, unknown> }
  const schema = (error.parentSchema ?? {}) as JsonSchema
  const subject = path.length === 0 ? 'the value' : `"${path.join('.')}"`
  const fault = (message: string, expected = describeSchema(schema), found = describeValue(data)): SchemaFault => ({
    path,
    keyword,
    message,
    expected,
    found,
  })
  switch (keyword) {
    case 'type':
      return fault(`${subject} is not ${describeSchema({ type: schema.type })}`)
    case 'enum':
    case 'const': {
      const values = keyword === 'enum' ? (schema.enum as unknown[]) : [schema.const]
      const suggestion =
        typeof data === 'string'
          ? nearest(
              data,
              values.filter((value) => typeof value === 'string'),
            )
          : undefined
      return {
        ...fault(`${subject} is not one of the possible values`),
        ...(suggestion !== undefined && { suggestion }),
      }
    }
    case 'anyOf':
    case 'oneOf': {
      if (Array.isArray(params.passingSchemas)) return fault(`${subject} fits more than one alternative`)
      const values = (error.schema as JsonSchema[]).flatMap((branch) => branch.const ?? branch.enum ?? [])
      const suggestion =
        typeof data === 'string'
          ? nearest(
              data,
              values.filter((value) => typeof value === 'string'),
            )
          : undefined
      return {
        ...fault(`${subject} fits no alternative`, describeSchema({ anyOf: error.schema })),
        ...(suggestion !== undefined && { suggestion }),
      }
    }
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return fault(`${subject} is out of range`)
    case 'not':
      if (mustBeOdd(schema)) return fault(`${subject} is even`)
      return fault(`${subject} is one of the values that are left out`)
    case 'required': {
      const missing = missingProperty(error)
      const expected = describeSchema((schema.properties as Record<string, unknown> | undefined)?.[missing])
      return fault(`"${[...path, missing].join('.')}" is missing`, expected, listOf(Object.keys(data as object), 'and'))
    }
    case 'additionalProperties':
      return unknownProperty(
        [...path, String(params.additionalProperty)],
        Object.keys((schema.properties as object | undefined) ?? {}),
        data as object,
        schema.properties as Record<string, JsonSchema> | undefined,
      )
    case 'minItems':
    case 'maxItems':
    case 'additionalItems':
      return fault(`${subject} has ${(data as unknown[]).length} entries`)
    case 'uniqueItems':
      return fault(`${subject} holds an entry twice`, 'entries that differ')
    case 'pattern':
    case 'format':
    case 'minLength':
    case 'maxLength':
      return fault(
        `${subject} is not of the right form`,
        keyword === 'format' ? `a text in the form "${schema.format}"` : undefined,
      )
    case 'propertyNames':
      return fault(`"${String(params.propertyName)}" cannot be a key of ${subject}`, 'another key')
    case 'dependencies':
      return fault(
        `${subject} has "${String(params.property)}" without ${String(params.deps)}`,
        String(params.deps),
        listOf(Object.keys(data as object), 'and'),
      )
    case 'false schema':
      return fault(`${subject} must not be there`, 'nothing')
    default:
      return fault(`${subject} ${error.message ?? 'does not fit'}`)
  }
}

function pathOf(pointer: string, root: unknown): Path {
  let value = root
  return pointer
    .split('/')
    .slice(1)
    .map((escaped) => {
      const key = escaped.replaceAll('~1', '/').replaceAll('~0', '~')
      const segment = Array.isArray(value) ? Number(key) : key
      value = (value as Record<string | number, unknown>)[segment]
      return segment
    })
}
