import type { Image } from '@kintsugi/core'
import { reflect101 } from '../convolution/border.js'
import { gaussianReplicated } from '../convolution/replicated.js'
import { boxFilter } from '../filter/box.js'
import { cannyEdges } from '../filter/canny.js'
import { distanceTransform } from '../filter/distance.js'
import { equalizeLevels } from '../filter/equalize.js'
import { roundHalfEven } from '../image/round.js'
import { photoExample, randomCorruption } from './corruption.js'

/** Pale turquoise and brown, red, green and blue; a gray image gets their BT.601 luma. */
const WATER = [175 / 255, 238 / 255, 238 / 255, (0.299 * 175 + 0.587 * 238 + 0.114 * 238) / 255] as const
const MUD = [63 / 255, 42 / 255, 20 / 255, (0.299 * 63 + 0.587 * 42 + 0.114 * 20) / 255] as const
const RELIEF = [-2, -1, 0, -1, 1, 1, 0, 1, 2] as const

/** How much light drops of water throw, 0..strength: brightest along their rims and lower right (make_imagenet_c.py). */
export function waterMask(liquid: Float32Array, width: number, height: number, strength: number): Float32Array {
  const levels = Uint8Array.from(liquid, (value) => Math.min(255, Math.max(0, value * 255)))
  const distance = distanceTransform(cannyEdges(levels, width, height, 50, 150), width, height)
  const near = boxFilter(
    distance.map((value) => Math.min(20, value)),
    width,
    height,
    3,
  )
  const even = equalizeLevels(Uint8Array.from(near))
  const relief = new Float32Array(even.length)
  for (let y = 0; y < height; y++) {
    const rows = [y - 1, y, y + 1].map((row) => reflect101(row, height) * width)
    for (let x = 0; x < width; x++) {
      const columns = [reflect101(x - 1, width), x, reflect101(x + 1, width)]
      let sum = 0
      for (let k = 0; k < 9; k++) sum += RELIEF[k]! * even[rows[Math.floor(k / 3)]! + columns[k % 3]!]!
      relief[y * width + x] = Math.min(255, Math.max(0, sum))
    }
  }
  const mask = boxFilter(relief, width, height, 3)
  let most = 0
  for (let i = 0; i < mask.length; i++) most = Math.max(most, (mask[i] = levels[i]! * roundHalfEven(mask[i]!)))
  // Where nothing is wet the original divides by 0.
  for (let i = 0; i < mask.length; i++) mask[i] = most > 0 ? (mask[i]! / most) * strength : 0
  return mask
}

/** How much mud hides, 0 or 0.8..1. */
export function mudMask(
  liquid: Float32Array,
  width: number,
  height: number,
  threshold: number,
  sigma: number,
): Float32Array {
  const wet = liquid.map((value) => (value > threshold ? 1 : 0))
  const mask = new Float32Array(wet.length)
  gaussianReplicated(wet, mask, width, height, sigma)
  return mask.map((value) => (value < 0.8 ? 0 : value))
}

/** `corrupt/spatter`. */
export const corruptSpatter = randomCorruption({
  name: 'corrupt/spatter',
  title: 'Corruption: spatter',
  description:
    'A layer of N(location, scale), blurred by a Gaussian, 0 below the threshold, is water or mud. Water adds pale turquoise, brightest along the rims of its drops (Canny edges, distance, equalised histogram, relief, as OpenCV computes them); ' +
    'mud (the layer above the threshold, blurred, 0 below 0.8) covers with brown.',
  meaning: '(location, scale, sigma in px, threshold, strength of water or sigma of mud in px, 0 water or 1 mud)',
  levels: [
    [0.65, 0.3, 4, 0.69, 0.6, 0],
    [0.65, 0.3, 3, 0.68, 0.6, 0],
    [0.65, 0.3, 2, 0.68, 0.5, 0],
    [0.65, 0.3, 1, 0.65, 1.5, 1],
    [0.67, 0.4, 1, 0.65, 1.5, 1],
  ],
  planes: 14,
  examples: [
    { ...photoExample, with: { severity: 4 } },
    { ...photoExample, title: 'Water', with: { severity: 1 } },
  ],
  corrupt: (image, [location, scale, sigma, threshold, amount, mud], output, context) => {
    const { width, height } = image
    const field = new Float32Array(width * height)
    context.random.fillNormal(field, location!, scale!)
    const liquid = new Float32Array(field.length)
    gaussianReplicated(field, liquid, width, height, sigma!)
    for (let i = 0; i < liquid.length; i++) if (liquid[i]! < threshold!) liquid[i] = 0
    context.throwIfCancelled()
    if (mud === 1) applyMud(image, mudMask(liquid, width, height, threshold!, amount!), output)
    else applyWater(image, waterMask(liquid, width, height, amount!), output)
  },
})

/** x + mask * colour. */
function applyWater(image: Image, mask: Float32Array, output: Image): void {
  for (let c = 0; c < image.channels; c++) {
    const colour = WATER[image.channels === 1 ? 3 : (c as 0 | 1 | 2)]
    const from = c * mask.length
    for (let i = 0; i < mask.length; i++) output.data[from + i] = image.data[from + i]! + mask[i]! * colour
  }
}

/** x (1 - mask) + mask * colour. */
function applyMud(image: Image, mask: Float32Array, output: Image): void {
  for (let c = 0; c < image.channels; c++) {
    const colour = MUD[image.channels === 1 ? 3 : (c as 0 | 1 | 2)]
    const from = c * mask.length
    for (let i = 0; i < mask.length; i++) {
      output.data[from + i] = image.data[from + i]! + mask[i]! * (colour - image.data[from + i]!)
    }
  }
}
