// Runs a task set on the photos of a folder, with its cache there: `node task-set.mjs FOLDER LOG TASKS`. Writes a line to FOLDER/LOG for each
// degradation step and score that it computes, and tells the parent process how many pictures are scored and how much memory it has.
import { closeSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'

const [folder, name, tasks] = process.argv.slice(2)
const log = openSync(join(folder, name), 'w')
let scored = 0

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
      if (event.state === 'ran' && /^(low|psnr)/.test(event.node))
        writeSync(log, `${event.node} ${event.item.photo}/${event.item.task}\n`)
      if (event.node === 'psnr' && ++scored % 14 === 0) process.send({ scored, rss: process.memoryUsage.rss() })
    },
  },
)
closeSync(log)
if (!ok) throw failures[0].error
process.disconnect()
