import { isAbsolute } from 'node:path'
import { type Kintsugi, KintsugiError, nearest } from '@kintsugi/core'

/** The node type, or pipeline file used as one, that a command applies to images. */
export interface AppliedNode {
  /** What stands behind `use`. */
  use: string
  /** Its last part, for file names. */
  shortName: string
  /** Names of its image inputs, the one that takes the images first. */
  imageInputs: readonly string[]
  /** All input names. */
  inputs: readonly string[]
  outputs: readonly string[]
}

/** Finds what `apply` is to run. Throws `E_NODE_UNKNOWN`, `E_ARGUMENT` for what cannot be applied to single images, and what reading a pipeline file throws. */
export async function findNode(kintsugi: Kintsugi, name: string): Promise<AppliedNode> {
  const file = /\.(ya?ml|json)$/i.test(name)
  const registry = file ? undefined : await kintsugi.registryFor([name])
  const registered = registry?.node(name)
  if (registered === undefined) {
    const path = file ? name : registry?.pipeline(name)
    if (path === undefined) throw await unknownNode(kintsugi, name)
    const { document } = (await kintsugi.load(path)).main
    const declared = Object.entries(document.inputs ?? {})
    return checked({
      use: file && !isAbsolute(name) && !name.startsWith('.') ? `./${name}` : name,
      shortName: (name.split(/[\\/]/).at(-1) ?? name).replace(/\.[^.]*$/, ''),
      imageInputs: declared.filter(([, input]) => input.type === 'image').map(([input]) => input),
      inputs: declared.map(([input]) => input),
      outputs: Object.keys(document.outputs),
    })
  }
  if (registered.kind !== 'map') {
    throw new KintsugiError('E_ARGUMENT', {
      message: `${name} cannot be applied to single images.`,
      expected: 'a node that turns one item into one item',
      found: registered.kind === 'expand' ? 'a node that opens an axis' : 'a node that reduces over an axis',
      fix: 'Use it in a pipeline file.',
    })
  }
  const inputs = [...registered.inputs]
  return checked({
    use: name,
    shortName: name.split('/').at(-1) ?? name,
    imageInputs: inputs.filter(([, port]) => port.type === 'image' && port.many !== true).map(([port]) => port),
    inputs: inputs.map(([port]) => port),
    outputs: [...registered.outputs.keys()],
  })
}

function checked(node: AppliedNode): AppliedNode {
  if (node.imageInputs.length > 0) return node
  throw new KintsugiError('E_ARGUMENT', {
    message: `${node.use} takes no image.`,
    expected: 'a node with an image input',
    found: node.inputs.length === 0 ? 'no inputs' : `inputs ${node.inputs.join(', ')}`,
    fix: 'Use it in a pipeline file.',
  })
}

/** The fault for a node type that nothing provides. */
export async function unknownNode(kintsugi: Kintsugi, name: string): Promise<KintsugiError> {
  const { registry } = await kintsugi.discover()
  const guess = nearest(name, registry.names())
  return new KintsugiError('E_NODE_UNKNOWN', {
    message: `No installed plugin provides the node type "${name}".`,
    expected: 'a name that `kintsugi nodes` lists',
    found: name,
    fix: guess === undefined ? 'See `kintsugi nodes`.' : `Write ${guess}.`,
  })
}
