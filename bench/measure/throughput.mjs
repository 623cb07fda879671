import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './folder.mjs'
import { pictureFolder } from './pictures.mjs'
import { atLeast, report, skipped } from './rows.mjs'
import { median } from './statistics.mjs'

/** So many that the last ones, which leave a worker without work, hardly count. */
const PHOTOS = 96
/** Of these, so many are done before a run is timed. */
const WARM_UP = 16
const ROUNDS = 5
const LIMIT = 1.8
/** Name of its row. */
export const THROUGHPUT = `throughput of two workers, ${PHOTOS} photos`
/** Share of two processors that a run must have had for its speed to say anything about Kintsugi. */
const GIVEN = 1.8

const document = {
  kintsugi: 1,
  inputs: { photo: { type: 'image', each: 'photos/*.png' } },
  nodes: {
    sharp: { use: 'degrade/usm-sharpen', in: 'photo' },
    soft: {
      use: 'degrade/gaussian-blur',
      in: 'sharp',
      with: { sigma_x: 2.2, sigma_y: 0.9, rotation: 0.7, kernel_size: 21 },
    },
    small: { use: 'degrade/resize', in: 'soft', with: { mode: 'area', factor: 0.6 } },
    noisy: { use: 'degrade/poisson-noise', in: 'small' },
    coded: { use: 'degrade/jpeg', in: 'noisy', with: { quality: 60 } },
    ringing: { use: 'degrade/sinc-blur', in: 'coded', with: { kernel_size: 13 } },
    low: { use: 'degrade/resize', in: 'ringing', with: { mode: 'bicubic', size: { width: 192, height: 192 } } },
  },
  outputs: { low: { from: 'low', save: '{photo}.png' } },
}

/**
 * Images a second of a degradation with two worker threads over that with one, from files to files: the median of the ratios of some rounds in turn. A run
 * is timed from when its first photos are done, so that starting threads and compiling is no part of it. Judged only where the machine gave the two
 * threads two processors.
 */
export async function throughput() {
  if (availableParallelism() < 2) return [skipped(THROUGHPUT, 'this machine has one processor')]
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), { count: PHOTOS, distinct: 8, width: 768, height: 768 })
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const one = await timeWarm(folder, 1, join(folder, `out-1-${round}`))
      const two = await timeWarm(folder, 2, join(folder, `out-2-${round}`))
      rounds.push({ one: one.each, two: two.each, ratio: one.each / two.each, given: two.processors })
    }
    const middle = (part) => median(rounds.map((round) => round[part]))
    const [ratio, given] = [middle('ratio'), middle('given')]
    const rates = `${(1000 / middle('one')).toFixed(1)} and ${(1000 / middle('two')).toFixed(1)} images/s`
    const note = `${rates}; two had ${given.toFixed(2)} processors`
    if (given < GIVEN)
      return [report(THROUGHPUT, ratio, 'times one', `not judged, other programs use the machine: ${note}`)]
    return [atLeast(THROUGHPUT, ratio, LIMIT, 'times one', note)]
  })
}

/** Runs the document; milliseconds for each photo after the first ones, and how many processors were at work. */
async function timeWarm(folder, jobs, out) {
  let done = 0
  let [started, before] = [0, process.cpuUsage()]
  const { ok } = await createKintsugi({ cwd: folder, cacheDir: false }).run(document, {
    jobs,
    out,
    on: (event) => {
      if (event.type !== 'task' || event.node !== 'low' || event.state !== 'ran' || ++done !== WARM_UP) return
      started = performance.now()
      before = process.cpuUsage()
    },
  })
  if (!ok || done !== PHOTOS) throw new Error('a photo failed')
  const elapsed = performance.now() - started
  const { user, system } = process.cpuUsage(before)
  return { each: elapsed / (PHOTOS - WARM_UP), processors: (user + system) / 1000 / elapsed }
}
