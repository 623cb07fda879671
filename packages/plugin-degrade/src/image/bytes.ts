import { inScratch } from '../kernels/scratch.js'
import { mapSamples } from './strips.js'

/** Pixels converted between two copies; a multiple of the 16 that the kernels take at once. */
const STRIP = 8192

/**
 * Colour planes as interleaved 8-bit samples: times 255 in float32, halves rounded to even, clipped to 0..255; a sample that
 * is no number becomes 0.
 */
export function toBytes(data: Float32Array, channels: 1 | 3): Uint8Array {
  const size = data.length / channels
  const bytes = new Uint8Array(data.length)
  inScratch([data], (scratch) => {
    const planes = scratch.words(channels * STRIP)
    const packed = scratch.words((channels * STRIP) / 4)
    const open = scratch.open()
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      for (let c = 0; c < channels; c++) open.load(planes + c * STRIP * 4, data, c * size + from, count)
      if (channels === 3) open.run.packColor(packed, planes, STRIP * 4, count)
      else open.run.packPlane(packed, planes, count)
      open.storeBytes(packed, bytes, from * channels, count * channels)
    }
  })
  return bytes
}

/** Interleaved 8-bit samples as planes of samples divided by 255. */
export function fromBytes(bytes: Uint8Array, channels: 1 | 3, data: Float32Array): void {
  const size = data.length / channels
  inScratch([data], (scratch) => {
    const planes = scratch.words(channels * STRIP)
    const packed = scratch.words((channels * STRIP) / 4)
    const open = scratch.open()
    for (let from = 0; from < size; from += STRIP) {
      const count = Math.min(STRIP, size - from)
      open.loadBytes(packed, bytes, from * channels, count * channels)
      if (channels === 3) open.run.unpackColor(planes, STRIP * 4, packed, count)
      else open.run.unpackPlane(planes, packed, count)
      for (let c = 0; c < channels; c++) open.store(planes + c * STRIP * 4, data, c * size + from, count)
    }
  })
}

/** target = the samples of `source` as `toBytes` and then `fromBytes` give them back: whole levels, divided by 255. */
export function roundTo8Bits(source: Float32Array, target: Float32Array): void {
  mapSamples(source, target, (run, samples, count, bytes) => {
    run.packPlane(bytes, samples, count)
    run.unpackPlane(samples, bytes, count)
  })
}
