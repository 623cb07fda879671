import { type Tensors, toFloat32 } from '../checkpoint/tensor.js'
import { type GraphBuilder, type Value } from '../graph/graph-builder.js'
import { type ConvolutionSettings, conv } from '../graph/operators.js'
import type { TensorNaming } from './architecture.js'
import { type TensorFaults, tensorsError } from './tensor-faults.js'

/** A convolution with weights of its own. */
export interface ConvolutionLayer extends Partial<ConvolutionSettings> {
  /** Input channels. */
  readonly from: number
  /** Output channels. */
  readonly to: number
  /** Default true. */
  readonly bias?: boolean
}

/** Weights of a convolution: outputs x inputs/groups x kernel x kernel, and one number an output. */
export interface ConvolutionWeights {
  readonly weight: Float32Array
  readonly bias?: Float32Array | undefined
}

/**
 * Puts a checkpoint's tensors into a graph, layer by layer, and keeps account of them: after the last layer `finish` reports
 * every tensor that is missing, left over or of another shape, all at once.
 */
export class NetworkBuilder {
  readonly graph: GraphBuilder
  /** The image that enters the network: batch x channels x rows x columns. */
  readonly image: Value
  readonly #tensors: Tensors
  readonly #naming: TensorNaming
  readonly #placed = new Map<string, Value>()
  readonly #used = new Set<string>()
  readonly #missing: string[] = []
  readonly #misshapen: { name: string; expected: readonly number[]; found: readonly number[] }[] = []

  constructor(graph: GraphBuilder, image: Value, tensors: Tensors, naming: TensorNaming) {
    this.graph = graph
    this.image = image
    this.#tensors = tensors
    this.#naming = naming
  }

  /** A tensor of the checkpoint as a float32 constant, under its name in the authors' latest code. */
  weight(name: string, shape: readonly number[], graphShape = shape): Value {
    const known = this.#placed.get(name)
    if (known !== undefined) return known
    const value = this.graph.constant(this.values(name, shape), graphShape, name)
    this.#placed.set(name, value)
    return value
  }

  /** The numbers of a tensor of the checkpoint, for weights that are worked out of several. Do not write into them. */
  values(name: string, shape: readonly number[]): Float32Array {
    const actual = this.#naming(name)
    const tensor = this.#tensors.get(actual)
    this.#used.add(actual)
    if (tensor === undefined) this.#missing.push(actual)
    else if (tensor.shape.join() !== shape.join())
      this.#misshapen.push({ name: actual, expected: shape, found: tensor.shape })
    else return toFloat32(tensor)
    // `finish` refuses the network, so that nothing reads the numbers that are not there.
    return new Float32Array(0)
  }

  /** True if the checkpoint has a tensor of this name. */
  has(name: string): boolean {
    return this.#tensors.has(this.#naming(name))
  }

  /** The shape of a tensor that tells a width; empty if it is missing. */
  shape(name: string): readonly number[] {
    return this.#tensors.get(this.#naming(name))?.shape ?? []
  }

  /** A convolution with the tensors `<name>.weight` and `<name>.bias`; the kernel is 3 unless stated. */
  conv(x: Value, name: string, layer: ConvolutionLayer): Value {
    const weight = this.weight(`${name}.weight`, weightShape(layer))
    const bias = layer.bias === false ? undefined : this.weight(`${name}.bias`, [layer.to])
    return conv(this.graph, x, weight, bias, { ...layer, kernel: layer.kernel ?? 3 }, name)
  }

  /** A convolution with weights that were worked out of the checkpoint's, such as a mixture or a folded normalisation. */
  convWith(x: Value, name: string, { weight, bias }: ConvolutionWeights, layer: ConvolutionLayer): Value {
    const { graph: g } = this
    const kernels = g.constant(weight, weightShape(layer), `${name}.weight`)
    const offsets = bias && g.constant(bias, [layer.to], `${name}.bias`)
    return conv(g, x, kernels, offsets, { ...layer, kernel: layer.kernel ?? 3 }, name)
  }

  /** A fully connected layer on batch x `from` numbers, with the tensors `<name>.weight` (to x from) and `<name>.bias`. */
  linear(x: Value, name: string, { from, to }: { readonly from: number; readonly to: number }): Value {
    const inputs = [x, this.weight(`${name}.weight`, [to, from]), this.weight(`${name}.bias`, [to])]
    return this.graph.node('Gemm', inputs, { transB: 1 }, name)
  }

  /** Takes tensors as seen that the network does not need, such as tables that it computes itself. */
  ignore(matches: (name: string) => boolean): void {
    for (const name of this.#tensors.keys()) if (matches(name)) this.#used.add(name)
  }

  /** Throws `E_ARCHITECTURE_TENSORS` unless every tensor was there in its shape and every one has been used. */
  finish(architecture: string, file: string): void {
    const unexpected = [...this.#tensors.keys()].filter((name) => !this.#used.has(name))
    const faults: TensorFaults = { missing: this.#missing, misshapen: this.#misshapen, unexpected }
    const error = tensorsError(file, architecture, faults)
    if (error !== undefined) throw error
  }
}

function weightShape({ from, to, kernel = 3, groups = 1 }: ConvolutionLayer): number[] {
  return [to, from / groups, kernel, kernel]
}
