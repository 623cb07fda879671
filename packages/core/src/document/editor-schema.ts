import type { AnyNodeDefinition } from '../plugin/node.js'
import { documentSchema } from './schema.js'
import type { JsonSchema } from './shapes.js'

/** A node type that is a pipeline file: what an editor has to know of it. */
export interface EditorPipeline {
  name: string
  title?: string
  description?: string
  /** JSON Schema of each parameter. */
  params?: Readonly<Record<string, JsonSchema>>
  inputs?: readonly string[]
}

/** Port types of the core that have a literal form, so that `with` may fill such a port. */
const literalPortTypes: ReadonlySet<string> = new Set([
  'model',
  'number',
  'boolean',
  'text',
  'label',
  'vector',
  'record',
])

/**
 * JSON Schema (draft-07) of pipelines that use these node types, for editors: `use` completes to their names, `in` to their
 * ports, `with` to their parameters, in which every value may also be a value form. Pipeline files stay free.
 * `literalPorts` are the port types that have a literal form.
 */
export function editorSchema(
  nodeTypes: Iterable<AnyNodeDefinition>,
  pipelines: Iterable<EditorPipeline> = [],
  literalPorts: ReadonlySet<string> = literalPortTypes,
): Record<string, unknown> {
  const types = [...[...nodeTypes].map((type) => ofNodeType(type, literalPorts)), ...[...pipelines].map(ofPipeline)]
  types.sort((a, b) => (a.name < b.name ? -1 : 1))
  const definitions = documentSchema.definitions as Record<string, JsonSchema>
  const names = types.map(({ name, title, description }) => ({ const: name, title, description }))
  const file = { type: 'string', pattern: '\\.(ya?ml|json)$', title: 'a pipeline file' }
  const complete = (use: JsonSchema): JsonSchema => ({
    ...use,
    properties: {
      ...(use.properties as object),
      use: { description: 'A node type, or a pipeline file.', anyOf: [...names, file] },
    },
    allOf: [
      ...((use.allOf as unknown[] | undefined) ?? []),
      ...types.map(({ name, inputs, params }) => conditional(name, inputs, params)),
    ],
  })
  return {
    ...documentSchema,
    definitions: {
      ...definitions,
      use: complete(definitions.use!),
      'step-use': complete(definitions['step-use']!),
      form: formSchema,
    },
  }
}

const noParams: JsonSchema = { type: 'object', properties: {} }

interface EditorType {
  name: string
  title: string
  description: string
  inputs: JsonSchema
  params: JsonSchema
}

function ofNodeType(type: AnyNodeDefinition, literalPorts: ReadonlySet<string>): EditorType {
  const ports = Object.entries(type.inputs ?? {}).map(
    ([name, port]) => [name, typeof port === 'string' ? { type: port } : port] as const,
  )
  const literals = ports.filter(([, port]) => literalPorts.has(port.type))
  const reference = { type: 'string' }
  const many = {
    anyOf: [reference, { type: 'array', items: reference }, { type: 'object', additionalProperties: reference }],
  }
  const inputs = ports.map(([name, port]) => [
    name,
    { ...(port.description !== undefined && { description: port.description }), ...(port.many ? many : reference) },
  ])
  const params = withForms((type.params ?? noParams) as JsonSchema, 'whole')
  const filled = Object.fromEntries(
    literals.map(([name, port]) => [
      name,
      { description: port.description ?? `A ${port.type}, instead of a connection.` },
    ]),
  )
  return {
    name: type.name,
    title: type.title,
    description: type.description,
    inputs: Object.fromEntries(inputs) as JsonSchema,
    params: { ...params, properties: { ...filled, ...(params.properties as object | undefined) } },
  }
}

function ofPipeline({ name, title = name, description = '', params = {}, inputs = [] }: EditorPipeline): EditorType {
  const required = Object.keys(params).filter((key) => params[key]!.default === undefined)
  const schema = withForms({ type: 'object', properties: params, ...(required.length > 0 && { required }) }, 'whole')
  return { name, title, description, inputs: Object.fromEntries(inputs.map((input) => [input, {}])), params: schema }
}

function conditional(name: string, inputs: JsonSchema, params: JsonSchema): JsonSchema {
  const connections = { if: { type: 'object' }, then: { properties: inputs, additionalProperties: false } }
  const needsWith = Array.isArray(params.required) && params.required.length > 0
  return {
    if: { required: ['use'], properties: { use: { const: name } } },
    then: { properties: { with: params, in: connections }, ...(needsWith && { required: ['with'] }) },
  }
}

/**
 * A parameter schema in which a form may stand for every value. The `whole` map of parameters is none itself and is closed;
 * the `part` of a union or intersection is none itself either, since the value that it is part of may be one.
 */
function withForms(schema: JsonSchema, role: 'whole' | 'part' | 'value' = 'value'): JsonSchema {
  const { properties, items, required, ...rest } = schema as {
    properties?: Record<string, JsonSchema>
    items?: JsonSchema | JsonSchema[]
    required?: string[]
  }
  const needed = required?.filter((key) => properties?.[key]?.default === undefined) ?? []
  const inside: Record<string, unknown> = {
    ...rest,
    ...(properties !== undefined && {
      properties: Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, withForms(value)])),
    }),
    ...(items !== undefined && {
      items: Array.isArray(items) ? items.map((item) => withForms(item)) : withForms(items),
    }),
    ...(needed.length > 0 && { required: needed }),
  }
  for (const keyword of ['allOf', 'anyOf', 'oneOf'] as const) {
    const parts = inside[keyword]
    if (Array.isArray(parts)) inside[keyword] = (parts as JsonSchema[]).map((part) => withForms(part, 'part'))
  }
  if (role === 'part') return inside
  if (role === 'whole')
    return properties === undefined || 'additionalProperties' in inside
      ? inside
      : { ...inside, additionalProperties: false }
  const { title, description, default: preset, ...bare } = inside
  return {
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description }),
    ...(preset !== undefined && { default: preset }),
    anyOf: [bare, { $ref: '#/definitions/form' }],
  }
}

const pair = (description: string) => ({
  description,
  anyOf: [{ type: 'array', minItems: 2, maxItems: 2 }, { $ref: '#/definitions/form' }],
})
const naming = (description: string) => ({ description, type: 'string', minLength: 1 })

const formSchema: JsonSchema = {
  title: 'a value form',
  type: 'object',
  minProperties: 1,
  maxProperties: 1,
  additionalProperties: false,
  properties: {
    $uniform: pair('A number drawn evenly from [low, high).'),
    $loguniform: pair('A number drawn evenly on a logarithmic scale from [low, high].'),
    $int: pair('A whole number drawn evenly from [low, high], both included.'),
    $normal: {
      description: 'A number drawn from a normal distribution, drawn again while outside min and max.',
      type: 'object',
      required: ['mean', 'std'],
      properties: { mean: {}, std: {}, min: {}, max: {} },
      additionalProperties: false,
    },
    $choice: { description: 'One of some values: a list, or { values, weights }.', type: ['array', 'object'] },
    $chance: {
      description: 'True with this probability, else false.',
      anyOf: [{ type: 'number', minimum: 0, maximum: 1 }, { $ref: '#/definitions/form' }],
    },
    $axis: naming('The value at this point of an axis: a name, or name.field.'),
    $param: naming('A parameter of the pipeline.'),
    $let: naming('A value named under "let".'),
    $from: naming("Another node's output: node or node.port."),
    $expr: naming('Arithmetic over lets, params and axes, such as 4 + sf.'),
    $literal: { description: 'The value as it stands, also if it looks like a form.' },
  },
}
