import type { NodeDeclaration, PipelineDocument } from '@kintsugi/core'
import type { AppliedNode } from './applied-node.js'
import type { ItemFile } from './items.js'

/** What `apply` makes a pipeline of. */
export interface ApplySettings {
  node: AppliedNode
  items: readonly ItemFile[]
  params: Readonly<Record<string, unknown>>
  /** `save` templates of image outputs. */
  saved: Readonly<Record<string, string>>
}

/** The pipeline that runs a node on each image: the images are an axis, every file is read by a node of its own. */
export function applyDocument({ node, items, params, saved }: ApplySettings): PipelineDocument {
  const ports = [...new Set(items.flatMap(({ files }) => Object.keys(files)))]
  const reads = ports.map((port): [string, NodeDeclaration] => [
    `file_${port}`,
    { use: 'core/read-image', with: { path: { $axis: `image.${port}` } } },
  ])
  return {
    kintsugi: 1,
    name: 'apply',
    axes: { image: items.map(({ key, files }) => ({ key, ...files })) },
    nodes: {
      ...Object.fromEntries(reads),
      [APPLIED]: {
        use: node.use,
        in: Object.fromEntries(ports.map((port) => [port, `file_${port}`])),
        ...(Object.keys(params).length > 0 && { with: { ...params } }),
      },
    },
    outputs: Object.fromEntries(
      node.outputs.map((output) => {
        const from = `${APPLIED}.${output}`
        const save = saved[output]
        return [output, save === undefined ? { from } : { from, save }]
      }),
    ),
  }
}

const APPLIED = 'applied'
