import { createKintsugi, type RegisteredNode, type Registry } from '@kintsugi/core'
import { unknownNode } from '../apply/applied-node.js'
import { colorsFor } from '../report/colors.js'
import { nodeData, nodeReference, type PipelineReference, pipelineReference } from '../report/node-reference.js'

type Kintsugi = ReturnType<typeof createKintsugi>

/** Lists node types by family, or prints the reference of one. */
export async function nodes(name: string | undefined, { json }: { json?: boolean | undefined }): Promise<void> {
  const kintsugi = createKintsugi()
  const { registry } = await kintsugi.discover()
  const one = name === undefined ? undefined : registry.node(name)
  if (one !== undefined) {
    process.stdout.write(json === true ? `${JSON.stringify(nodeData(one), undefined, 2)}\n` : nodeReference(one))
    return
  }
  const file = name === undefined ? undefined : registry.pipeline(name)
  if (name !== undefined && file !== undefined) {
    const reference = await readPipeline(kintsugi, name, file)
    process.stdout.write(json === true ? `${JSON.stringify(reference, undefined, 2)}\n` : pipelineReference(reference))
    return
  }
  const families = new Map<string, { name: string; title: string }[]>()
  for (const entry of await entriesOf(kintsugi, registry)) {
    const family = entry.name.split('/')[0] ?? entry.name
    if (name === undefined || name === family) families.set(family, [...(families.get(family) ?? []), entry])
  }
  if (name !== undefined && families.size === 0) throw await unknownNode(kintsugi, name)
  process.stdout.write(
    json === true ? `${JSON.stringify([...families.values()].flat(), undefined, 2)}\n` : listed(families),
  )
}

async function entriesOf(
  kintsugi: Kintsugi,
  registry: Registry,
): Promise<{ name: string; title: string; kind: string }[]> {
  const types = registry
    .all()
    .map(({ name, kind, definition }: RegisteredNode) => ({ name, title: definition.title, kind: kind as string }))
  const pipelines = await Promise.all(
    [...registry.allPipelines()].map(async ([name, file]) => ({
      name,
      title: (await readPipeline(kintsugi, name, file)).title,
      kind: 'pipeline',
    })),
  )
  return [...types, ...pipelines].sort((a, b) => (a.name < b.name ? -1 : 1))
}

async function readPipeline(kintsugi: Kintsugi, name: string, file: string): Promise<PipelineReference> {
  const {
    title = name,
    description = '',
    inputs = {},
    params = {},
    outputs,
  } = (await kintsugi.load(file)).main.document
  return { name, title, description, file, inputs, params, outputs: Object.keys(outputs) }
}

function listed(families: ReadonlyMap<string, readonly { name: string; title: string }[]>): string {
  const c = colorsFor(process.stdout)
  const width = Math.max(...[...families.values()].flat().map(({ name }) => name.length))
  const sections = [...families].map(([family, entries]) =>
    [c.bold(family), ...entries.map(({ name, title }) => `  ${name.padEnd(width)}  ${c.dim(title)}`)].join('\n'),
  )
  return `${sections.join('\n\n')}\n`
}
