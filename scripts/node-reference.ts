// Writes docs/nodes and docs/errors.md from the definitions of node types and error codes; with --check it only says whether they are up to date.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import {
  createKintsugi,
  type InputPort,
  type OutputPort,
  type PipelineDocument,
  type RegisteredNode,
} from '@kintsugi/core'
import { stringify } from 'yaml'

const root = fileURLToPath(new URL('..', import.meta.url))
const docs = join(root, 'docs')
const OWN = /^@kintsugi\//

interface Schema {
  type?: string
  description?: string
  default?: unknown
  enum?: readonly unknown[]
  const?: unknown
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  minItems?: number
  maxItems?: number
  multipleOf?: number
  not?: Schema
  items?: Schema
  anyOf?: readonly Schema[]
  properties?: Readonly<Record<string, Schema>>
  required?: readonly string[]
  'x-unit'?: string
  'x-kintsugi'?: string
}

/** A node type that is a pipeline file. */
interface PipelineType {
  name: string
  document: PipelineDocument
}

/** Every page of the reference by its path below docs. */
async function pages(): Promise<Map<string, string>> {
  const kintsugi = createKintsugi({ cwd: root, cacheDir: false })
  const { registry, failed } = await kintsugi.discover()
  if (failed[0] !== undefined) throw failed[0]
  const families = new Map<string, RegisteredNode[]>()
  for (const node of registry.all().filter(({ plugin }) => OWN.test(plugin.plugin.name))) {
    const family = node.name.split('/')[0] ?? ''
    families.set(family, [...(families.get(family) ?? []), node])
  }
  const sorted = [...families].sort(([a], [b]) => (a < b ? -1 : 1))
  const own = registry.plugins.filter(({ plugin }) => OWN.test(plugin.name))
  const pipelines: PipelineType[] = []
  for (const name of own.flatMap(({ plugin }) => Object.keys(plugin.pipelines ?? {})).sort()) {
    const { main } = await kintsugi.load(registry.pipeline(name) ?? name)
    pipelines.push({ name, document: main.document })
  }
  const of = (family: string): PipelineType[] => pipelines.filter(({ name }) => name.startsWith(`${family}/`))
  const out = new Map(sorted.map(([family, nodes]) => [`nodes/${family}.md`, familyPage(family, nodes, of(family))]))
  return out.set('nodes/README.md', indexPage(sorted, pipelines)).set('errors.md', await errorPage())
}

async function errorPage(): Promise<string> {
  const sections: string[] = []
  for (const folder of readdirSync(join(root, 'packages'))) {
    const at = join(root, 'packages', folder)
    const file = ['src/errors/codes.ts', 'src/errors.ts'].map((path) => join(at, path)).find((path) => existsSync(path))
    if (file === undefined) continue
    const { name } = JSON.parse(readFileSync(join(at, 'package.json'), 'utf8')) as { name: string }
    const { codes } = (await import(pathToFileURL(file).href)) as { codes: Readonly<Record<string, string>> }
    sections.push(
      `## ${name}`,
      table(
        ['code', 'meaning'],
        Object.entries(codes).map(([key, meaning]) => [`\`${key}\``, meaning]),
      ),
    )
  }
  return `${lines('# Errors', GENERATED, ERRORS, ...sections)}\n`
}

const ERRORS =
  'Errors are data: a stable code, what is wrong, what was expected, what was found, what to try, the place (file, line, column, node, item) and the cause. ' +
  'Faults of a pipeline are found before it runs, all at once. A fault of one item ends the run, or with `--keep-going` is a row of `scores.csv` and an entry of `run.json`. ' +
  'Exit codes of the command line: 0 everything was done, 1 something failed, 2 the pipeline or the arguments are invalid.'

