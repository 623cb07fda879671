import { workPlanes } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'
import { codeJpeg } from '../nodes/jpeg.js'
import { resamplePlane } from '../resize/resample.js'
import { type Resampling, resampling } from '../resize/resampling.js'
import { corruption, flatExample, photoExample } from './corruption.js'

/** `corrupt/jpeg-compression`. */
export const corruptJpegCompression = corruption({
  name: 'corrupt/jpeg-compression',
  title: 'Corruption: JPEG compression',
  description: 'Real JPEG with chroma at half size, as degrade/jpeg.',
  meaning: 'quality',
  levels: [25, 18, 15, 10, 7],
  planes: 6,
  examples: [photoExample, flatExample('Middle gray is 128 of 255', 128 / 255, {})],
  corrupt: (image, quality, output, context) => codeJpeg(image, output.data, quality, '4:2:0', context),
})

/** `corrupt/pixelate`. */
export const corruptPixelate = corruption({
  name: 'corrupt/pixelate',
  title: 'Corruption: pixelate',
  description:
    "Made smaller to floor(c side), at least 1 px, and larger again by Pillow's BOX filter, rows before columns and 8-bit levels after each step.",
  meaning: 'c',
  levels: [0.6, 0.5, 0.4, 0.3, 0.25],
  planes: 6,
  examples: [photoExample, flatExample('Middle gray is 128 of 255', 128 / 255, {})],
  corrupt: (image, factor, output, context) => {
    const { width, height, channels } = image
    // A side of 224 times 0.3 is 67.2; products such as 5 * 0.6 must not fall below the whole number.
    const small = (side: number) => Math.max(1, Math.floor(side * factor + 1e-9))
    const whole = { width, height }
    const less = { width: small(width), height: small(height) }
    const shrink = boxResize(whole, less, workPlanes({ width: less.width, height }, context)(), 1)
    const enlarge = boxResize(less, whole, workPlanes({ width, height: less.height }, context)(), WHITE)
    const shrunk = workPlanes(less, context)()
    const size = width * height
    for (let c = 0; c < channels; c++) {
      context.throwIfCancelled()
      const target = output.data.subarray(c * size, (c + 1) * size)
      const source = image.data.subarray(c * size, (c + 1) * size)
      mapSamples(source, target, (run, samples, count) => run.toLevels(samples, count))
      shrink(target, shrunk)
      enlarge(shrunk, target)
    }
  },
})

const WHITE = 255
/** Thirds and other weights in float32 may fall a little short of a half. */
const SLACK = 1e-4

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Resizes 8-bit levels as Pillow's BOX (Resample.c, version 9.4): each pixel the mean of those whose middles lie inside its box, rows before
 * columns, halves rounded up after each; then divided by `white`. `rows` is room for resized rows of the plane.
 */
function boxResize(from: Size, to: Size, rows: Float32Array, white: number) {
  const [across, down] = [boxAxis(from.width, to.width), boxAxis(from.height, to.height)]
  const [level, upright] = [sameAxis(from.height), sameAxis(to.width)]
  return (source: Float32Array, target: Float32Array) => {
    resamplePlane(source, from.width, across, level, rows)
    mapSamples(rows, rows, (run, samples, count) => run.roundLevels(samples, count, SLACK, 1))
    resamplePlane(rows, to.width, upright, down, target)
    mapSamples(target, target, (run, samples, count) => run.roundLevels(samples, count, SLACK, white))
  }
}

/** An axis that stays as it is. */
function sameAxis(size: number): Resampling {
  return { starts: Int32Array.from({ length: size }, (_, i) => i), weights: new Float32Array(size).fill(1), taps: 1 }
}

function boxAxis(input: number, output: number) {
  const step = input / output
  const reach = Math.max(1, step) / 2
  return resampling(
    input,
    output,
    Math.ceil(2 * reach) + 2,
    (i, weights) => {
      const middle = (i + 0.5) * step
      const first = Math.max(0, Math.trunc(middle - reach + 0.5))
      const end = Math.min(input, Math.trunc(middle + reach + 0.5))
      let sum = 0
      for (let k = first; k < end; k++) {
        const place = (k - middle + 0.5) / Math.max(1, step)
        sum += weights[k - first] = place > -0.5 && place <= 0.5 ? 1 : 0
      }
      for (let k = first; k < end; k++) weights[k - first]! /= sum
      return first
    },
    (index) => Math.min(Math.max(index, 0), input - 1),
  )
}
