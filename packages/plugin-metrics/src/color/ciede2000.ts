import type { Lab } from './lab.js'

const DEGREE = Math.PI / 180

/** Colour difference CIEDE2000 (CIE 142-2001; Sharma et al. 2005) with kL = kC = kH = 1. */
export function ciede2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const meanChroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2
  const stretch = 1.5 - 0.5 * saturation(meanChroma)
  const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)]
  const [h1, h2] = [hue(a1 * stretch, b1), hue(a2 * stretch, b2)]
  const achromatic = c1 * c2 === 0
  const turn = h2 - h1
  const hueTurn = achromatic ? 0 : turn > 180 ? turn - 360 : turn < -180 ? turn + 360 : turn
  const lightness = l2 - l1
  const chroma = c2 - c1
  const hueDifference = 2 * Math.sqrt(c1 * c2) * Math.sin((hueTurn / 2) * DEGREE)

  const meanL = (l1 + l2) / 2
  const meanC = (c1 + c2) / 2
  const sum = h1 + h2
  const meanH = achromatic ? sum : Math.abs(turn) <= 180 ? sum / 2 : sum < 360 ? (sum + 360) / 2 : (sum - 360) / 2
  const t =
    1 -
    0.17 * Math.cos((meanH - 30) * DEGREE) +
    0.24 * Math.cos(2 * meanH * DEGREE) +
    0.32 * Math.cos((3 * meanH + 6) * DEGREE) -
    0.2 * Math.cos((4 * meanH - 63) * DEGREE)
  const sl = 1 + (0.015 * (meanL - 50) ** 2) / Math.sqrt(20 + (meanL - 50) ** 2)
  const sc = 1 + 0.045 * meanC
  const sh = 1 + 0.015 * meanC * t
  const rotation = -Math.sin(60 * Math.exp(-(((meanH - 275) / 25) ** 2)) * DEGREE) * 2 * saturation(meanC)
  const x = lightness / sl
  const y = chroma / sc
  const z = hueDifference / sh
  // Rounding can take a sum of squares of equal colours below 0.
  return Math.sqrt(Math.max(x * x + y * y + z * z + rotation * y * z, 0))
}

/** sqrt(C^7 / (C^7 + 25^7)). */
function saturation(chroma: number): number {
  const power = chroma ** 7
  return Math.sqrt(power / (power + 25 ** 7))
}

/** 0..360 degrees; 0 for gray. */
function hue(a: number, b: number): number {
  if (a === 0 && b === 0) return 0
  const angle = Math.atan2(b, a) / DEGREE
  return angle < 0 ? angle + 360 : angle
}
