import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Image } from '@kintsugi/core'
import sharp from 'sharp'
import { imageOf } from './context.js'

/** Reference values of the original authors' code, beside the repository. */
export const goldenFolder = new URL('../../../../shared/golden/metrics/', import.meta.url)

export interface GoldenPair {
  readonly reference: string
  readonly distorted: string
  readonly values: Readonly<Record<string, number | string>>
  readonly niqeBlocks: Readonly<Record<string, number>>
  readonly noReferenceOfDistorted: Readonly<Record<string, number>>
}

interface GoldenValues {
  readonly pairs: readonly GoldenPair[]
  readonly blind: readonly {
    readonly image: string
    readonly niqeBlocks: Readonly<Record<string, number>>
    readonly values: Readonly<Record<string, number>>
  }[]
}

/** The stored values; skips the test with a message where they are not. */
export function goldenValues(context: Mocha.Context): GoldenValues {
  if (!existsSync(goldenFolder)) {
    console.log('      reference values are not there')
    context.skip()
  }
  return JSON.parse(readFileSync(new URL('values.json', goldenFolder), 'utf8')) as GoldenValues
}

/** A stored 8-bit RGB image. */
export async function goldenImage(file: string): Promise<Image> {
  const { data, info } = await sharp(fileURLToPath(new URL(file, goldenFolder)))
    .raw()
    .toBuffer({ resolveWithObject: true })
  return imageOf(
    { width: info.width, height: info.height, channels: 3 },
    (c, y, x) => data[(y * info.width + x) * 3 + c]!,
  )
}
