import { fileURLToPath } from 'node:url'
import { timeAgainstBare } from './measure/against-bare.mjs'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'esrgan/restore of 512 x 512 against a bare onnxruntime session in a worker of its own'

const SIDE = 512
const PAIRS = Number(process.env.BENCH_PAIRS ?? 12)
const WARM_UP = 2

/** Pairs in turn, so that what else the machine does falls on both; the median of the ratios of the pairs. */
export async function measure() {
  const model = fileURLToPath(new URL('../packages/plugin-esrgan/models/x4.onnx', import.meta.url))
  const pairs = await timeAgainstBare(model, SIDE, { pairs: PAIRS, warmUp: WARM_UP })
  const slower = (kind) => (median(pairs.map(([ours, theirs]) => ours[kind] / theirs[kind])) - 1) * 100
  return [
    report('bare session', median(pairs.map(([, theirs]) => theirs.processor)), 'ms'),
    report('esrgan/restore', median(pairs.map(([ours]) => ours.processor)), 'ms'),
    atMost('slower by', slower('processor'), 3, '%', `processor time, median of ${PAIRS} pairs in turn`),
    report('elapsed time', slower('elapsed'), '% slower', 'includes what else the machine does'),
  ]
}
