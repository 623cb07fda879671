import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './measure/folder.mjs'
import { MEBIBYTE, memorySamples } from './measure/memory.mjs'
import { pictureFolder } from './measure/pictures.mjs'
import { atMost, report } from './measure/rows.mjs'
import { slope } from './measure/statistics.mjs'

export const title = 'Memory over 10,000 images of 64 x 64 through mod-crop, blur and noise, scored and saved'

const IMAGES = 10_000
const WARM_UP = 3000

/**
 * Flat means: after the first 3,000 images the line fitted to the resident memory rises by at most 3 KiB an image, where the pixels of
 * one image in this chain take 192 KiB, and the memory stays within a band of 64 MiB. What a run may keep of each image is its score,
 * its entry in `run.json`, the hash of its file and the keys of its tasks: about 2 KiB.
 */
export async function measure() {
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), { count: IMAGES, distinct: 200, width: 64, height: 64 })
    const memory = memorySamples(50)
    const started = performance.now()
    const { ok, saved } = await createKintsugi({ cwd: folder, cacheDir: false }).run(
      {
        kintsugi: 1,
        inputs: { photo: { type: 'image', each: 'photos/*.png' } },
        nodes: {
          sharp: { use: 'core/mod-crop', in: 'photo', with: { multiple: 4 } },
          soft: { use: 'degrade/gaussian-blur', in: 'sharp', with: { sigma: { $uniform: [0.5, 2] } } },
          noisy: { use: 'degrade/gaussian-noise', in: 'soft', with: { sigma: 10 } },
          psnr: { use: 'metrics/psnr', in: { image: 'noisy', reference: 'sharp' } },
        },
        outputs: { noisy: { from: 'noisy', save: 'noisy/{photo}.png' }, psnr: 'psnr' },
      },
      { out: join(folder, 'out'), on: (event) => event.type === 'saved' && memory.count() },
    )
    const seconds = (performance.now() - started) / 1000
    if (!ok || saved.length !== IMAGES) throw new Error('images are missing')
    const after = memory.points.filter(([images]) => images > WARM_UP)
    const bytes = after.map(([, value]) => value)
    return [
      report('rate', IMAGES / seconds, 'images/s'),
      report('resident memory at the end', bytes.at(-1) / MEBIBYTE, 'MiB'),
      atMost('slope after warm-up', slope(after) / 1024, 3, 'KiB an image', `after ${WARM_UP} of ${IMAGES} images`),
      atMost(
        'band after warm-up',
        (Math.max(...bytes) - Math.min(...bytes)) / MEBIBYTE,
        64,
        'MiB',
        'largest less smallest',
      ),
    ]
  })
}
