import { createKintsugi, defineNode, definePlugin } from '@kintsugi/core'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'
import { timed } from './measure/time.mjs'

export const title = 'Overhead of the framework: a chain of 1,000 inline nodes that do nothing, on one item'

const NODES = 1000
const RUNS = 100
/** Runs that are left out, in which the code is still being compiled. */
const WARM_UP = 10

const nothing = defineNode({
  name: 'bench/nothing',
  title: 'Nothing',
  description: 'Gives what it gets.',
  inputs: { value: 'number' },
  outputs: { value: 'number' },
  runs: 'inline',
  run: ({ value }) => ({ value }),
})

/** Time of whole runs, set-up included, divided by the number of nodes. */
export async function measure() {
  const kintsugi = createKintsugi({
    cacheDir: false,
    plugins: [definePlugin({ name: 'bench', version: '1.0.0', nodes: [nothing] })],
  })
  const nodes = { n0: { use: 'core/value', with: { value: 1 } } }
  for (let i = 1; i < NODES; i++) nodes[`n${i}`] = { use: 'bench/nothing', in: `n${i - 1}` }
  const prepared = await kintsugi.plan({ kintsugi: 1, nodes, outputs: { last: `n${NODES - 1}` } })
  const times = []
  for (let run = 0; run < RUNS; run++) {
    const { result, least } = await timed(() => kintsugi.run(prepared, { jobs: 1 }))
    times.push((least / NODES) * 1000)
    if (result.rows[0]?.cells[''] !== 1) throw new Error('the chain gave another value')
  }
  return [
    report('first run', times[0], 'us a node', 'code not compiled yet'),
    atMost('median of later runs', median(times.slice(WARM_UP)), 20, 'us a node', `of ${RUNS - WARM_UP} runs`),
  ]
}
