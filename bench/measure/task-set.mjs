// Runs a task set on the photos of a folder, with its cache there: `node --expose-gc task-set.mjs FOLDER LOG TASKS`. Writes a line to FOLDER/LOG for
// each degradation step and score that it computes, and tells the parent process how many pictures are scored, how many steps came from the cache
// and how much memory it has: resident memory often, what garbage collection leaves now and then.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'

const [folder, name, tasks] = process.argv.slice(2)
const log = openSync(join(folder, name), 'w')
let scored = 0
let cached = 0
/** Pictures from one look at the memory to the next, and from one garbage collection to the next. */
const LOOK = 14
const COLLECT = 700

const { ok, failures } = await createKintsugi({ cwd: folder, cacheDir: join(folder, 'cache') }).run(
  {
    kintsugi: 1,
    seed: 3,
    inputs: { photo: { type: 'image', each: 'photos/*.png' } },
    nodes: {
      tasks: { use: 'tgsr/tasks', with: { count: Number(tasks) } },
      small: { use: 'degrade/resize', in: 'photo', with: { mode: 'area', divide: 4 } },
      low: { use: 'core/replay', in: { image: 'photo', record: 'tasks' } },
      // A cheap score: how much of the reduced picture a degradation leaves.
      psnr: { use: 'metrics/psnr', in: { image: 'low', reference: 'small' } },
      task_psnr: { use: 'stats/mean', in: 'psnr', over: 'photo' },
      worst: { use: 'tgsr/select', in: 'task_psnr', with: { direction: 'smallest', fraction: 0.4 }, over: 'task' },
    },
    outputs: { task_psnr: 'task_psnr', worst: 'worst' },
  },
  {
    out: join(folder, 'out'),
    on: (event) => {
      if (event.type !== 'task') return
      if (/^(low|psnr)/.test(event.node)) {
        if (event.state === 'cached') cached++
        else writeSync(log, `${event.node} ${event.item.photo}/${event.item.task}\n`)
      }
      if (event.node !== 'psnr' || ++scored % LOOK !== 0) return
      const rss = process.memoryUsage.rss()
      if (scored % COLLECT === 0) globalThis.gc()
      process.send({ scored, cached, rss, ...(scored % COLLECT === 0 && { heap: process.memoryUsage().heapUsed }) })
    },
  },
)
closeSync(log)
if (!ok) throw failures[0].error
process.disconnect()
