import type { GraphBuilder, Value } from './graph-builder.js'
import { add, mul } from './operators.js'

/** Normalises the last dimension to mean 0 and variance 1, then scales and shifts: torch.nn.LayerNorm. */
export function layerNorm(g: GraphBuilder, x: Value, weight: Value, bias: Value, epsilon: number): Value {
  return g.node('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: { float: epsilon } })
}

/**
 * Normalises the channels at each pixel of an image: (x - mean) / sqrt(variance + epsilon), biased variance. With `centred`
 * false the mean is taken out of the variance alone, x / sqrt(variance + epsilon), as Restormer's BiasFree layers do.
 */
export function normaliseChannels(g: GraphBuilder, x: Value, epsilon: number, centred = true): Value {
  const difference = g.node('Sub', [x, g.node('ReduceMean', [x], { axes: [1], keepdims: 1 })])
  const variance = g.node('ReduceMean', [mul(g, difference, difference)], { axes: [1], keepdims: 1 })
  const deviation = g.node('Sqrt', [add(g, variance, g.scalar(epsilon))])
  return g.node('Div', [centred ? difference : x, deviation])
}

/** Gaussian error linear unit, the exact form x (1 + erf(x / sqrt 2)) / 2, written so that onnxruntime runs it as one operator. */
export function gelu(g: GraphBuilder, x: Value): Value {
  const error = g.node('Erf', [g.node('Div', [x, g.scalar(Math.SQRT2)])])
  return mul(g, mul(g, x, add(g, error, g.scalar(1))), g.scalar(0.5))
}

/** The mean of each channel over the whole image, batch x channels x 1 x 1: torch.nn.AdaptiveAvgPool2d(1). */
export function imageMean(g: GraphBuilder, x: Value, name?: string): Value {
  return g.node('GlobalAveragePool', [x], {}, name)
}
