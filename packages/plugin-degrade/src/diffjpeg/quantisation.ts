// Tables K.1 and K.2 of ITU-T T.81 (1992), annex K, by rows of vertical frequency. BasicSR (basicsr/utils/diffjpeg.py)
// transposes both; the second is symmetric.
// biome-ignore format: a table
const LUMINANCE_TRANSPOSED = [
  16, 12, 14, 14, 18, 24, 49, 72,
  11, 12, 13, 17, 22, 35, 64, 92,
  10, 14, 16, 22, 37, 55, 78, 95,
  16, 19, 24, 29, 56, 64, 87, 98,
  24, 26, 40, 51, 68, 81, 103, 112,
  40, 58, 57, 87, 109, 104, 121, 100,
  51, 60, 69, 80, 103, 113, 120, 103,
  61, 55, 56, 62, 77, 92, 101, 99,
]
// biome-ignore format: a table
const CHROMINANCE = [
  17, 18, 24, 47, 99, 99, 99, 99,
  18, 21, 26, 66, 99, 99, 99, 99,
  24, 26, 56, 99, 99, 99, 99, 99,
  47, 66, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
  99, 99, 99, 99, 99, 99, 99, 99,
]

/** `hard`: halves to even. `soft`: round(x) + (x - round(x))^3, whose slope is not 0. */
export type CoefficientRounding = 'hard' | 'soft'

/** Steps of both tables at a quality, 0 < quality < 100, not rounded and not clipped to 1..255. */
export function quantisationSteps(quality: number): { luminance: Float64Array; chrominance: Float64Array } {
  const factor = (quality < 50 ? 5000 / quality : 200 - 2 * quality) / 100
  return {
    luminance: Float64Array.from(LUMINANCE_TRANSPOSED, (step) => step * factor),
    chrominance: Float64Array.from(CHROMINANCE, (step) => step * factor),
  }
}
