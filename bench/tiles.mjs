import { timeRestores } from './measure/restoring.mjs'
import { atLeast, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title = 'esrgan/restore of 768 x 768 in exact tiles against the whole image at once'

const SIDE = 768
const COUNT = 2
const ROUNDS = 3

/** Rounds in turn, the first image of each left out; the ratio of the medians. */
export async function measure() {
  const times = { exact: [], whole: [] }
  for (let round = 0; round < ROUNDS; round++) {
    for (const tiles of ['whole', 'exact']) {
      times[tiles].push(
        ...(await timeRestores({ width: SIDE, height: SIDE, count: COUNT, params: { tiles }, memory: 8 * 2 ** 30 }))
          .slice(1)
          .map((time) => time.processor),
      )
    }
  }
  return [
    report('whole', median(times.whole), 'ms', 'processor time'),
    report('exact tiles', median(times.exact), 'ms', 'processor time'),
    atLeast(
      'throughput of tiles',
      (median(times.whole) / median(times.exact)) * 100,
      65,
      '%',
      'of that of the whole image',
    ),
  ]
}
