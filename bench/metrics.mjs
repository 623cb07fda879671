import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { gmsd, msSsim, niqe, niqeFit, psnr, ssim } from '@kintsugi/plugin-metrics'
import { withFolder } from './measure/folder.mjs'
import { picture } from './measure/pictures.mjs'
import { shareProcessor } from './measure/processor.mjs'
import { atMost, skipped } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'Metrics of 1024x1024 RGB against scikit-image, numpy and scipy, one thread each, in turn'

const PYTHON = '/usr/bin/python3'
const SIDE = 1024
const RUNS = 5
const context = { throwIfCancelled: () => undefined, progress: () => undefined, warn: () => undefined }
const common = { border: 0, quantize: true }

export async function measure() {
  if (spawnSync(PYTHON, ['-c', 'import numpy, scipy, skimage']).status !== 0) {
    return [skipped('metrics', `${PYTHON} with numpy, scipy and skimage is not there`)]
  }
  return withFolder(async (folder) => {
    const [image, reference] = [photograph(1), photograph(2)]
    const series = {
      length: 1,
      missing: 0,
      async *[Symbol.asyncIterator]() {
        yield { keys: {}, load: async () => reference }
      },
    }
    const luma = { ...common, color_space: 'y' }
    const { pristine } = await niqeFit.run({ images: series }, { ...luma, sharpness: 0 }, context)
    const files = {
      image: join(folder, 'image'),
      reference: join(folder, 'reference'),
      parameters: join(folder, 'parameters'),
    }
    writeFileSync(files.image, interleaved(image))
    writeFileSync(files.reference, interleaved(reference))
    writeFileSync(files.parameters, Float64Array.from(pristine.values))
    const python = await startReference(files)
    const pair = { image, reference }
    const rgb = { ...common, color_space: 'rgb' }
    const yiq = { ...common, color_space: 'yiq_rounded' }
    const ssimParams = {
      ...rgb,
      window: 'gaussian',
      covariance: 'population',
      clamp_contrast: false,
      downsample: 'none',
    }
    const metrics = {
      psnr: [() => psnr.run(pair, { ...rgb, epsilon: 0 }, context), 1e-6],
      ssim: [() => ssim.run(pair, ssimParams, context), 1e-6],
      'ms-ssim': [() => msSsim.run(pair, yiq, context), 1e-5],
      gmsd: [() => gmsd.run(pair, yiq, context), 1e-5],
      niqe: [() => niqe.run({ image, pristine }, luma, context), 1e-2],
    }
    const rows = []
    for (const [name, [run, tolerance]] of Object.entries(metrics))
      rows.push(await compare(name, run, tolerance, python))
    python.close()
    return rows
  })
}

/** Times both in turn and checks that they give one score. The first call of each, in which code is loaded and compiled, stands in the note alone. */
async function compare(name, run, tolerance, python) {
  const [own, theirs] = [[], []]
  for (let i = 0; i <= RUNS; i++) {
    const started = performance.now()
    const { score } = await run()
    const time = performance.now() - started
    const reference = await python.ask(name)
    if (!(Math.abs(score - reference.score) <= tolerance * Math.max(1, Math.abs(reference.score)))) {
      throw new Error(`${name}: ${score} instead of ${reference.score}`)
    }
    own.push(time)
    theirs.push(reference.time)
  }
  const [[firstOwn, ...warmOwn], [firstTheirs, ...warmTheirs]] = [own, theirs]
  const against = (a, b) => `${a.toFixed(1)} ms against ${b.toFixed(1)} ms`
  const note = `${against(median(warmOwn), median(warmTheirs))}; first call ${against(firstOwn, firstTheirs)}`
  const ratio = median(warmOwn.map((time, i) => time / warmTheirs[i]))
  return atMost(`${name}, time against the reference`, ratio, 1, 'times', note)
}

async function startReference({ image, reference, parameters }) {
  const script = fileURLToPath(new URL('measure/metrics_reference.py', import.meta.url))
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const child = spawn(PYTHON, [script, String(SIDE), image, reference, parameters], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env,
  })
  const lines = createInterface({ input: child.stdout })
  const answers = lines[Symbol.asyncIterator]()
  await answers.next()
  const { settle, release } = shareProcessor(child.pid)
  settle()
  return {
    async ask(name) {
      child.stdin.write(`${name}\n`)
      const { value, done } = await answers.next()
      if (done) throw new Error(`the reference of ${name} failed`)
      const [time, score] = value.split(' ').map(Number)
      return { time, score }
    },
    close() {
      child.stdin.end()
      release()
    },
  }
}

/** A picture of whole 8-bit levels. */
function photograph(number) {
  const made = picture(SIDE, SIDE, number)
  for (let i = 0; i < made.data.length; i++) made.data[i] = Math.round(made.data[i] * 255) / 255
  return made
}

function interleaved({ data }) {
  const plane = SIDE * SIDE
  const bytes = new Uint8Array(3 * plane)
  for (let i = 0; i < plane; i++) for (let c = 0; c < 3; c++) bytes[3 * i + c] = Math.round(data[c * plane + i] * 255)
  return bytes
}
