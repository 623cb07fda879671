import { open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './measure/folder.mjs'
import { picture } from './measure/pictures.mjs'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title =
  'A cached node of 1 megapixel (12 MiB of samples) against reading as many bytes and against computing it'

const RUNS = 15

export async function measure() {
  return withFolder(async (folder) => {
    const prepare = (seed) => ({
      kintsugi: 1,
      seed,
      inputs: { photo: { type: 'image' } },
      nodes: {
        noisy: { use: 'degrade/gaussian-noise', in: 'photo', with: { sigma: 5 } },
        soft: { use: 'degrade/gaussian-blur', in: 'noisy', with: { sigma: 3 } },
      },
      outputs: { soft: 'soft' },
    })
    const kintsugi = createKintsugi({ cacheDir: folder })
    const photo = picture(1024, 1024, 0)
    const timesOf = async (seed) => {
      const times = {}
      const on = (event) => event.type === 'task' && event.node === 'soft' && (times[event.state] = event.milliseconds)
      await kintsugi.run(prepare(seed), { jobs: 1, inputs: { photo }, on })
      return times
    }
    const ran = []
    const cached = []
    for (let seed = 0; seed < RUNS; seed++) ran.push((await timesOf(seed)).ran)
    for (let seed = 0; seed < RUNS; seed++) cached.push((await timesOf(seed)).cached)
    const file = join(folder, 'samples')
    await writeFile(file, photo.data)
    const read = []
    /** Each run has memory of its own, as those of a new process have. */
    const kept = []
    for (let run = 0; run < RUNS; run++) {
      const handle = await open(file)
      const started = performance.now()
      const memory = new Uint8Array(new SharedArrayBuffer(photo.data.byteLength))
      await handle.read(memory, 0, memory.length, 0)
      read.push(performance.now() - started)
      await handle.close()
      kept.push(memory)
    }
    return [
      report('bare read into new shared memory', median(read), 'ms'),
      report('from the cache', median(cached), 'ms'),
      atMost('cached against a bare read', median(cached) / median(read), 2, 'times', 'with its checksum'),
      report('computed: blur of sigma 3', median(ran), 'ms'),
      report('cached against computed', median(cached) / median(ran), 'times'),
    ]
  })
}
