import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { withFolder } from './measure/folder.mjs'
import { picture } from './measure/pictures.mjs'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'A cached node of 1 megapixel (12 MiB of samples) against computing it'

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
    for (let run = 0; run < RUNS; run++) {
      const started = performance.now()
      await readFile(file)
      read.push(performance.now() - started)
    }
    return [
      report('bare read of as many bytes', median(read), 'ms'),
      report('computed: blur of sigma 3', median(ran), 'ms'),
      report('from the cache', median(cached), 'ms'),
      atMost('cached against computed', median(cached) / median(ran), 0.5, 'times'),
    ]
  })
}
