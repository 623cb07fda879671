// The pipeline of enlarge.yaml, built in code and run by a program: npx tsx examples/enlarge.ts
import { fileURLToPath } from 'node:url'
import { createKintsugi, modCrop, pipeline } from '@kintsugi/core'
import { gaussianBlur, gaussianNoise, jpeg, resize } from '@kintsugi/plugin-degrade'
import { restore } from '@kintsugi/plugin-esrgan'
import { meanNode, psnr, ssim, table } from '@kintsugi/plugin-metrics'

/** The same document as enlarge.yaml. */
export function buildEnlarge() {
  const p = pipeline('enlarge', {
    title: 'Enlarge small pictures',
    description:
      'Makes small, blurred, noisy JPEG pictures of photographs, enlarges them again by bicubic interpolation and by a network, and scores both against the originals.',
    seed: 7,
  })
  const noise = p.param('noise', {
    type: 'number',
    minimum: 0,
    maximum: 50,
    default: 4,
    description: 'Largest standard deviation of the noise, where white is 255.',
  })
  const photo = p.input('photo', 'image', { each: 'photos/*.{png,jpg}' })

  const original = p.add('original', modCrop, { in: { image: photo }, with: { multiple: 4 } })
  const blurred = p.add('blurred', gaussianBlur, { in: { image: original }, with: { sigma: { $uniform: [0.4, 1.2] } } })
  const small = p.add('small', resize, { in: { image: blurred }, with: { mode: 'matlab-bicubic', divide: 4 } })
  const noisy = p.add('noisy', gaussianNoise, { in: { image: small }, with: { sigma: { $uniform: [0, noise] } } })
  const degraded = p.add('degraded', jpeg, { in: { image: noisy }, with: { quality: { $int: [70, 95] } } })

  const bicubic = p.add('bicubic', resize, { in: { image: degraded }, with: { mode: 'matlab-bicubic', factor: 4 } })
  const network = p.add('network', restore, { in: { image: degraded }, with: { model: 'builtin:x4' } })
  const restored = p.stack('restored', 'method', { bicubic, network })

  const compare = { in: { image: restored, reference: original }, with: { color_space: 'y', border: 4 } } as const
  const psnrs = p.add('psnr', psnr, compare)
  const ssims = p.add('ssim', ssim, compare)
  const meanPsnr = p.add('mean_psnr', meanNode, { in: { values: psnrs }, over: 'photo' })
  const meanSsim = p.add('mean_ssim', meanNode, { in: { values: ssims }, over: 'photo' })
  const scores = p.add('table', table, {
    in: {
      columns: {
        psnr_bicubic: psnrs.at('method', 'bicubic'),
        psnr_network: psnrs.at('method', 'network'),
        ssim_bicubic: ssims.at('method', 'bicubic'),
        ssim_network: ssims.at('method', 'network'),
      },
    },
    over: 'photo',
  })

  return p
    .output('degraded', degraded, { save: 'degraded/{photo}.png' })
    .output('restored', restored, { save: '{method}/{photo}.png' })
    .output('psnr', psnrs)
    .output('ssim', ssims)
    .output('mean_psnr', meanPsnr)
    .output('mean_ssim', meanSsim)
    .output('table', scores, { save: 'table.md' })
}

/** Runs it and prints each mean as it comes. */
async function main(): Promise<void> {
  const kintsugi = createKintsugi({ cwd: fileURLToPath(new URL('.', import.meta.url)) })
  const result = await kintsugi.run(buildEnlarge(), {
    out: '../runs/enlarge-in-code',
    receive: (output, item, value) => {
      if (output.startsWith('mean_')) console.log(output, item['method'], value)
    },
  })
  console.log(
    `${result.ran} tasks computed, ${result.cached} from the cache, ${result.saved.length} files in runs/enlarge-in-code`,
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
