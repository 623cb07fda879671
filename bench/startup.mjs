import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withFolder } from './measure/folder.mjs'
import { atMost, report, skipped } from './measure/rows.mjs'

export const title = 'Cold start of the command line'

const RUNS = 11
const SMALL = `kintsugi: 1
name: small
inputs:
  photo: { type: image, each: '*.png' }
nodes:
  soft: { use: degrade/gaussian-blur, in: photo, with: { sigma: { $uniform: [0.5, 2] } } }
  noisy: { use: degrade/gaussian-noise, in: soft, with: { sigma: 10 } }
  psnr: { use: metrics/psnr, in: { image: noisy, reference: photo } }
outputs:
  noisy: { from: noisy, save: '{photo}.png' }
  psnr: psnr
`

/** The least of some runs: other programs only add to it. */
function least(args) {
  const times = []
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now()
    const { status, stderr } = spawnSync(process.execPath, args)
    times.push(performance.now() - started)
    if (status !== 0) throw new Error(String(stderr))
  }
  return Math.min(...times)
}

export async function measure() {
  const main = fileURLToPath(new URL('../packages/cli/dist/main.js', import.meta.url))
  if (!existsSync(main)) return [skipped('kintsugi --help', 'the command line is not built')]
  return withFolder((folder) => {
    const pipeline = join(folder, 'small.yaml')
    writeFileSync(join(folder, 'photo.png'), '')
    writeFileSync(pipeline, SMALL)
    const node = least(['-e', ''])
    const help = least([main, '--help'])
    const validate = least([main, 'validate', pipeline])
    return [
      report('node alone', node, 'ms'),
      report('kintsugi --help', help, 'ms'),
      report('kintsugi validate', validate, 'ms'),
      atMost('--help against node alone', help / node, 3, 'times', `least of ${RUNS} runs`),
      atMost('validate against node alone', validate / node, 6, 'times', `least of ${RUNS} runs`),
    ]
  })
}
