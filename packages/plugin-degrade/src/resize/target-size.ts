import { roundHalfEven } from '../image/round.js'

/** How a fractional target side becomes a whole number; `round` takes halves to the even neighbour. */
export const ROUNDINGS = ['floor', 'round', 'ceil'] as const
/** What sets the distance between samples: the whole target size, or the fractional size before rounding. */
export const SAMPLINGS = ['from-size', 'from-factor'] as const

export type Rounding = (typeof ROUNDINGS)[number]
export type Sampling = (typeof SAMPLINGS)[number]

const ROUND: Readonly<Record<Rounding, (x: number) => number>> = {
  floor: Math.floor,
  round: roundHalfEven,
  ceil: Math.ceil,
}

/** Output side in samples, at least 1, of a side of `base` samples scaled by `factor / divide`. */
export function targetSide(base: number, factor: number, divide: number, rounding: Rounding): number {
  return Math.max(1, ROUND[rounding]((base * factor) / divide))
}

/**
 * Distance between output samples in input samples: 1 / (output / input) with the whole output side (`from-size`, the double
 * division that OpenCV does), or 1 / (scaled / input) with the side before rounding (`from-factor`).
 */
export function sampleStep(input: number, output: number, scaled: number, sampling: Sampling): number {
  return 1 / ((sampling === 'from-factor' ? scaled : output) / input)
}
