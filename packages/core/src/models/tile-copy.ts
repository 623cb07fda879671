import type { Image } from '../image/image.js'
import type { TensorValue } from './runner.js'
import type { Rectangle, Tile } from './tiles.js'

/** The value range of a network: what stands for 0 and 1 of an image. */
export type ValueRange = readonly [black: number, white: number]

/**
 * The place in a row of `length` samples that lies at `position` when the row is mirrored at its ends, as often as needed, its
 * end samples not repeated: for length 3, positions 0.. give 0 1 2 1 0 1 2.
 */
export function reflect(position: number, length: number): number {
  if (length === 1) return 0
  const period = 2 * (length - 1)
  const phase = ((position % period) + period) % period
  return phase < length ? phase : period - phase
}

/**
 * Copies a rectangle of the image, which may reach beyond it at right and bottom and is then filled by reflection, to planes
 * [channels, height, width]. A gray image fills every plane.
 */
export function copyIn(
  image: { readonly width: number; readonly height: number; readonly channels: number; readonly data: Float32Array },
  from: Rectangle,
  channels: number,
  range: ValueRange,
  into: Float32Array,
): void {
  const plane = from.width * from.height
  const inside = Math.min(from.width, image.width - from.x)
  for (let c = 0; c < image.channels; c++) {
    for (let y = 0; y < from.height; y++) {
      const row = (c * image.height + reflect(from.y + y, image.height)) * image.width
      const at = c * plane + y * from.width
      into.set(image.data.subarray(row + from.x, row + from.x + inside), at)
      for (let x = inside; x < from.width; x++) into[at + x] = image.data[row + reflect(from.x + x, image.width)]!
    }
  }
  const [black, white] = range
  if (black !== 0 || white !== 1) {
    const used = plane * image.channels
    for (let i = 0; i < used; i++) into[i] = black + into[i]! * (white - black)
  }
  for (let c = image.channels; c < channels; c++) into.copyWithin(c * plane, 0, plane)
}

/**
 * Copies the tile's part of a network's result [1, channels, height, width] to its place in the image; into a gray image goes
 * the luma of three planes, the mean of others. Returns whether all of it is finite.
 */
export function copyOut(result: TensorValue, { offset, output }: Tile, range: ValueRange, into: Image): boolean {
  const [, channels, height, width] = result.shape as [number, number, number, number]
  const gray = channels > into.channels ? new Float32Array(output.width) : undefined
  let finite = true
  for (let c = 0; c < into.channels; c++) {
    for (let y = 0; y < output.height; y++) {
      const from = (c * height + offset.y + y) * width + offset.x
      const to = (c * into.height + output.y + y) * into.width + output.x
      const row = gray ?? result.data.subarray(from, from + output.width)
      if (gray !== undefined) toGray(result.data, from, channels, height * width, gray)
      finite = allFinite(row) && finite
      into.data.set(row, to)
      if (range[0] !== 0 || range[1] !== 1) unmap(into.data.subarray(to, to + output.width), range)
    }
  }
  return finite
}

/** Weights of BT.601's luma, by which OpenCV's `cvtColor` and the helper of Real-ESRGAN make restored colour gray again. */
const LUMA = [0.299, 0.587, 0.114]

function toGray(data: Float32Array, from: number, channels: number, plane: number, gray: Float32Array): void {
  const weights = channels === 3 ? LUMA : new Array<number>(channels).fill(1 / channels)
  for (let x = 0; x < gray.length; x++) {
    let sum = 0
    for (let c = 0; c < channels; c++) sum += weights[c]! * data[from + c * plane + x]!
    gray[x] = sum
  }
}

function unmap(row: Float32Array, [black, white]: ValueRange): void {
  for (let x = 0; x < row.length; x++) row[x] = (row[x]! - black) / (white - black)
}

/** Zero times a finite number is zero; times NaN or an infinity it is NaN, and so is every sum with it. */
function allFinite(row: Float32Array): boolean {
  let sum = 0
  for (let x = 0; x < row.length; x++) sum += row[x]! * 0
  return sum === 0
}
