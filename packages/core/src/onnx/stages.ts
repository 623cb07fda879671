import { KintsugiError } from '../errors/error.js'
import { asSpatial, type Dependence } from './dependence.js'
import type { GraphProto, ModelProto } from './onnx_pb.js'
import { deriveReceptiveField, traceDependence } from './receptive-field.js'
import { subgraph } from './subgraph.js'

/**
 * An enlarging network in two parts. Its head works at the size of the image and sees far; its tail enlarges, which takes most of
 * the memory, and sees a few pixels. Run one after the other they give what the network gives.
 */
export interface Stages {
  /** From the image to the features. */
  readonly head: ModelProto
  /** From the features to the enlarged image. */
  readonly tail: ModelProto
  /** The value between them, [1, channels, height, width] at the size of the image. */
  readonly features: string
  /** Feature pixels on each side of a tile beyond which nothing changes what the tail makes of it. */
  readonly halo: number
}

/**
 * Cuts a network at the last value at the size of the image that everything leads through. Undefined if there is none, as in
 * networks that add the enlarged input to their result, if the network does not enlarge by a whole factor, or if its graph cannot
 * be analysed.
 */
export function splitBeforeEnlarging(model: ModelProto): Stages | undefined {
  try {
    const features = model.graph && lastBottleneck(model.graph, traceDependence(model).values)
    if (features === undefined) return undefined
    const tail = subgraph(model, { feeds: [features] })
    const { halo, scale, sizeMultiple } = deriveReceptiveField(tail, { input: features })
    if (halo === 'global' || sizeMultiple !== 1 || !Number.isInteger(scale) || scale === 1) return undefined
    return { head: subgraph(model, { outputs: [features] }), tail, features, halo }
  } catch (error) {
    if (error instanceof KintsugiError) return undefined
    throw error
  }
}

/** The last value at the size of the image that alone is still needed when it has been worked out. */
function lastBottleneck(graph: GraphProto, values: ReadonlyMap<string, Dependence>): string | undefined {
  const varies = (name: string) => name !== '' && values.get(name)?.kind !== 'fixed'
  const lastUse = new Map<string, number>()
  graph.node.forEach(({ input }, i) => input.filter(varies).forEach((name) => lastUse.set(name, i)))
  for (const { name } of graph.output) lastUse.set(name, Infinity)
  const live = new Set(graph.input.map(({ name }) => name).filter((name) => varies(name) && lastUse.has(name)))
  let found: string | undefined
  for (const [i, { input, output }] of graph.node.entries()) {
    for (const name of input) if (lastUse.get(name) === i) live.delete(name)
    for (const name of output) if (varies(name) && lastUse.has(name)) live.add(name)
    const [only, ...others] = live
    if (only !== undefined && others.length === 0 && output.includes(only) && hasImageSize(values.get(only)!))
      found = only
  }
  return found
}

function hasImageSize(value: Dependence): boolean {
  const spatial = asSpatial(value)
  if (spatial === undefined || spatial.rank !== 4 || spatial.axes.join() !== '2,3') return false
  return [spatial.y, spatial.x].every(({ samples, pixels, trim }) => samples === pixels && trim === 0)
}
