/** L 0..100, a and b about -128..127. */
export type Lab = readonly [l: number, a: number, b: number]

// sRGB primaries and the white D65, the figures of scikit-image.
const WHITE = [0.95047, 1, 1.08883] as const

/** CIELAB (D65, 2 degrees) of sRGB samples 0..1. */
export function labOf(red: number, green: number, blue: number): Lab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)]
  const x = response((0.412453 * r + 0.35758 * g + 0.180423 * b) / WHITE[0])
  const y = response((0.212671 * r + 0.71516 * g + 0.072169 * b) / WHITE[1])
  const z = response((0.019334 * r + 0.119193 * g + 0.950227 * b) / WHITE[2])
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
}

function linear(sample: number): number {
  return sample <= 0.04045 ? sample / 12.92 : ((sample + 0.055) / 1.055) ** 2.4
}

function response(t: number): number {
  return t > 0.008856 ? Math.cbrt(t) : 7.787 * t + 16 / 116
}
