import { describeSchema, type InputDeclaration, type NodeExample, type RegisteredNode } from '@kintsugi/core'
import { colorsFor } from './colors.js'
import { wrap } from './table.js'

type Schema = Readonly<Record<string, unknown>>

/** A node type that is a pipeline file. */
export interface PipelineReference {
  name: string
  title: string
  description: string
  file: string
  inputs: Readonly<Record<string, InputDeclaration>>
  params: Readonly<Record<string, Schema>>
  outputs: readonly string[]
}

const WIDTH = 96

/** A node type as plain data. */
export function nodeData({
  name,
  definition,
  plugin,
  kind,
  inputs,
  outputs,
  runs,
  random,
  cached,
}: RegisteredNode): object {
  const { title, description, params = { type: 'object', properties: {} }, limits, examples = [] } = definition
  return {
    name,
    title,
    description,
    kind,
    runs,
    random,
    cached,
    plugin: { name: plugin.plugin.name, version: plugin.plugin.version },
    inputs: Object.fromEntries(inputs),
    outputs: Object.fromEntries(outputs),
    params,
    limits: limits ?? {},
    examples,
  }
}

/** The reference of a node type for the terminal. */
export function nodeReference(node: RegisteredNode): string {
  const { name, definition, plugin, kind, inputs, outputs, runs, random } = node
  const facts = [
    `${plugin.plugin.name} ${plugin.plugin.version}`,
    kindText[kind],
    runs === 'inline' ? 'on the main thread' : 'in a worker',
    ...(random ? ['draws random numbers'] : []),
  ]
  const ports = [...inputs].map(([port, { type, description = '', optional, many, single, default: preset }]) => ({
    name: port,
    facts: [
      type,
      ...(many === true ? ['any number, by name'] : []),
      ...(kind !== 'map' && kind !== 'expand' ? [single === true ? 'one value' : 'all values of the axes'] : []),
      ...(preset === undefined ? [] : [`default ${JSON.stringify(preset)}`]),
      ...(optional === true ? ['optional'] : []),
    ],
    description,
  }))
  const results = [...outputs].map(([port, { type, description = '', opens }]) => ({
    name: port,
    facts: [type, ...(opens === undefined ? [] : [`opens the axis ${opens}`])],
    description,
  }))
  return page(name, definition.title, facts, definition.description, [
    section('Inputs', ports),
    section('Outputs', results),
    section('Parameters', paramEntries(definition.params as Schema | undefined)),
    limitsSection(node),
    ...(definition.examples ?? []).map((example, i) => exampleSection(node, example, i === 0)),
  ])
}

/** The reference of a pipeline file used as a node type. */
export function pipelineReference({
  name,
  title,
  description,
  file,
  inputs,
  params,
  outputs,
}: PipelineReference): string {
  const ports = Object.entries(inputs).map(([port, input]) => ({
    name: port,
    facts: [
      input.type,
      ...(input.axes === undefined ? [] : [`reduced over ${input.axes.join(', ')}`]),
      ...(input.optional === true ? ['optional'] : []),
    ],
    description: input.description ?? '',
  }))
  return page(name, title, ['a pipeline file', file], description, [
    section('Inputs', ports),
    section(
      'Outputs',
      outputs.map((output) => ({ name: output, facts: [], description: '' })),
    ),
    section(
      'Parameters',
      Object.entries(params).map(([param, schema]) => paramEntry(param, schema, schema['default'] === undefined)),
    ),
  ])
}

const kindText: Readonly<Record<RegisteredNode['kind'], string>> = {
  map: 'one item to one item',
  expand: 'opens an axis',
  reduce: 'reduces over axes',
  'per-key': 'takes an axis, gives a value for each of its keys',
}

interface Entry {
  name: string
  facts: readonly string[]
  description: string
}

function page(
  name: string,
  title: string,
  facts: readonly string[],
  description: string,
  sections: readonly (string | undefined)[],
): string {
  const c = colorsFor(process.stdout)
  const head = [`${c.bold(name)}  ${title}`, c.dim(facts.join(', '))]
  const text = description === '' ? [] : [wrap(description, WIDTH, '')]
  return `${[head.join('\n'), ...text, ...sections.filter((part) => part !== undefined)].join('\n\n')}\n`
}

function section(title: string, entries: readonly Entry[]): string | undefined {
  if (entries.length === 0) return undefined
  const c = colorsFor(process.stdout)
  const width = Math.max(...entries.map(({ name }) => name.length))
  const lines = entries.flatMap(({ name, facts, description }) => [
    `  ${c.cyan(name.padEnd(width))}  ${facts.join(', ')}`.trimEnd(),
    ...(description === '' ? [] : [wrap(description, WIDTH - width - 4, ' '.repeat(width + 4))]),
  ])
  return [c.bold(title), ...lines].join('\n')
}

function paramEntries(schema: Schema = {}): Entry[] {
  const required = Array.isArray(schema['required']) ? (schema['required'] as string[]) : []
  return Object.entries((schema['properties'] ?? {}) as Record<string, Schema>).map(([name, property]) =>
    paramEntry(name, property, required.includes(name) && property['default'] === undefined),
  )
}

function paramEntry(name: string, schema: Schema, required: boolean): Entry {
  const { default: preset, description } = schema
  return {
    name,
    facts: [
      describeSchema(schema),
      ...(schema['x-kintsugi'] === 'file' ? ['path of a file'] : []),
      ...(preset === undefined ? [required ? 'required' : 'optional'] : [`default ${JSON.stringify(preset)}`]),
    ],
    description: typeof description === 'string' ? description : '',
  }
}

function limitsSection({ definition: { limits } }: RegisteredNode): string | undefined {
  const lines = [
    ...(limits?.alpha === false ? ['no alpha planes'] : []),
    ...(limits?.gray === false ? ['no gray images'] : []),
    ...(limits?.minSize === undefined ? [] : [`images of at least ${limits.minSize} x ${limits.minSize} px`]),
  ]
  return lines.length === 0
    ? undefined
    : [colorsFor(process.stdout).bold('Limits'), ...lines.map((line) => `  ${line}`)].join('\n')
}

/** An example as it would stand in a pipeline file. */
function exampleSection({ name, inputs, kind }: RegisteredNode, example: NodeExample, first: boolean): string {
  const c = colorsFor(process.stdout)
  const needed = [...inputs].filter(
    ([port, { optional, default: preset }]) =>
      port in (example.in ?? {}) || (optional !== true && preset === undefined),
  )
  const [only] = needed
  const connections =
    needed.length === 1 && only !== undefined ? only[0] : `{ ${needed.map(([port]) => `${port}: ${port}`).join(', ')} }`
  const parts = [
    `use: ${name}`,
    ...(needed.length === 0 ? [] : [`in: ${connections}`]),
    ...(Object.keys(example.with ?? {}).length === 0 ? [] : [`with: ${flow(example.with)}`]),
    ...(kind === 'map' || kind === 'expand' ? [] : ['over: item']),
  ]
  return `${first ? `${c.bold('Examples')}\n` : ''}  ${c.dim(`# ${example.title}`)}\n  ${name.split('/')[1] ?? name}: { ${parts.join(', ')} }`
}

function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, inner]) => `${key}: ${flow(inner)}`)
      .join(', ')} }`
  return typeof value === 'string' && /^[A-Za-z][\w./-]*$/.test(value) ? value : JSON.stringify(value)
}
