import { KintsugiError } from '@kintsugi/core'
import type { ModelProto } from '@kintsugi/core/onnx'

/** A value inside of a graph that can be hooked. */
export interface Layer {
  /** Name of the node that gives it, such as `body.0.rdb1.conv5`; of its value where nodes have no names or several outputs. */
  readonly name: string
  /** Name of the value in the graph. */
  readonly value: string
}

/** How many names a message shows. */
const SHOWN = 60

/**
 * The layers of a graph that `wanted` names, in the order of the graph: by the name of a node or of a value, or by a pattern in which
 * `*` stands for any characters. Throws `E_DCPT_LAYER` with the known names if one names nothing.
 */
export function findLayers(model: ModelProto, wanted: readonly string[], network: string): Layer[] {
  const layers = layersOf(model)
  const found = new Set<Layer>()
  for (const name of wanted) {
    const matches = matcher(name)
    const named = layers.filter((layer) => matches(layer.name) || matches(layer.value))
    if (named.length === 0) throw unknownLayer(name, layers, network)
    for (const layer of named) found.add(layer)
  }
  return layers.filter((layer) => found.has(layer))
}

function layersOf(model: ModelProto): Layer[] {
  return model.graph!.node.flatMap(({ name, output }) => {
    const values = output.filter((value) => value !== '')
    return values.map((value) => ({ name: name !== '' && values.length === 1 ? name : value, value }))
  })
}

/** What tells whether a name is the one meant; `*` stands for any characters. */
export function matcher(name: string): (candidate: string) => boolean {
  if (!name.includes('*')) return (candidate) => candidate === name
  const parts = name.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/g, String.raw`\$&`))
  const pattern = new RegExp(`^${parts.join('.*')}$`)
  return (candidate) => pattern.test(candidate)
}

function unknownLayer(name: string, layers: readonly Layer[], network: string): KintsugiError {
  // Layers with weights are named by people; what lies between them is numbered.
  const named = layers.filter((layer) => !/^[A-Z][A-Za-z]*_\d+(:\d+)?$/.test(layer.name))
  const known = (named.length > 0 ? named : layers).map((layer) => layer.name)
  const more = known.length > SHOWN ? ` and ${known.length - SHOWN} more` : ''
  return new KintsugiError('E_DCPT_LAYER', {
    message: `${network} has no layer "${name}".`,
    expected: `one of ${known.slice(0, SHOWN).join(', ')}${more}; or a pattern such as ${known[0]!.slice(0, 4)}*`,
    found: name,
    fix: 'Name a node or value of the ONNX graph.',
  })
}
