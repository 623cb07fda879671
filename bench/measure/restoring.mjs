import { createKintsugi, services } from '@kintsugi/core'
import { picture } from './pictures.mjs'
import { timed } from './time.mjs'

/**
 * Runs `esrgan/restore` on `count` different pictures in one worker thread and gives the times of each, from asking the thread to its
 * answer. `before` is awaited before each.
 */
export async function timeRestores({ width, height, count, params = {}, memory, before = async () => undefined }) {
  const times = []
  let turn = Promise.resolve()
  const kintsugi = createKintsugi({
    cacheDir: false,
    rebind: (container) => {
      const budget = container.get(services.budget)
      const reserve = budget.reserve.bind(budget)
      budget.reserve = async (bytes, order, reusable) => {
        // A task with a network waits here for the one before, as it would for the thread.
        if (reusable === undefined) return reserve(bytes, order)
        const earlier = turn
        const { promise, resolve } = withResolvers()
        turn = promise
        await earlier
        await before()
        const reservation = await reserve(bytes, order, reusable)
        const end = () => {
          reservation.end()
          resolve()
        }
        return { ...reservation, end }
      }
      const pool = container.get(services.workers)
      const run = pool.run.bind(pool)
      pool.run = async (request) => {
        if (request.registered.name !== 'esrgan/restore') return run(request)
        const time = await timed(() => run(request))
        times.push(time)
        return time.result
      }
    },
  })
  const { ok, failures } = await kintsugi.run(
    {
      kintsugi: 1,
      axes: { draw: { count } },
      inputs: { photo: { type: 'image' } },
      nodes: {
        noisy: { use: 'degrade/gaussian-noise', in: 'photo', with: { sigma: 5 }, along: ['draw'] },
        restored: { use: 'esrgan/restore', in: 'noisy', with: params },
      },
      outputs: { restored: 'restored' },
    },
    { jobs: 1, ...(memory && { memory }), inputs: { photo: picture(width, height, 0) } },
  )
  if (!ok) throw failures[0].error
  return times
}

function withResolvers() {
  let resolve
  const promise = new Promise((settle) => (resolve = settle))
  return { promise, resolve }
}
