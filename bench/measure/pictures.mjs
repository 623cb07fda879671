import { linkSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createStream, encodeImage } from '@kintsugi/core'

/** A soft picture with some noise, planar RGB in 0..1, the same for the same number. */
export function picture(width, height, number) {
  const stream = createStream(new Uint8Array(16).fill(number % 251).fill(number >> 8, 0, 1))
  const data = new Float32Array(3 * width * height)
  for (let c = 0, i = 0; c < 3; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        const wave = 0.5 + 0.3 * Math.sin((x + number) / 17 + c) * Math.cos((y - number) / 23)
        data[i] = Math.min(1, Math.max(0, wave + 0.1 * (stream.uniform() - 0.5)))
      }
    }
  }
  return { width, height, channels: 3, data, alpha: null, metadata: {} }
}

/** The first plane of `picture` as a gray one. */
export function grayPicture(width, height, number) {
  const { data, ...rest } = picture(width, height, number)
  return { ...rest, channels: 1, data: data.slice(0, width * height) }
}

/** Fills a folder with `count` PNG files of which `distinct` differ; the others are further links to the same files. */
export async function pictureFolder(folder, { count, distinct, width, height }) {
  mkdirSync(folder, { recursive: true })
  const name = (i) => join(folder, `${String(i).padStart(6, '0')}.png`)
  for (let i = 0; i < distinct; i++)
    writeFileSync(name(i), await encodeImage(picture(width, height, i), { format: 'png' }))
  for (let i = distinct; i < count; i++) linkSync(name(i % distinct), name(i))
}
