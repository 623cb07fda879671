import { existsSync, readFileSync } from 'node:fs'
import { createImage, type Image } from '@kintsugi/core'

const FOLDER = new URL('../../../../shared/golden/degrade/', import.meta.url)

/** Whether the reference outputs of the original authors' code are beside the repository. */
export const goldenAvailable = existsSync(FOLDER)

/** A little-endian float32 or float64 array in NumPy's format, version 1. */
export function readArray(path: string): { shape: number[]; data: Float32Array | Float64Array } {
  const bytes = readFileSync(new URL(path, FOLDER))
  const start = 10 + bytes.readUInt16LE(8)
  const header = bytes.toString('latin1', 10, start)
  const shape = /'shape': \(([^)]*)\)/
    .exec(header)![1]!
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number)
  const buffer = new Uint8Array(bytes.subarray(start)).buffer
  return { shape, data: header.includes("'<f8'") ? new Float64Array(buffer) : new Float32Array(buffer) }
}

/** An array of shape (1, 3, height, width) as an image. */
export function readImage(path: string): Image {
  const { shape, data } = readArray(path)
  const image = createImage({ channels: 3, height: shape[2]!, width: shape[3]! })
  image.data.set(data)
  return image
}

/** The described cases of a section. */
export function readItems<T>(section: string): T[] {
  return (JSON.parse(readFileSync(new URL(`${section}/case.json`, FOLDER), 'utf8')) as { items: T[] }).items
}
