import { fileURLToPath } from 'node:url'
import { startBareSession } from './measure/bare-session.mjs'
import { timeRestores } from './measure/restoring.mjs'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'esrgan/restore of 512 x 512 against a bare onnxruntime session in a worker of its own'

const SIDE = 512
const PAIRS = Number(process.env.BENCH_PAIRS ?? 12)
const WARM_UP = 2

/** Pairs in turn, so that what else the machine does falls on both; the median of the ratios of the pairs. */
export async function measure() {
  const model = fileURLToPath(new URL('../packages/plugin-esrgan/models/x4.onnx', import.meta.url))
  const bare = await startBareSession(model, [1, 3, SIDE, SIDE])
  const bareTimes = []
  const times = await timeRestores({
    width: SIDE,
    height: SIDE,
    count: PAIRS + WARM_UP,
    before: async () => void bareTimes.push(await bare.run()),
  })
  bare.close()
  const pairs = times.map((time, i) => [time, bareTimes[i]]).slice(WARM_UP)
  const slower = (kind) => (median(pairs.map(([ours, theirs]) => ours[kind] / theirs[kind])) - 1) * 100
  return [
    report('bare session', median(pairs.map(([, theirs]) => theirs.processor)), 'ms'),
    report('esrgan/restore', median(pairs.map(([ours]) => ours.processor)), 'ms'),
    atMost('slower by', slower('processor'), 3, '%', `processor time, median of ${PAIRS} pairs in turn`),
    report('elapsed time', slower('elapsed'), '% slower', 'includes what else the machine does'),
  ]
}
