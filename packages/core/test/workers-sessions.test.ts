import assert from 'node:assert/strict'
import type { Job } from '../src/workers/job.js'
import { spareSessions, type Thread } from '../src/workers/thread.js'

const thread = (models: string[], bytes: number, job?: Pick<Job, 'model'>, lost = false) =>
  ({ models: new Set(models), sessionBytes: new Float64Array([bytes]), job, lost }) as unknown as Thread
const waiting = (...models: (string | undefined)[]) => models.map((model) => ({ model }) as unknown as Job)

describe('sessions that may be given up', () => {
  const [x4, denoise, other] = [thread(['x4'], 600), thread(['denoise'], 200), thread(['x4', 'denoise'], 700)]

  it('are those of threads that run no network', () => {
    const noise = thread(['x4'], 600, { model: undefined })
    const busy = thread(['x4'], 600, { model: 'x4' })
    assert.deepEqual(spareSessions([x4, noise, busy, thread(['x4'], 0), thread(['x4'], 600, undefined, true)], []), [
      x4,
      noise,
    ])
  })

  it('are not those that a waiting task takes over', () => {
    assert.deepEqual(spareSessions([x4, denoise], waiting('x4')), [denoise])
    assert.deepEqual(spareSessions([x4, denoise], waiting(undefined, 'other')), [x4, denoise])
    assert.deepEqual(spareSessions([x4, other, denoise], waiting('x4', 'x4')), [denoise])
    assert.deepEqual(spareSessions([x4], waiting('x4', 'x4', 'x4')), [])
  })
})
