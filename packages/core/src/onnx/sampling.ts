import type { Sampling } from './footprint.js'

/** A window that slides over the input: convolution and pooling along one axis. Pads in samples. */
export interface Window {
  readonly kernel: number
  readonly stride: number
  readonly dilation: number
  readonly begin: number
  readonly end: number
}

export function slidingWindow({ kernel, stride, dilation, begin, end }: Window): Sampling {
  const extent = dilation * (kernel - 1) + 1
  return {
    up: 1,
    down: stride,
    taps: (o) => count(kernel).map((tap) => o * stride - begin + tap * dilation),
    trim: (trim) => Math.floor((trim + begin + end - extent) / stride) + 1,
  }
}

/** Transposed convolution along one axis: input sample i reaches outputs `i * stride - begin + tap * dilation`. */
export function transposedWindow({ kernel, stride, dilation, begin, end }: Window, outputPadding: number): Sampling {
  const extent = dilation * (kernel - 1) + 1
  return {
    up: stride,
    down: 1,
    taps: (o) =>
      count(kernel)
        .map((tap) => (o + begin - tap * dilation) / stride)
        .filter(Number.isInteger),
    trim: (trim) => stride * (trim - 1) + outputPadding + extent - begin - end,
  }
}

/** Each sample becomes a run of `factor`: nearest-neighbour enlargement and depth-to-space. */
export function spread(factor: number): Sampling {
  return { up: factor, down: 1, taps: (o) => [Math.floor(o / factor)], trim: (trim) => trim * factor }
}

/** Each run of `factor` samples becomes one: space-to-depth. */
export function gather(factor: number): Sampling {
  return {
    up: 1,
    down: factor,
    taps: (o) => count(factor).map((i) => o * factor + i),
    trim: (trim) => Math.floor(trim / factor),
  }
}

/** Samples from `start` on, every `step`-th; `shorter` samples fewer than the input before the step. Negative starts pad. */
export function shift(start: number, shorter: number, step = 1): Sampling {
  return {
    up: 1,
    down: step,
    taps: (o) => [start + o * step],
    trim: (trim) => Math.ceil((trim - shorter) / step),
  }
}

/** ONNX Resize along one axis by the factor `up / down`, in the terms of the ONNX operator specification (Resize, opset 19). */
export interface Resizing {
  readonly up: number
  readonly down: number
  readonly mode: 'nearest' | 'linear' | 'cubic'
  readonly coordinates: 'asymmetric' | 'half_pixel'
  readonly nearest: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil'
  readonly antialias: boolean
}

export function resizing(resize: Resizing): Sampling {
  const { up, down } = resize
  return { up, down, taps: (o) => resizeTaps(resize, o), trim: (trim) => Math.floor((trim * up) / down) }
}

/** Works on the exact fraction `above / below` of the input coordinate, so that a tap of weight zero is never counted. */
function resizeTaps({ up, down, mode, coordinates, nearest, antialias }: Resizing, o: number): readonly number[] {
  const [above, below] = coordinates === 'asymmetric' ? [o * down, up] : [(2 * o + 1) * down - up, 2 * up]
  const floor = Math.floor(above / below)
  if (mode === 'nearest') return [nearestTap(nearest, above, below)]
  const reach = mode === 'linear' ? 1 : 2
  if (antialias && down > up) {
    const support = (reach * down) / up
    const from = Math.floor(above / below - support) + 1
    const to = Math.ceil(above / below + support) - 1
    return count(to - from + 1).map((i) => from + i)
  }
  if (above % below === 0) return [floor]
  return count(2 * reach).map((i) => floor - reach + 1 + i)
}

function nearestTap(rounding: Resizing['nearest'], above: number, below: number): number {
  switch (rounding) {
    case 'floor':
      return Math.floor(above / below)
    case 'ceil':
      return Math.ceil(above / below)
    case 'round_prefer_floor':
      return Math.ceil((2 * above - below) / (2 * below))
    case 'round_prefer_ceil':
      return Math.floor((2 * above + below) / (2 * below))
  }
}

/** The fraction with the smallest denominator up to 64 that is the factor to seven digits; undefined if there is none. */
export function asFraction(factor: number): { up: number; down: number } | undefined {
  for (let down = 1; down <= 64; down++) {
    const up = Math.round(factor * down)
    if (up > 0 && Math.abs(up / down - factor) <= 1e-7 * factor) return { up, down }
  }
  return undefined
}

function count(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}
