import { roundHalfEven } from '../image/round.js'

/** Spreads 8-bit levels so that each is about as frequent as the next, as `cv2.equalizeHist` of OpenCV 4.6; a single level stays. */
export function equalizeLevels(levels: Uint8Array): Uint8Array {
  const counts = new Uint32Array(256)
  for (let i = 0; i < levels.length; i++) counts[levels[i]!]!++
  const first = counts.findIndex((count) => count > 0)
  if (counts[first] === levels.length) return levels.slice()
  const scale = Math.fround(255 / (levels.length - counts[first]!))
  const table = new Uint8Array(256)
  let sum = 0
  for (let level = first + 1; level < 256; level++) {
    sum += counts[level]!
    table[level] = Math.min(255, roundHalfEven(Math.fround(sum * scale)))
  }
  return levels.map((level) => table[level]!)
}
