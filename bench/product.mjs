import { createKintsugi } from '@kintsugi/core'
import { MEBIBYTE, memorySamples } from './measure/memory.mjs'
import { atMost, report } from './measure/rows.mjs'
import { timed } from './measure/time.mjs'

export const title = 'A product of axes with 200,000 scalar instances, and its means over one axis'

const OUTER = 200
const INNER = 1000
const INSTANCES = OUTER * INNER

export async function measure() {
  const kintsugi = createKintsugi({ cacheDir: false })
  const prepared = await kintsugi.plan({
    kintsugi: 1,
    axes: { outer: { count: OUTER }, inner: { count: INNER } },
    nodes: {
      number: { use: 'core/value', with: { value: { $expr: 'outer * 1000 + inner' } } },
      mean: { use: 'stats/mean', in: 'number', over: 'inner' },
    },
    outputs: { mean: 'mean' },
  })
  await kintsugi.run(prepared, { jobs: 1, limit: { outer: 2 } })
  const memory = memorySamples(1000)
  const before = process.memoryUsage.rss()
  const { result, least } = await timed(() =>
    kintsugi.run(prepared, { jobs: 1, on: (event) => event.type === 'task' && memory.count() }),
  )
  const { rows } = result
  if (rows.length !== OUTER || rows[1]?.cells[''] !== 1499.5) throw new Error('the means are not right')
  const halves = [0, 1].map((half) =>
    memory.points.slice((half * memory.points.length) / 2, ((half + 1) * memory.points.length) / 2),
  )
  const [first, second] = halves.map((points) => Math.max(...points.map(([, bytes]) => bytes)))
  return [
    report('time', (least / INSTANCES) * 1000, 'us an instance'),
    atMost('growth over the first half', (first - before) / MEBIBYTE, 128, 'MiB', 'of resident memory'),
    atMost('growth over the second half', (second - first) / MEBIBYTE, 32, 'MiB', 'of resident memory'),
  ]
}
