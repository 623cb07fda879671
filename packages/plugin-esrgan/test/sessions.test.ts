import assert from 'node:assert/strict'
import { createImage, createKintsugi, type PipelineDocument, services } from '@kintsugi/core'

const pipeline: PipelineDocument = {
  kintsugi: 1,
  axes: { draw: { count: 3 } },
  inputs: { photo: { type: 'image' } },
  nodes: {
    noisy: { use: 'degrade/gaussian-noise', in: 'photo', with: { sigma: 5 }, along: ['draw'] },
    restored: { use: 'esrgan/restore', in: 'noisy' },
  },
  outputs: { restored: 'restored' },
}

/** Bytes of sessions in idle threads after each task of a run. */
async function idleBytes(memory: number): Promise<number[]> {
  const told: number[] = []
  const photo = createImage({ width: 96, height: 96, channels: 3 })
  const { ok } = await createKintsugi({
    cacheDir: false,
    rebind: (container) => {
      const workers = container.get(services.workers)
      const run = workers.run.bind(workers)
      workers.run = async (request) => {
        const result = await run(request)
        told.push(workers.idleSessionBytes)
        return result
      }
    },
  }).run(pipeline, { jobs: 1, memory, inputs: { photo } })
  assert(ok)
  return told
}

describe('network sessions of a run', function () {
  this.timeout(60_000)

  it('are kept from task to task where memory is left', async () => {
    assert((await idleBytes(2 ** 31)).at(-1)! > 96 * 96 * 1000)
  })

  it('are released where it is not', async () => {
    assert.equal((await idleBytes(100 * 2 ** 20)).at(-1), 0)
  })
})
