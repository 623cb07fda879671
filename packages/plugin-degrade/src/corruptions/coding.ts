import { fromBytes, toBytes } from '../image/bytes.js'
import { jpeg } from '../nodes/jpeg.js'
import { resampling } from '../resize/resampling.js'
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
  corrupt: async (image, quality, output, context) => {
    const coded = await jpeg.run({ image: { ...image, alpha: null } }, { quality, subsampling: '4:2:0' }, context)
    output.data.set(coded.image.data)
  },
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
  corrupt: (image, factor, output) => {
    const { width, height, channels } = image
    // A side of 224 times 0.3 is 67.2; products such as 5 * 0.6 must not fall below the whole number.
    const small = (side: number) => Math.max(1, Math.floor(side * factor + 1e-9))
    const bytes = toBytes(image.data, channels)
    const less = resizeBox(bytes, width, height, channels, small(width), small(height))
    fromBytes(resizeBox(less, small(width), small(height), channels, width, height), channels, output.data)
  },
})

/** Interleaved 8-bit samples resized as Pillow's BOX (Resample.c, version 9.4): each pixel the mean of those whose middles lie inside its box. */
function resizeBox(
  bytes: Uint8Array,
  width: number,
  height: number,
  channels: number,
  toWidth: number,
  toHeight: number,
): Uint8Array {
  const rows = pass(bytes, height, channels, boxAxis(width, toWidth), width * channels, channels)
  return pass(rows, toWidth * channels, 1, boxAxis(height, toHeight), 1, toWidth * channels)
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

/**
 * Resamples one axis of 8-bit samples, halves rounded up: `lines` lines whose samples are `stride` apart, each of `group` samples side
 * by side; line l starts at l * lineStride in the input.
 */
function pass(
  bytes: Uint8Array,
  lines: number,
  group: number,
  { starts, weights, taps }: ReturnType<typeof boxAxis>,
  lineStride: number,
  stride: number,
): Uint8Array {
  const count = starts.length
  const result = new Uint8Array(lines * group * count)
  const outLine = stride === group ? count * group : lineStride
  const outStride = stride === group ? group : stride
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < count; i++) {
      for (let g = 0; g < group; g++) {
        let sum = 0.5
        for (let k = 0; k < taps; k++) {
          sum += weights[i * taps + k]! * bytes[line * lineStride + (starts[i]! + k) * stride + g]!
        }
        // Thirds and other weights in float32 may fall a little short of a half.
        result[line * outLine + i * outStride + g] = Math.floor(sum + 1e-6)
      }
    }
  }
  return result
}
