import { createHash } from 'node:crypto'
import { endianness } from 'node:os'
import type { Image } from './image.js'
import { type InterleavedSamples, toInterleaved } from './interleaved.js'

/** Whether two images have the same shape and, bit for bit, the same samples. Metadata does not count. */
export function samplesEqual(a: Image, b: Image): boolean {
  if (a.width !== b.width || a.height !== b.height || a.channels !== b.channels) return false
  if (a.alpha === null || b.alpha === null) return a.alpha === b.alpha && sameBytes(a.data, b.data)
  return sameBytes(a.data, b.data) && sameBytes(a.alpha, b.alpha)
}

/**
 * SHA-256, hex, of an image as it is saved: the JSON text `["kintsugi/samples@1", width, height, channels, alpha, bitDepth]`, then the
 * clipped and rounded samples of `toInterleaved`, 16-bit ones low byte first. Two images that make the same PNG have the same hash.
 * Throws `E_IMAGE_FORMAT` for samples that are not finite.
 */
export function hashEncodedSamples(image: Image, bitDepth: 8 | 16 = image.metadata.bitDepth ?? 8): string {
  const samples = toInterleaved(image, bitDepth)
  const hash = samplesHash(image, bitDepth)
  hash.update(samples)
  return hash.digest()
}

/** The hash of `hashEncodedSamples` over samples that come in pieces, in order. */
export function samplesHash(
  image: Image,
  bitDepth: 8 | 16,
): { update(samples: InterleavedSamples): void; digest(): string } {
  const shape = ['kintsugi/samples@1', image.width, image.height, image.channels, image.alpha !== null, bitDepth]
  const hash = createHash('sha256').update(JSON.stringify(shape))
  return {
    update(samples) {
      const bytes = bytesOf(samples)
      hash.update(bitDepth === 16 && endianness() === 'BE' ? Buffer.from(bytes).swap16() : bytes)
    },
    digest: () => hash.digest('hex'),
  }
}

function sameBytes(a: Float32Array, b: Float32Array): boolean {
  return bytesOf(a).equals(bytesOf(b))
}

function bytesOf(samples: ArrayBufferView): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength)
}
