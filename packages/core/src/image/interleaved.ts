import { KintsugiError } from '../errors/error.js'
import type { Image } from './image.js'

/** Integer samples as files hold them: pixel after pixel, the bands of a pixel together. */
export type InterleavedSamples = Uint8Array | Uint16Array

/** Fills `plane` with one band of interleaved samples as `sample / 255` (8 bits) or `sample / 65535` (16 bits). */
export function readPlane(samples: InterleavedSamples, bands: number, band: number, plane: Float32Array): void {
  const max = largest(samples)
  for (let i = 0, at = band; i < plane.length; i++, at += bands) plane[i] = samples[at]! / max
}

/**
 * An image's samples at 8 or 16 bits, interleaved: gray, gray and alpha, RGB, or RGB and alpha. Values are clipped to 0..1 and
 * rounded half to even. Throws `E_IMAGE_FORMAT` naming the first sample that is not finite.
 */
export function toInterleaved(image: Image, bitDepth: 8 | 16): InterleavedSamples {
  checkFinite(image)
  return interleaveRows(image, bitDepth, 0, image.height)
}

/** Some rows of an image as `toInterleaved` gives them all; whether samples are finite is not looked at. */
export function interleaveRows(image: Image, bitDepth: 8 | 16, top: number, rows: number): InterleavedSamples {
  const { channels, width, height } = image
  const bands = channels + (image.alpha === null ? 0 : 1)
  const [from, to] = [top * width, (top + rows) * width]
  const samples = bitDepth === 8 ? new Uint8Array((to - from) * bands) : new Uint16Array((to - from) * bands)
  const plane = width * height
  for (let c = 0; c < channels; c++)
    writePlane(image.data.subarray(c * plane + from, c * plane + to), samples, bands, c)
  if (image.alpha !== null) writePlane(image.alpha.subarray(from, to), samples, bands, channels)
  return samples
}

/** Throws `E_IMAGE_FORMAT` naming the first sample that is not finite. */
export function checkFinite(image: Image): void {
  if (!allFinite(image.data) || (image.alpha !== null && !allFinite(image.alpha))) throw notFinite(image)
}

// Doubles from 2^52 on are whole numbers, so that adding 2^52 rounds half to even as IEEE 754 addition does.
const WHOLE = 2 ** 52

function writePlane(plane: Float32Array, samples: InterleavedSamples, bands: number, band: number): void {
  const max = largest(samples)
  for (let i = 0, at = band; i < plane.length; i++, at += bands)
    samples[at] = Math.min(Math.max(plane[i]! * max, 0), max) + WHOLE - WHOLE
}

/** Zero times a finite number is zero, times NaN or an infinity it is NaN, which stays in the sums; four of them keep a processor busy. */
function allFinite(values: Float32Array): boolean {
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let i = 0
  for (; i + 3 < values.length; i += 4) {
    a += values[i]! * 0
    b += values[i + 1]! * 0
    c += values[i + 2]! * 0
    d += values[i + 3]! * 0
  }
  for (; i < values.length; i++) a += values[i]! * 0
  return a + b + c + d === 0
}

function largest(samples: InterleavedSamples): number {
  return samples.BYTES_PER_ELEMENT === 1 ? 255 : 65535
}

function notFinite(image: Image): KintsugiError {
  const color = image.data.findIndex((value) => !Number.isFinite(value))
  const at = color === -1 ? image.alpha!.findIndex((value) => !Number.isFinite(value)) : color
  const row = Math.floor(at / image.width)
  const place = `x ${at % image.width}, y ${row % image.height}`
  const plane = color === -1 ? 'the alpha plane' : `channel ${Math.floor(row / image.height)}`
  return new KintsugiError('E_IMAGE_FORMAT', {
    message: `the image has a sample that no file can hold, at ${place} of ${plane}`,
    expected: 'finite numbers',
    found: String((color === -1 ? image.alpha! : image.data)[at]),
    fix: 'look at the node that made it; a value form or a network gave a number that is not finite',
  })
}
