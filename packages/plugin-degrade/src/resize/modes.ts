import { type Resampling, resampling, type Weigh } from './resampling.js'

/** The resize modes: four of OpenCV's, PyTorch's area and MATLAB's antialiased bicubic. */
export const RESIZE_MODES = ['area', 'bilinear', 'bicubic', 'nearest', 'pytorch-area', 'matlab-bicubic'] as const

export type ResizeMode = (typeof RESIZE_MODES)[number]

/** One axis of a resize: sizes in samples and `step`, the distance between output samples in input samples. */
export interface AxisScale {
  readonly input: number
  readonly output: number
  readonly step: number
}

/**
 * The weights of both axes. Output i looks at u = (i + 0.5) step - 0.5 with OpenCV's kernels for float images
 * (opencv/opencv modules/imgproc/src/resize.cpp, version 4.6) or MATLAB's (`imresize`, as XPixelGroup/BasicSR
 * basicsr/utils/matlab_functions.py).
 */
export function resamplings(mode: ResizeMode, x: AxisScale, y: AxisScale): { x: Resampling; y: Resampling } {
  const shrinking = x.step >= 1 && y.step >= 1
  const axis = mode === 'area' && !shrinking ? areaEnlarging : AXES[mode]
  return { x: axis(x), y: axis(y) }
}

const AXES: Readonly<Record<ResizeMode, (scale: AxisScale) => Resampling>> = {
  area: areaShrinking,
  bilinear,
  bicubic,
  nearest,
  'pytorch-area': pooledArea,
  'matlab-bicubic': matlabBicubic,
}

const clamp = (index: number, size: number) => Math.min(Math.max(index, 0), size - 1)

/** MATLAB's border: the edge sample is repeated (`cba|abc|cba`). */
function symmetric(index: number, size: number): number {
  const within = ((index % (2 * size)) + 2 * size) % (2 * size)
  return within < size ? within : 2 * size - 1 - within
}

/** Position of an output sample among the input samples, in float32 as OpenCV holds it: its rounding shows in the weights. */
function position(output: number, step: number): number {
  return Math.fround((output + 0.5) * step - 0.5)
}

/** INTER_NEAREST: index floor(i step), no half-pixel shift. */
function nearest({ input, output, step }: AxisScale): Resampling {
  const starts = new Int32Array(output)
  for (let i = 0; i < output; i++) starts[i] = clamp(Math.floor(i * step), input)
  return { starts, weights: new Float32Array(output).fill(1), taps: 1 }
}

/** INTER_LINEAR: two taps, not antialiased, edge sample repeated. */
function bilinear({ input, output, step }: AxisScale): Resampling {
  const weigh: Weigh = (i, weights) => {
    const u = position(i, step)
    const first = Math.floor(u)
    weights[1] = Math.fround(u - first)
    weights[0] = 1 - weights[1]
    return first
  }
  return resampling(input, output, 2, weigh, clamp)
}

/** INTER_CUBIC: Keys' kernel with a = -0.75, four taps, not antialiased, edge sample repeated. */
function bicubic({ input, output, step }: AxisScale): Resampling {
  const weigh: Weigh = (i, weights) => {
    const u = position(i, step)
    const first = Math.floor(u) - 1
    for (let k = 0; k < 4; k++) weights[k] = keys(first + k - u, -0.75)
    return first
  }
  return resampling(input, output, 4, weigh, clamp)
}

/** INTER_AREA, shrinking: the mean over the interval [i step, (i + 1) step], samples cut by an end counting in part. */
function areaShrinking({ input, output, step }: AxisScale): Resampling {
  const weigh: Weigh = (i, weights) => {
    const from = Math.min(i * step, input - 1)
    const to = Math.min(from + step, input)
    const first = Math.floor(from)
    for (let index = first; index < to; index++) {
      const covered = Math.min(index + 1, to) - Math.max(index, from)
      // OpenCV drops slivers of less than a thousandth of a sample.
      if (covered > 1e-3) weights[index - first] = covered / (to - from)
    }
    return first
  }
  return resampling(input, output, Math.ceil(step) + 1, weigh, clamp)
}

/** INTER_AREA, enlarging on either axis: each output sample is one input sample or a blend across a boundary. */
function areaEnlarging({ input, output, step }: AxisScale): Resampling {
  const weigh: Weigh = (i, weights) => {
    const first = Math.floor(i * step)
    const beyond = Math.fround(i + 1 - (first + 1) / step)
    weights[1] = beyond <= 0 ? 0 : beyond - Math.floor(beyond)
    weights[0] = 1 - weights[1]
    return first
  }
  return resampling(input, output, 2, weigh, clamp)
}

/** PyTorch's `area` (adaptive average pooling): the plain mean of the samples floor(i in / out) up to ceil((i + 1) in / out). */
function pooledArea({ input, output }: AxisScale): Resampling {
  const weigh: Weigh = (i, weights) => {
    const from = Math.floor((i * input) / output)
    const to = Math.ceil(((i + 1) * input) / output)
    weights.fill(1 / (to - from), 0, to - from)
    return from
  }
  return resampling(input, output, Math.ceil(input / output) + 1, weigh, clamp)
}

/** MATLAB's bicubic: Keys' kernel with a = -0.5, stretched by the step when shrinking, weights normalised. */
function matlabBicubic({ input, output, step }: AxisScale): Resampling {
  const stretch = Math.max(step, 1)
  const reach = Math.ceil(4 * stretch) + 2
  const weigh: Weigh = (i, weights) => {
    const u = (i + 0.5) * step - 0.5
    const first = Math.floor(u - 2 * stretch)
    let sum = 0
    for (let k = 0; k < reach; k++) sum += weights[k] = keys((first + k - u) / stretch, -0.5)
    for (let k = 0; k < reach; k++) weights[k]! /= sum
    return first
  }
  return resampling(input, output, reach, weigh, symmetric)
}

/** Keys' cubic convolution kernel (Keys 1981, equation 4 with free parameter a). */
function keys(distance: number, a: number): number {
  const d = Math.abs(distance)
  if (d <= 1) return ((a + 2) * d - (a + 3)) * d * d + 1
  if (d < 2) return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
  return 0
}
