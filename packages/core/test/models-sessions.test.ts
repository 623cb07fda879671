import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import type { KintsugiError } from '../src/errors/index.js'
import { executionProviders, SessionPool, type SessionRequest } from '../src/models/index.js'
import { encodeModel } from '../src/onnx/index.js'
import { TestGraph } from './models-graphs.js'

function request(hash: string, provider = 'cpu'): SessionRequest & { loads: number } {
  const graph = new TestGraph(1)
  const onnx = encodeModel(graph.model(graph.node('Mul', ['image', graph.floats([1], [3])]), 1))
  const counted = {
    name: `${hash}.onnx`,
    hash,
    provider,
    loads: 0,
    load: async () => {
      counted.loads++
      return onnx
    },
  }
  return counted
}

const pixel = { image: { data: Float32Array.of(2), shape: [1, 1, 1, 1] } }

describe('SessionPool', () => {
  it('makes one session for each model, also when it is opened twice at once', async () => {
    const pool = new SessionPool()
    const asked = request('a')
    const [first, second] = await Promise.all([pool.open(asked), pool.open(asked)])
    assert.deepEqual([...(await first.run(pixel)).output!.data], [6])
    assert.deepEqual((await second.run(pixel)).output!.shape, [1, 1, 1, 1])
    assert.deepEqual([asked.loads, pool.size], [1, 1])
    await pool.close()
  })

  it('tells inputs and outputs with their free sizes', async () => {
    const pool = new SessionPool()
    const session = await pool.open(request('a'))
    assert.deepEqual(session.inputs, [{ name: 'image', type: 'float32', shape: [1, 1, undefined, undefined] }])
    assert.deepEqual(
      session.outputs.map(({ name }) => name),
      ['output'],
    )
    await pool.close()
  })

  it('releases the least recently used beyond its number, and makes it anew when it runs again', async () => {
    const pool = new SessionPool({ maxSessions: 2 })
    const [a, b, c] = [request('a'), request('b'), request('c')]
    const first = await pool.open(a)
    await pool.open(b)
    await first.run(pixel)
    await pool.open(c)
    assert.equal(pool.size, 2)
    await first.run(pixel)
    assert.deepEqual([a.loads, b.loads, c.loads], [1, 1, 1])
    await (await pool.open(b)).run(pixel)
    assert.equal(b.loads, 2)
    await pool.close()
  })

  it('releases by bytes: weights and the working memory that runs were said to take', async () => {
    const pool = new SessionPool({ maxBytes: 1_000_000 })
    const first = await pool.open(request('a'))
    await first.run(pixel, undefined, 900_000)
    assert(pool.bytes > 900_000)
    const second = await pool.open(request('b'))
    assert.equal(pool.size, 2)
    await second.run(pixel, undefined, 900_000)
    assert.equal(pool.size, 1)
    await pool.close()
  })

  it('takes tensors in shared memory', async () => {
    const pool = new SessionPool()
    const session = await pool.open(request('a'))
    const data = new Float32Array(new SharedArrayBuffer(4)).fill(5)
    assert.deepEqual([...(await session.run({ image: { data, shape: [1, 1, 1, 1] } })).output!.data], [15])
    await pool.close()
  })

  it('closes only after what runs has ended, and is then of no more use', async () => {
    const pool = new SessionPool()
    const session = await pool.open(request('a'))
    const running = session.run(pixel)
    await pool.close()
    assert.equal((await running).output!.data[0], 6)
    assert.equal(pool.size, 0)
    await assert.rejects(session.run(pixel), { code: 'E_UNEXPECTED' })
  })

  it('names the providers that are there when one is not', async () => {
    const pool = new SessionPool()
    const known = await executionProviders()
    assert.equal(known[0], 'cpu')
    await assert.rejects(pool.open(request('a', 'abacus')), (error: KintsugiError) => {
      assert.equal(error.code, 'E_PROVIDER')
      assert.match(error.message, /abacus/)
      for (const name of known) assert(error.expected?.includes(name))
      return true
    })
    await pool.close()
  })

  it('says that a known provider does not start where its libraries are missing', async function () {
    const pool = new SessionPool()
    const [absent] = (await executionProviders()).filter((name) => name === 'cuda' || name === 'tensorrt')
    if (absent === undefined) return this.skip()
    const outcome = await pool.open(request('a', absent)).then(
      () => 'started',
      (error: unknown) => (error as KintsugiError).code,
    )
    assert(['started', 'E_PROVIDER'].includes(outcome))
    await pool.close()
  })

  it('refuses bytes that are no graph, and tries again when asked again', async () => {
    const pool = new SessionPool()
    const bad = { name: 'bad.onnx', hash: 'bad', provider: 'cpu', load: async () => Uint8Array.of(1, 2, 3) }
    await assert.rejects(pool.open(bad), { code: 'E_MODEL_FORMAT' })
    assert.equal(pool.size, 0)
    await pool.open({ ...request('a'), hash: 'bad' })
    await pool.close()
  })

  it('loads no native module before a session is opened', () => {
    const code = `
      const { createModelEnvironment } = await import('${new URL('../src/models/index.ts', import.meta.url).href}')
      createModelEnvironment({ readers: [] })
      const loaded = process.report.getReport().sharedObjects.filter((name) => /onnxruntime/.test(name))
      if (loaded.length > 0) throw new Error(loaded.join())
    `
    const flags = ['--conditions=@kintsugi/source', '--import=tsx', '--input-type=module', '--eval', code]
    execFileSync(process.execPath, flags, { stdio: 'pipe' })
  })
})
