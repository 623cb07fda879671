import { fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withFolder } from './measure/folder.mjs'
import { MEBIBYTE } from './measure/memory.mjs'
import { pictureFolder } from './measure/pictures.mjs'
import { atMost, report } from './measure/rows.mjs'
import { slope } from './measure/statistics.mjs'

const TASKS = Number(process.env.BENCH_TASKS ?? 1000)
const PHOTOS = 14

export const title = `A task set of ${TASKS} degradations x ${PHOTOS} photos of 64 x 64, killed, resumed and run again`

const RUN = fileURLToPath(new URL('measure/task-set.mjs', import.meta.url))
const PICTURES = TASKS * PHOTOS
/** Pictures after which the resumed run has its size: the first third comes from the cache, then threads compile their code. */
const WARM_UP = PICTURES / 2
/** Tasks that may run at once and wait to be written to the cache when the process ends. */
const IN_FLIGHT = 64
const AFTER = `after ${WARM_UP} of ${PICTURES} pictures`

/**
 * The set is run in a process that is killed (SIGKILL) when a third of the pictures are scored, then run to its end, then once more. Each run tells
 * which degradation steps and scores it computed: the second must not compute what the first had, but for those in flight, and the third nothing at all.
 * What a run keeps of each picture until its end are its score and the keys of its 12 or so steps, some 2 KiB; the pixels of those steps take some 500 KiB.
 * Live memory is what garbage collection leaves of the heap of the main thread, where pixels are not; resident memory has them, and those of all threads.
 */
export async function measure() {
  return withFolder(async (folder) => {
    await pictureFolder(join(folder, 'photos'), { count: PHOTOS, distinct: PHOTOS, width: 64, height: 64 })
    const killed = await runUntil(folder, 'killed', Math.floor(PICTURES / 3))
    if (killed.ended) throw new Error('the run ended before it could be killed')
    const resumed = await runUntil(folder, 'resumed', Infinity)
    const again = await runUntil(folder, 'again', Infinity)
    if (!resumed.ended || !again.ended) throw new Error('a run failed')
    const computed = [...killed.computed, ...resumed.computed]
    const redone = computed.length - new Set(computed).size
    const warm = (points) => points.filter(([pictures]) => pictures > WARM_UP)
    return [
      report('computed before the kill', killed.computed.length, 'steps'),
      report('taken from the cache after it', resumed.cached, 'steps'),
      report('computed after it', resumed.computed.length, 'steps'),
      report('taken from the cache by a third run', again.cached, 'steps'),
      atMost('computed twice', redone, IN_FLIGHT, 'steps', 'in flight when the process was killed'),
      atMost('computed by a third run', again.computed.length, 0, 'steps'),
      report('rate', resumed.computed.length / resumed.seconds, 'steps/s', 'after the kill'),
      report('time of a third run', again.seconds, 's'),
      atMost('resident memory at the end', resumed.resident.at(-1)[1] / MEBIBYTE, 512, 'MiB'),
      atMost('slope of resident memory', slope(warm(resumed.resident)) / 1024, 8, 'KiB a picture', AFTER),
      atMost('slope of live memory', slope(warm(resumed.live)) / 1024, 3, 'KiB a picture', AFTER),
    ]
  })
}

/** Runs the set in a process of its own until so many pictures are scored, then kills it. */
function runUntil(folder, name, pictures) {
  const started = performance.now()
  const resident = []
  const live = []
  let cached = 0
  return new Promise((resolve, reject) => {
    const child = fork(RUN, [folder, name, String(TASKS)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--expose-gc'],
    })
    child.on('error', reject)
    child.on('message', (told) => {
      const { scored, rss, heap } = told
      resident.push([scored, rss])
      if (heap !== undefined) live.push([scored, heap])
      cached = told.cached
      if (scored >= pictures) child.kill('SIGKILL')
    })
    child.on('exit', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') return reject(new Error(`the run ended with ${code ?? signal}`))
      const computed = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)
      const seconds = (performance.now() - started) / 1000
      resolve({ ended: code === 0, computed, cached, resident, live, seconds })
    })
  })
}
