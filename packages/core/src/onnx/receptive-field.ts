import { KintsugiError } from '../errors/error.js'
import { asSpatial, type Dependence, operatorError, type Spatial } from './dependence.js'
import { divisor, lcm, pixelFootprint, reach } from './footprint.js'
import type { GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto } from './onnx_pb.js'
import { operatorRules } from './operators.js'

/** How an image-to-image network's output depends on its input, in input pixels. */
export interface ReceptiveField {
  /**
   * The farthest input pixel, on any side and over all output phases, that an output pixel depends on, counted from the input
   * pixel that the output pixel lies in. `global`: every output pixel depends on the whole image.
   */
  readonly halo: number | 'global'
  /** Output size divided by input size. */
  readonly scale: number
  /** Input sizes, and the origins of exact tiles, must be multiples of this. */
  readonly sizeMultiple: number
  /** For `global`, the first operator that makes it so, such as `GlobalAveragePool 'pool'`. */
  readonly cause?: string
}

export interface ReceptiveFieldOptions {
  /** The image input; by default the first four-dimensional one, those with free height and width first. */
  readonly input?: string
  /** The image output; by default the first. */
  readonly output?: string
}

/**
 * Derives halo, scale and size multiple of an image-to-image network from its graph, exactly as operators, kernels, dilations,
 * strides, pads and resampling positions state them (weights that happen to be zero are not looked at). A tensor that
 * is reshaped, as for attention, is taken to return to the size it had.
 * Throws `E_ONNX_OPERATOR` naming the first operator that cannot be analysed, and `E_MODEL_FORM` if the graph is no
 * image-to-image network.
 */
export function deriveReceptiveField(model: ModelProto, options: ReceptiveFieldOptions = {}): ReceptiveField {
  const { values, sizeMultiple } = traceDependence(model, options.input)
  const name = options.output ?? model.graph?.output[0]?.name ?? ''
  const value = values.get(name)
  const output = value && asSpatial(value)
  if (output === undefined) throw formError(`the output '${name}', which has no rows and columns of an image`)
  return summarise(output, sizeMultiple)
}

/**
 * How every value of the graph depends on the image, by name, and what the input's size must be a multiple of. Throws what
 * `deriveReceptiveField` throws.
 */
export function traceDependence(
  { graph }: ModelProto,
  input?: string,
): { values: ReadonlyMap<string, Dependence>; sizeMultiple: number } {
  if (graph === undefined) throw formError('a file without a graph')
  const values = initialValues(graph, input)
  let sizeMultiple = 1
  for (const node of graph.node) {
    const result = applyNode(node, values)
    if (result.kind === 'spatial') sizeMultiple = lcm(lcm(sizeMultiple, divisor(result.y)), divisor(result.x))
    for (const output of node.output) values.set(output, result)
  }
  return { values, sizeMultiple }
}

function summarise(output: Spatial, sizeMultiple: number): ReceptiveField {
  const { y, x, global } = output
  const scale = y.samples / y.pixels
  if (scale !== x.samples / x.pixels)
    throw formError(`an output with ${scale} times the height and ${x.samples / x.pixels} times the width`)
  if (y.trim !== 0 || x.trim !== 0)
    throw formError(`an output of ${scale} times the input's size ${signed(y.trim)} rows and ${signed(x.trim)} columns`)
  if (global !== undefined) return { halo: 'global', scale, sizeMultiple, cause: global.operator }
  return { halo: Math.max(reach(y), reach(x)), scale, sizeMultiple }
}

function signed(value: number): string {
  return value < 0 ? `minus ${-value}` : `plus ${value}`
}

function applyNode(node: NodeProto, values: ReadonlyMap<string, Dependence>): Dependence {
  if (node.opType === 'Constant') return constantValue(node)
  const inputs = node.input.map((input): Dependence => {
    const value = input === '' ? { kind: 'fixed' as const } : values.get(input)
    if (value === undefined)
      throw operatorError(node, `the input '${input}', which nothing before it gives`, 'nodes in order')
    return value
  })
  const [first] = inputs
  if (node.opType === 'Identity' && first !== undefined) return first
  if (node.opType === 'Cast' && first?.kind === 'fixed')
    return first.shape === undefined ? { kind: 'fixed' } : { kind: 'fixed', shape: first.shape }
  const subgraph = node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0)
  if (!subgraph && inputs.every((input) => input.kind === 'fixed')) return { kind: 'fixed' }
  const rule = node.domain === '' || node.domain === 'ai.onnx' ? operatorRules.get(node.opType) : undefined
  if (rule === undefined || subgraph)
    throw operatorError(node, `the operator ${node.opType}`, 'an operator with a known receptive field')
  return rule(node, inputs)
}

function constantValue(node: NodeProto): Dependence {
  const tensor = node.attribute.find(({ name }) => name === 'value')?.t
  return tensor === undefined ? { kind: 'fixed' } : fixedTensor(tensor)
}

function fixedTensor(tensor: TensorProto): Dependence {
  return { kind: 'fixed', tensor, shape: tensor.dims.map(Number) }
}

function initialValues(graph: GraphProto, inputName: string | undefined): Map<string, Dependence> {
  const values = new Map<string, Dependence>(graph.initializer.map((tensor) => [tensor.name, fixedTensor(tensor)]))
  const inputs = graph.input.filter(({ name }) => !values.has(name))
  const images = inputs.filter((input) => dimensions(input)?.length === 4)
  const free = images.find((input) =>
    dimensions(input)!
      .slice(2)
      .every((size) => size === undefined),
  )
  const image = inputName === undefined ? (free ?? images[0]) : inputs.find(({ name }) => name === inputName)
  if (image === undefined)
    throw formError(inputName === undefined ? 'no four-dimensional input' : `no input '${inputName}'`)
  for (const input of inputs) {
    const shape = dimensions(input)
    values.set(input.name, shape?.every((size) => size !== undefined) ? { kind: 'fixed', shape } : { kind: 'fixed' })
  }
  return values.set(image.name, { kind: 'spatial', rank: 4, axes: [2, 3], y: pixelFootprint, x: pixelFootprint })
}

function dimensions(input: ValueInfoProto): (number | undefined)[] | undefined {
  const type = input.type?.value
  if (type?.case !== 'tensorType') return undefined
  return type.value.shape?.dim.map(({ value }) => (value.case === 'dimValue' ? Number(value.value) : undefined))
}

function formError(found: string): KintsugiError {
  return new KintsugiError('E_MODEL_FORM', {
    message: 'The receptive field of this graph cannot be derived.',
    expected: 'a network from one image to one image whose size is a fixed multiple of the input’s',
    found,
    fix: 'Run the model without tiles (mode whole), or state kintsugi.halo, kintsugi.scale and kintsugi.sizeMultiple in its metadata.',
  })
}
