import * as ort from 'onnxruntime-node'
import { timed } from './time.mjs'

/** The settings that Kintsugi gives its sessions. */
const options = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
}

/** Runs two graphs of one input in turn and gives their processor times and the ratios of the pairs. */
export async function timePairs(first, second, shape, { pairs, warmUp }) {
  const sessions = [
    await ort.InferenceSession.create(first, options),
    await ort.InferenceSession.create(second, options),
  ]
  const times = [[], []]
  for (let pair = 0; pair < pairs + warmUp; pair++) {
    for (const [i, session] of sessions.entries()) times[i].push((await timed(() => run(session, shape))).processor)
  }
  for (const session of sessions) await session.release()
  const [ours, theirs] = times.map((list) => list.slice(warmUp))
  return { ours, theirs, ratios: ours.map((time, i) => time / theirs[i]) }
}

/** The largest difference of the outputs of two graphs, divided by the second's range. */
export async function compareOutputs(first, second, shape) {
  const outputs = []
  for (const graph of [first, second]) {
    const session = await ort.InferenceSession.create(graph, options)
    outputs.push((await run(session, shape)).data)
    await session.release()
  }
  const [a, b] = outputs
  let [low, high, difference] = [Infinity, -Infinity, a.length === b.length ? 0 : Infinity]
  for (let i = 0; i < b.length; i++) {
    low = Math.min(low, b[i])
    high = Math.max(high, b[i])
    difference = Math.max(difference, Math.abs(a[i] - b[i]))
  }
  return difference / (high - low)
}

async function run(session, shape) {
  const count = shape.reduce((product, size) => product * size, 1)
  const data = Float32Array.from({ length: count }, (_, i) => 0.5 + 0.5 * Math.sin(0.37 * i))
  const results = await session.run({ [session.inputNames[0]]: new ort.Tensor('float32', data, shape) })
  return results[session.outputNames[0]]
}
