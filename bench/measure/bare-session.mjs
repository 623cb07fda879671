import { readFileSync } from 'node:fs'
import { parentPort, Worker, workerData } from 'node:worker_threads'
import * as ort from 'onnxruntime-node'
import { timed } from './time.mjs'

/**
 * A thread that does nothing but run one network on one tensor of noise, with the settings that Kintsugi gives its sessions.
 * `run()` gives the times from asking to the answer.
 */
export async function startBareSession(model, shape) {
  const worker = new Worker(new URL(import.meta.url), { workerData: { model, shape } })
  let settle
  worker.on('message', () => settle.resolve())
  worker.on('error', (error) => settle.reject(error))
  const answer = () => new Promise((resolve, reject) => (settle = { resolve, reject }))
  await answer()
  return {
    run: () =>
      timed(() => {
        worker.postMessage('run')
        return answer()
      }),
    close: () => worker.postMessage('close'),
  }
}

if (workerData?.model !== undefined) {
  const { model, shape } = workerData
  const session = await ort.InferenceSession.create(readFileSync(model), {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    enableMemPattern: false,
  })
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1)).map(() => Math.random())
  parentPort.on('message', async (message) => {
    if (message === 'close') {
      await session.release()
      parentPort.close()
      return
    }
    await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, shape) })
    parentPort.postMessage('done')
  })
  parentPort.postMessage('ready')
}
