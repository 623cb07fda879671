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
/** Tasks that may run at once and wait to be written to the cache when the process ends. */
const IN_FLIGHT = 64

/**
 * The set is run in a process that is killed (SIGKILL) when a third of the pictures are scored, then run to its end, then once more. Each run tells
 * which degradation steps and scores it computed: the second must not compute what the first had, but for those in flight, and the third nothing at all.
 * What a run keeps of each picture until the reduction over all of them is written are the records of its steps, 2 to 3 KiB each; its pixels take some 500 KiB.
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
    const after = resumed.memory.filter(([pictures]) => pictures > PICTURES / 2)
    return [
      report('computed before the kill', killed.computed.length, 'steps'),
      report('computed after it', resumed.computed.length, 'steps'),
      atMost('computed twice', redone, IN_FLIGHT, 'steps', 'in flight when the process was killed'),
      atMost('computed by a third run', again.computed.length, 0, 'steps'),
      report('rate', resumed.computed.length / resumed.seconds, 'steps/s', 'after the kill'),
      report('time of a third run', again.seconds, 's'),
      atMost('resident memory at the end', resumed.memory.at(-1)[1] / MEBIBYTE, 1024, 'MiB'),
      atMost('slope over the second half', slope(after) / 1024, 48, 'KiB a picture', 'records of its 14 steps or so'),
    ]
  })
}

/** Runs the set in a process of its own until so many pictures are scored, then kills it. */
function runUntil(folder, name, pictures) {
  const started = performance.now()
  const memory = []
  return new Promise((resolve, reject) => {
    const child = fork(RUN, [folder, name, String(TASKS)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    child.on('error', reject)
    child.on('message', ({ scored, rss }) => {
      memory.push([scored, rss])
      if (scored >= pictures) child.kill('SIGKILL')
    })
    child.on('exit', (code, signal) => {
      if (code !== 0 && signal !== 'SIGKILL') return reject(new Error(`the run ended with ${code ?? signal}`))
      const computed = readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean)
      const seconds = (performance.now() - started) / 1000
      resolve({ ended: code === 0, computed, memory, seconds })
    })
  })
}
