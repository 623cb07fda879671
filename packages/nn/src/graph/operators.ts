import type { GraphBuilder, Value } from './graph-builder.js'

/** Settings of a convolution, equal along rows and columns. */
export interface ConvolutionSettings {
  readonly kernel: number
  /** Default 1. */
  readonly stride?: number
  /** Zeros added on each side; by default half the kernel, which keeps the size of odd kernels. */
  readonly padding?: number
  /** Default 1. */
  readonly dilation?: number
  /** Default 1. */
  readonly groups?: number
}

/** Convolution with zero padding. Weights are outputs x inputs/groups x kernel x kernel, the bias one number an output. */
export function conv(
  g: GraphBuilder,
  x: Value,
  weight: Value,
  bias: Value | undefined,
  settings: ConvolutionSettings,
  name?: string,
): Value {
  const { kernel, stride = 1, dilation = 1, groups = 1, padding = (dilation * (kernel - 1)) >> 1 } = settings
  const attributes = {
    kernel_shape: [kernel, kernel],
    strides: [stride, stride],
    dilations: [dilation, dilation],
    pads: [padding, padding, padding, padding],
    group: groups,
  }
  return g.node('Conv', bias === undefined ? [x, weight] : [x, weight, bias], attributes, name)
}

/** max(x, slope x). */
export function leakyRelu(g: GraphBuilder, x: Value, slope: number): Value {
  return g.node('LeakyRelu', [x], { alpha: { float: slope } })
}

/** max(x, 0). */
export function relu(g: GraphBuilder, x: Value): Value {
  return g.node('Relu', [x])
}

/** x where positive, slope x elsewhere; the slope of each channel, shaped channels x 1 x 1. */
export function prelu(g: GraphBuilder, x: Value, slope: Value): Value {
  return g.node('PRelu', [x, slope])
}

/** a + b, broadcast. */
export function add(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('Add', [a, b])
}

/** a b, broadcast. */
export function mul(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('Mul', [a, b])
}

/** x times a number. */
export function scale(g: GraphBuilder, x: Value, factor: number): Value {
  return mul(g, x, g.scalar(factor))
}

/** Joins along channels, or another axis. */
export function concat(g: GraphBuilder, values: readonly Value[], axis = 1): Value {
  return g.node('Concat', values, { axis })
}

/** Enlarges rows and columns by nearest neighbour, as torch.nn.functional.interpolate does for integer factors. */
export function resizeNearest(g: GraphBuilder, x: Value, factor: number): Value {
  const scales = g.constant(Float32Array.of(1, 1, factor, factor), [4])
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
  return g.node('Resize', [x, undefined, scales], attributes)
}

/** Enlarges rows and columns bilinearly, as torch.nn.functional.interpolate with align_corners false. */
export function resizeBilinear(g: GraphBuilder, x: Value, factor: number): Value {
  const scales = g.constant(Float32Array.of(1, 1, factor, factor), [4])
  return g.node('Resize', [x, undefined, scales], { mode: 'linear', coordinate_transformation_mode: 'half_pixel' })
}

/** Channels to blocks of pixels. CRD reads channel c r^2 + i r + j into row i, column j of its block; DCR reads (i r + j) C + c. */
export function depthToSpace(g: GraphBuilder, x: Value, block: number, mode: 'CRD' | 'DCR'): Value {
  return g.node('DepthToSpace', [x], { blocksize: block, mode })
}

/** torch.nn.PixelShuffle. */
export function pixelShuffle(g: GraphBuilder, x: Value, factor: number): Value {
  return depthToSpace(g, x, factor, 'CRD')
}

/** Blocks of pixels to channels: row i, column j of channel c's block becomes channel (i r + j) C + c. */
export function spaceToDepth(g: GraphBuilder, x: Value, block: number): Value {
  return g.node('SpaceToDepth', [x], { blocksize: block })
}

/**
 * torch.nn.PixelUnshuffle: row i, column j of channel c's block becomes channel c r^2 + i r + j. ONNX orders the channels of
 * SpaceToDepth otherwise, so they are picked in PyTorch's order.
 */
export function pixelUnshuffle(g: GraphBuilder, x: Value, factor: number, channels: number): Value {
  const places = factor * factor
  const order = Array.from({ length: channels * places }, (_, i) => (i % places) * channels + Math.floor(i / places))
  return g.node('Gather', [spaceToDepth(g, x, factor), g.integers(order)], { axis: 1 })
}

/** max over windows of rows and columns; `ceil` counts a window that overhangs the end. */
export function maxPool(g: GraphBuilder, x: Value, kernel: number, stride: number, ceil = false): Value {
  const attributes = { kernel_shape: [kernel, kernel], strides: [stride, stride], ceil_mode: ceil ? 1 : 0 }
  return g.node('MaxPool', [x], attributes)
}

/** a - b, broadcast. */
export function sub(g: GraphBuilder, a: Value, b: Value): Value {
  return g.node('Sub', [a, b])
}

/** batch x channels x rows x columns to batch x all numbers, in that order. */
export function flatten(g: GraphBuilder, x: Value): Value {
  return g.node('Flatten', [x], { axis: 1 })
}

/** The mean of each channel over rows and columns: batch x channels x 1 x 1. */
export function globalMean(g: GraphBuilder, x: Value): Value {
  return g.node('GlobalAveragePool', [x])
}
