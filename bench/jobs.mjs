import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './measure/folder.mjs'
import { pictureFolder } from './measure/pictures.mjs'
import { report, skipped } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'Two worker threads against one on a folder of 24 photos of 512 x 512'

const ROUNDS = 3

export async function measure() {
  if (availableParallelism() < 2) return [skipped('speed of two workers', 'this machine has one processor')]
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), { count: 24, distinct: 24, width: 512, height: 512 })
    const seconds = async (jobs) => {
      const started = performance.now()
      const { ok } = await createKintsugi({ cwd: folder, cacheDir: false }).run(
        {
          kintsugi: 1,
          inputs: { photo: { type: 'image', each: 'photos/*.png' } },
          nodes: {
            soft: { use: 'degrade/gaussian-blur', in: 'photo', with: { sigma: 2 } },
            noisy: { use: 'degrade/gaussian-noise', in: 'soft', with: { sigma: 10 } },
            ssim: { use: 'metrics/ssim', in: { image: 'noisy', reference: 'photo' } },
          },
          outputs: { noisy: { from: 'noisy', save: '{photo}.png' }, ssim: 'ssim' },
        },
        { jobs, out: join(folder, `out-${jobs}`) },
      )
      if (!ok) throw new Error('a photo failed')
      return (performance.now() - started) / 1000
    }
    const ratios = []
    for (let round = 0; round < ROUNDS; round++) {
      const one = await seconds(1)
      ratios.push(one / (await seconds(2)))
    }
    return [
      report(
        'speed of two workers',
        median(ratios),
        'times one',
        'the start of threads included; needs two idle processors',
      ),
    ]
  })
}
