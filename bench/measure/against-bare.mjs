import { startBareSession } from './bare-session.mjs'
import { timeRestores } from './restoring.mjs'

/**
 * Times `esrgan/restore` and a bare session on the same model in turn, so that what else the machine does falls on both. Gives
 * pairs `[ours, theirs]` after `warmUp` left out.
 */
export async function timeAgainstBare(model, side, { pairs, warmUp, params = {} }) {
  const bare = await startBareSession(model, [1, 3, side, side])
  const bareTimes = []
  const times = await timeRestores({
    width: side,
    height: side,
    count: pairs + warmUp,
    params,
    before: async () => void bareTimes.push(await bare.run()),
  })
  bare.close()
  return times.map((time, i) => [time, bareTimes[i]]).slice(warmUp)
}
