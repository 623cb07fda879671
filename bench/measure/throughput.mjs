import { fork } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './folder.mjs'
import { pictureFolder } from './pictures.mjs'
import { atLeast, report, skipped } from './rows.mjs'

const PHOTOS = 96
/** Of these, so many are done before a run is timed: with two jobs for all of two processors, a further thread has started by then, too. */
const WARM_UP = 40
/** So many of the last ones leave a worker without work, and are not timed. */
const REST = 4
/** Width and height of a photo. */
const SIDE = 1024
const ROUNDS = 7
const LIMIT = 1.8
/** Name of its row. */
export const THROUGHPUT = `Real-ESRGAN: throughput of two jobs, ${PHOTOS} photos`
/** Processors that other programs must have left for the speed of two threads to say anything about Kintsugi. */
const LEFT = 1.9

const document = {
  kintsugi: 1,
  seed: 1,
  inputs: { photo: { type: 'image', each: 'photos/*.png' } },
  nodes: { low: { use: 'degrade/real-esrgan', in: 'photo' } },
  outputs: { low: { from: 'low.image', save: '{photo}.png' } },
}

/**
 * Images a second of Real-ESRGAN's degradation with two jobs over that with one, from files to files, over some rounds in turn. Each run has
 * a process of its own and is timed from when its first photos are done to just before the last ones, so that starting threads, compiling and ending are
 * no part of it. Judged only where other programs left the two threads two processors.
 */
export async function throughput() {
  if (availableParallelism() < 2) return [skipped(THROUGHPUT, 'this machine has one processor')]
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), { count: PHOTOS, distinct: 8, width: SIDE, height: SIDE })
    const runs = { one: [], two: [] }
    for (let round = 0; round < ROUNDS; round++) {
      runs.one.push(await inProcess(folder, 1, join(folder, `out-1-${round}`)))
      runs.two.push(await inProcess(folder, 2, join(folder, `out-2-${round}`)))
    }
    const mean = (jobs, part) => runs[jobs].reduce((sum, run) => sum + run[part], 0) / ROUNDS
    const [one, two] = [mean('one', 'each'), mean('two', 'each')]
    const rates = `${(1000 / one).toFixed(1)} and ${(1000 / two).toFixed(1)} images/s`
    const note = `${rates} with ${mean('one', 'used').toFixed(2)} and ${mean('two', 'used').toFixed(2)} processors`
    if (mean('two', 'left') < LEFT)
      return [report(THROUGHPUT, one / two, 'times one', `not judged, other programs use the machine: ${note}`)]
    return [atLeast(THROUGHPUT, one / two, LIMIT, 'times one', note)]
  })
}

/** Runs the document in a new process; gives what `timeWarm` does. */
async function inProcess(folder, jobs, out) {
  const child = fork(fileURLToPath(import.meta.url), [folder, String(jobs), out])
  const [answer] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (typeof answer !== 'object') throw new Error(`a process ended with ${answer}`)
  return answer
}

/** Runs the document; milliseconds for each photo after the first ones, how many processors were at work, and how many other programs left. */
async function timeWarm(folder, jobs, out) {
  let done = 0
  let before
  let after
  const { ok } = await createKintsugi({ cwd: folder, cacheDir: false }).run(document, {
    jobs,
    out,
    on: (event) => {
      if (event.type !== 'output') return
      if (++done === WARM_UP) before = clocks()
      else if (done === PHOTOS - REST) after = clocks()
    },
  })
  if (!ok || done !== PHOTOS) throw new Error('a photo failed')
  const elapsed = after.time - before.time
  const used = (after.own - before.own) / elapsed
  const others = (after.all - before.all) / elapsed - used
  return { each: elapsed / (PHOTOS - REST - WARM_UP), used, left: cpus().length - others }
}

/** Now, and what this process and all have used of the processors, in milliseconds. */
function clocks() {
  const { user, system } = process.cpuUsage()
  const all = cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0)
  return { time: performance.now(), own: (user + system) / 1000, all }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [folder, jobs, out] = process.argv.slice(2)
  process.send(await timeWarm(folder, Number(jobs), out), () => process.disconnect())
}
