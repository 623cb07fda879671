/**
 * Which input pixels a tensor's samples depend on, along one axis. Networks of convolutions, resizings and shuffles repeat
 * themselves: moving by `samples` samples of the tensor moves the dependence by `pixels` pixels of the input. One period
 * therefore describes the axis completely, each phase of an upsampled tensor with its own bounds.
 */
export interface Footprint {
  readonly samples: number
  readonly pixels: number
  /** First input pixel that sample i of one period depends on; Infinity if it depends on none. */
  readonly first: readonly number[]
  /** Last input pixel that sample i of one period depends on; -Infinity if it depends on none. */
  readonly last: readonly number[]
  /** The tensor has `inputSize * samples / pixels + trim` samples. */
  readonly trim: number
}

/** How an operator's outputs lie over its inputs along one axis: `taps(o + up)` are `taps(o)` moved by `down`. */
export interface Sampling {
  readonly up: number
  readonly down: number
  /** Input samples that output sample `o` reads. */
  readonly taps: (o: number) => readonly number[]
  /** Output size for an input size that `down` divides up to a constant. */
  readonly trim: (trim: number) => number
}

/** The footprint of the input image itself. */
export const pixelFootprint: Footprint = { samples: 1, pixels: 1, first: [0], last: [0], trim: 0 }

/** The footprint after an operator. */
export function resample(input: Footprint, { up, down, taps, trim }: Sampling): Footprint {
  const repeats = input.samples / gcd(input.samples, down)
  const samples = up * repeats
  const pixels = (input.pixels * down * repeats) / input.samples
  const first: number[] = []
  const last: number[] = []
  for (let o = 0; o < samples; o++) {
    const read = taps(o)
    first.push(Math.min(...read.map((i) => bound(input, input.first, i))))
    last.push(Math.max(...read.map((i) => bound(input, input.last, i))))
  }
  return { samples, pixels, first, last, trim: trim(input.trim) }
}

/** The footprint of samples that depend on both tensors at their place; undefined if their sizes differ. */
export function unite(a: Footprint, b: Footprint): Footprint | undefined {
  if (a.samples * b.pixels !== b.samples * a.pixels || a.trim !== b.trim) return undefined
  const samples = lcm(a.samples, b.samples)
  const phases = Array.from({ length: samples }, (_, i) => i)
  return {
    samples,
    pixels: (a.pixels * samples) / a.samples,
    first: phases.map((i) => Math.min(bound(a, a.first, i), bound(b, b.first, i))),
    last: phases.map((i) => Math.max(bound(a, a.last, i), bound(b, b.last, i))),
    trim: a.trim,
  }
}

/**
 * The farthest input pixel on either side that any sample depends on, counted from the pixels that the sample covers itself:
 * pixel floor(i / scale) for an enlarged tensor, the whole block of 1 / scale pixels for a reduced one.
 */
export function reach({ samples, pixels, first, last }: Footprint): number {
  let farthest = 0
  for (let i = 0; i < samples; i++) {
    const begin = Math.floor((i * pixels) / samples)
    const end = Math.max(begin, Math.ceil(((i + 1) * pixels) / samples) - 1)
    farthest = Math.max(farthest, begin - first[i]!, last[i]! - end)
  }
  return farthest
}

/** The smallest number of input pixels that gives this tensor a whole number of samples. */
export function divisor({ samples, pixels }: Footprint): number {
  return pixels / gcd(samples, pixels)
}

export function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b)
}

export function lcm(a: number, b: number): number {
  return (a / gcd(a, b)) * b
}

function bound({ samples, pixels }: Footprint, bounds: readonly number[], i: number): number {
  const period = Math.floor(i / samples)
  return bounds[i - period * samples]! + period * pixels
}