function indexPage(
  families: readonly (readonly [string, readonly RegisteredNode[]])[],
  pipelines: readonly PipelineType[],
): string {
  const rows = families.flatMap(([family, nodes]) =>
    byName(nodes).map(({ name, definition, kind }) => [
      link(name, `${family}.md`),
      kind,
      firstSentence(definition.description),
    ]),
  )
  return `${lines(
    '# Node types',
    GENERATED,
    'A node type is used by its name, as `use: degrade/resize`. `kintsugi nodes` lists the same on the command line, together with those of other plugins.',
    table(['node type', 'kind', 'what it does'], rows),
    'Pipeline files that plugins provide are node types too; the files are made to be read:',
    table(
      ['node type', 'what it does'],
      pipelines.map(({ name, document }) => [
        link(name, `${name.split('/')[0] ?? ''}.md`),
        firstSentence(document.description ?? ''),
      ]),
    ),
    'Kinds: `map` makes one value of one, `expand` opens an axis, `reduce` takes whole axes (`over` or `keep`), `per-key` takes a whole axis and gives a value for each of its keys. What every node may say besides is in [pipelines](../pipelines.md#nodes).',
  )}\n`
}

const GENERATED = '<!-- Generated by `npm run docs:nodes` from the definitions of node types and error codes. -->'

function familyPage(family: string, nodes: readonly RegisteredNode[], pipelines: readonly PipelineType[]): string {
  const plugins = [...new Set(nodes.map(({ plugin }) => plugin.plugin.name))]
  return `${lines(`# ${family}`, GENERATED, `Provided by \`${plugins.join('`, `')}\`.`, ...byName(nodes).map(nodeSection), ...pipelines.map(pipelineSection))}\n`
}

function pipelineSection({ name, document }: PipelineType): string {
  const { title = name, description = '', inputs = {}, params = {}, outputs } = document
  return lines(
    `## ${name}`,
    `**${title}.** ${description.trim()}`,
    'A pipeline file.',
    table(
      ['input', 'type', ''],
      Object.entries(inputs).map(([port, input]) => [`\`${port}\``, input.type, input.description ?? '']),
    ),
    `Outputs: ${Object.keys(outputs)
      .map((output) => `\`${output}\``)
      .join(', ')}.`,
    paramTable({ properties: params as Readonly<Record<string, Schema>> }),
  )
}

function nodeSection(node: RegisteredNode): string {
  const { definition } = node
  return lines(
    `## ${node.name}`,
    `**${definition.title}.** ${definition.description}`,
    factsOf(node).join(' · '),
    portTable('input', node.inputs),
    portTable('output', node.outputs),
    paramTable((definition.params ?? {}) as Schema),
    exampleList(node),
  )
}

function factsOf({ definition, kind, random, runs, cached }: RegisteredNode): string[] {
  const { limits = {} } = definition
  return [
    `Kind \`${kind}\``,
    runs === 'worker' ? 'runs in a worker' : 'runs on the main thread',
    random ? 'draws random numbers' : 'the same inputs give the same result',
    cached ? 'kept in the cache' : 'not kept in the cache',
    ...(definition.halo === undefined ? [] : ['local: tiles with its halo equal the whole']),
    ...(limits.gray === false ? ['takes no gray images'] : []),
    ...(limits.alpha === false ? ['takes no alpha'] : []),
    ...(limits.minSize === undefined ? [] : [`images of at least ${limits.minSize}x${limits.minSize} px`]),
  ]
}

function portTable(what: 'input' | 'output', ports: ReadonlyMap<string, InputPort | OutputPort>): string {
  if (ports.size === 0) return ''
  const rows = [...ports].map(([name, port]) => [`\`${name}\``, portType(port), port.description ?? ''])
  return table([what, 'type', ''], rows)
}

function portType(port: InputPort | OutputPort): string {
  const words: string[] = [port.type]
  if ('many' in port && port.many === true) words.push('any number, by name')
  if ('single' in port && port.single === true) words.push('one value, no series')
  if ('default' in port && port.default !== undefined) words.push(`default ${code(port.default)}`)
  else if ('optional' in port && port.optional === true) words.push('optional')
  if ('opens' in port && port.opens !== undefined) words.push(`opens axis \`${port.opens}\``)
  return words.join(', ')
}

