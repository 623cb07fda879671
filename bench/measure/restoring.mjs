import { createKintsugi, services } from '@kintsugi/core'
import { picture } from './pictures.mjs'
import { timed } from './time.mjs'

/**
 * Runs `esrgan/restore` on `count` different pictures in one worker thread and gives the times of each, from asking the thread to its
 * answer. `before` is awaited before each.
 */
export async function timeRestores({ width, height, count, params = {}, memory, before = async () => undefined }) {
  const times = []
  let last = Promise.resolve()
  const kintsugi = createKintsugi({
    cacheDir: false,
    rebind: (container) => {
      const pool = container.get(services.workers)
      const run = pool.run.bind(pool)
      const measured = async (request) => {
        await before()
        const time = await timed(() => run(request))
        times.push(time)
        return time.result
      }
      pool.run = (request) => {
        if (request.registered.name !== 'esrgan/restore') return run(request)
        const result = last.then(() => measured(request))
        last = result.catch(() => undefined)
        return result
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
