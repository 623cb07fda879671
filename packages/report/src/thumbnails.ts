import { createRequire } from 'node:module'
import { join } from 'node:path'
import type Sharp from 'sharp'
import type { WrittenRun } from './read-run.js'

// Already there where the run required it; importing it would load it a second time.
const sharp = createRequire(import.meta.url)('sharp') as typeof Sharp

/** A picture of the report, small enough for its share of the page. */
export interface Thumbnail {
  /** Path below the run folder. */
  path: string
  /** WebP, base64. */
  data: string
  width: number
  height: number
  /** Size of the saved image. */
  fullWidth: number
  fullHeight: number
}

/** Bytes of all pictures together, before base64 makes them a third larger. */
export const PICTURE_BYTES = 18_000_000
const LARGEST = 160_000
const SIDES = [1280, 960, 720, 512, 384, 320, 256, 192, 128]
const AT_ONCE = 4

/** Small versions of the saved images, as many bytes each as the budget allows for; images that cannot be read are left out. */
export async function thumbnailsOf(
  folder: string,
  saved: WrittenRun['saved'],
  budget = PICTURE_BYTES,
): Promise<ReadonlyMap<string, Thumbnail>> {
  const images = saved.filter(({ pixels }) => pixels !== undefined)
  const share = Math.min(LARGEST, Math.floor(budget / Math.max(1, images.length)))
  const found = new Map<string, Thumbnail>()
  const queue = images.map(({ path }) => path)
  const work = async (): Promise<void> => {
    for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
      const one = await thumbnail(join(folder, path), path, share).catch(() => undefined)
      if (one !== undefined) found.set(path, one)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return new Map(images.flatMap(({ path }) => (found.has(path) ? [[path, found.get(path) as Thumbnail] as const] : [])))
}

async function thumbnail(file: string, path: string, share: number): Promise<Thumbnail | undefined> {
  const { data: pixels, info } = await sharp(file).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  const { width: fullWidth, height: fullHeight, channels } = info
  const side = Math.max(fullWidth, fullHeight)
  // Photographs at this quality take about 0.2 bytes for each pixel: no need to try what will be far too large.
  const likely = Math.sqrt((share / 0.08) * (side / Math.min(fullWidth, fullHeight)))
  const sides = [side, ...SIDES].filter((one) => one <= side && one <= 1280 && one <= likely)
  for (const longest of sides.length === 0 ? [Math.min(side, 128)] : sides) {
    const { data, info: small } = await sharp(pixels, { raw: { width: fullWidth, height: fullHeight, channels } })
      .resize({ width: longest, height: longest, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82, effort: 2 })
      .toBuffer({ resolveWithObject: true })
    if (data.length > share && longest > 128) continue
    return { path, data: data.toString('base64'), width: small.width, height: small.height, fullWidth, fullHeight }
  }
  return undefined
}