function paramTable(schema: Schema): string {
  const rows = paramRows(schema, '')
  return rows.length === 0 ? 'No parameters.' : table(['parameter', 'type', 'default', ''], rows)
}

function paramRows({ properties = {}, required = [] }: Schema, prefix: string): string[][] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const preset =
      schema.default !== undefined
        ? code(schema.default)
        : required.includes(name)
          ? prefix === ''
            ? '**required**'
            : ''
          : ''
    const row = [`\`${prefix}${name}\``, typeOf(schema), preset, schema.description ?? '']
    return [row, ...paramRows(schema, `${prefix}${name}.`)]
  })
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return code(schema.const)
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(' or ')
  if (schema.type === 'array') return `list of ${typeOf(schema.items ?? {})}`
  const unit = schema['x-unit'] === undefined ? '' : ` (${schema['x-unit']})`
  const kind =
    schema['x-kintsugi'] === 'file'
      ? 'path of a file'
      : schema.not?.multipleOf === 2
        ? 'odd integer'
        : (schema.type ?? 'any')
  return `${kind}${rangeOf(schema)}${unit}`
}

function rangeOf({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: Schema): string {
  const shown = (bound: number): string => String(Number.isInteger(bound) ? bound : Number(bound.toPrecision(4)))
  const low = minimum ?? exclusiveMinimum
  const high = maximum ?? exclusiveMaximum
  if (low !== undefined && high !== undefined)
    return `, ${exclusiveMinimum === undefined ? '' : 'above '}${shown(low)} to ${exclusiveMaximum === undefined ? '' : 'below '}${shown(high)}`
  if (low !== undefined) return exclusiveMinimum === undefined ? `, at least ${shown(low)}` : `, above ${shown(low)}`
  if (high !== undefined) return exclusiveMaximum === undefined ? `, at most ${shown(high)}` : `, below ${shown(high)}`
  return ''
}

/** The examples that the conformance kit runs, with the parameters that they set. */
function exampleList({ name, definition }: RegisteredNode): string {
  const shown = (definition.examples ?? []).map(({ title, with: params }) => {
    const text = stringify(
      { use: name, ...(params === undefined ? {} : { with: params }) },
      { collectionStyle: 'flow', lineWidth: 0 },
    )
    return `- ${title}: \`${text.trim()}\``
  })
  return shown.length === 0 ? '' : `Examples, as tested:\n\n${shown.join('\n')}`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n')
}

function lines(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function link(name: string, page: string): string {
  return `[${name}](${page}#${name.replace('/', '')})`
}

function firstSentence(text: string): string {
  return /^.*?(?<! al)[.](?=\s|$)/s.exec(text)?.[0] ?? text
}

function byName(nodes: readonly RegisteredNode[]): RegisteredNode[] {
  return [...nodes].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Names of pages that differ from what they should be, are missing, or should not be there. */
function outdated(wanted: ReadonlyMap<string, string>, present: ReadonlyMap<string, string>): string[] {
  const names = new Set([...wanted.keys(), ...present.keys()])
  return [...names].filter((name) => wanted.get(name) !== present.get(name))
}

mkdirSync(join(docs, 'nodes'), { recursive: true })
const wanted = await pages()
const paths = [...readdirSync(join(docs, 'nodes')).map((name) => `nodes/${name}`), 'errors.md']
const present = new Map(
  paths.filter((path) => existsSync(join(docs, path))).map((path) => [path, readFileSync(join(docs, path), 'utf8')]),
)
const changed = outdated(wanted, present)
if (process.argv.includes('--check')) {
  if (changed.length > 0) {
    console.error(`docs is out of date (${changed.join(', ')}). Run: npm run docs:nodes`)
    process.exitCode = 1
  } else console.log(`The generated pages of docs are up to date: ${[...wanted.keys()].join(', ')}.`)
} else {
  for (const path of changed) {
    const text = wanted.get(path)
    if (text === undefined) rmSync(join(docs, path))
    else writeFileSync(join(docs, path), text)
  }
  console.log(changed.length === 0 ? 'The generated pages of docs were up to date.' : `Wrote ${changed.join(', ')}.`)
}
