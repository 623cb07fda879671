import type { Image } from '@kintsugi/core'
import { grayLayer } from '../image/layer.js'
import { resamplePlane } from '../resize/resample.js'
import { clippedZoom } from './clipped-zoom.js'
import { photoExample, randomCorruption } from './corruption.js'
import { streak, streakKernel } from './magick-motion.js'
import { plasmaPlane } from './plasma.js'

/** Lays fog over an image: (x + c plasma) m / (m + c), m the largest sample. */
export function applyFog(image: Image, layer: Float32Array, amount: number, output: Image): void {
  let most = 0
  for (let i = 0; i < image.data.length; i++) most = Math.max(most, image.data[i]!)
  const scale = most / (most + amount)
  const size = layer.length
  for (let i = 0; i < image.data.length; i++) output.data[i] = (image.data[i]! + amount * layer[i % size]!) * scale
}

/** `corrupt/fog`. */
export const corruptFog = randomCorruption({
  name: 'corrupt/fog',
  title: 'Corruption: fog',
  description:
    '(x + c p) m / (m + c), m the largest sample of the image and p a plasma by the diamond-square algorithm, 0..1, the upper left part of a map of 256 x 256 or the next power of two that holds the image.',
  meaning: '(c, decay of the plasma)',
  levels: [
    [1.5, 2],
    [2, 2],
    [2.5, 1.7],
    [2.5, 1.5],
    [3, 1.4],
  ],
  planes: 12,
  examples: [photoExample],
  corrupt: (image, [amount, decay], output, context) => {
    const layer = plasmaPlane(context.random, image.width, image.height, decay!)
    context.throwIfCancelled()
    applyFog(image, layer, amount!, output)
  },
})

/** Lays snow over an image: b x + (1 - b) max(x, 1.5 gray + 0.5), plus the layer and the layer turned by half a turn. */
export function applySnow(image: Image, layer: Float32Array, blend: number, output: Image): void {
  const gray = grayLayer(image)
  const size = layer.length
  for (let i = 0; i < image.data.length; i++) {
    const x = image.data[i]!
    const at = i % size
    output.data[i] = blend * x + (1 - blend) * Math.max(x, 1.5 * gray[at]! + 0.5) + layer[at]! + layer[size - 1 - at]!
  }
}

/** `corrupt/snow`. */
export const corruptSnow = randomCorruption({
  name: 'corrupt/snow',
  title: 'Corruption: snow',
  description:
    'A layer of N(location, scale), its middle enlarged by `zoom`, 0 below the threshold, clipped to 0..1, cut down to 8-bit levels and streaked as by corrupt/motion-blur at an angle drawn uniformly from -135 to -45 degrees. ' +
    'b x + (1 - b) max(x, 1.5 gray + 0.5), plus the layer and the layer turned by 180 degrees.',
  meaning: '(location, scale, zoom, threshold, radius in px, sigma in px, b)',
  levels: [
    [0.1, 0.3, 3, 0.5, 10, 4, 0.8],
    [0.2, 0.3, 2, 0.5, 12, 4, 0.7],
    [0.55, 0.3, 4, 0.9, 12, 8, 0.7],
    [0.55, 0.3, 4.5, 0.85, 12, 8, 0.65],
    [0.55, 0.3, 2.5, 0.85, 12, 12, 0.55],
  ],
  planes: 8,
  examples: [photoExample],
  corrupt: (image, [location, scale, zoom, threshold, radius, sigma, blend], output, context) => {
    const { width, height } = image
    const field = new Float32Array(width * height)
    context.random.fillNormal(field, location!, scale!)
    const layer = new Float32Array(field.length)
    resamplePlane(field, width, clippedZoom(width, zoom!), clippedZoom(height, zoom!), layer)
    for (let i = 0; i < layer.length; i++) {
      const value = layer[i]!
      layer[i] = value < threshold! ? 0 : Math.floor(Math.min(1, Math.max(0, value)) * 255) / 255
    }
    context.throwIfCancelled()
    streak(layer, field, width, height, streakKernel(radius!, sigma!, -135 + 90 * context.random.uniform()))
    context.throwIfCancelled()
    applySnow(image, field, blend!, output)
  },
})
