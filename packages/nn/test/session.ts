import { createRequire } from 'node:module'
import { encodeModel, type ModelProto } from '@kintsugi/core/onnx'
import type * as Onnxruntime from 'onnxruntime-node'
import type { GoldenTensor } from './golden.js'

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor } = require('onnxruntime-node') as typeof Onnxruntime

/** Runs a graph on one thread and gives one output, the first unless named; `others` are what its further inputs take. */
export async function openNetwork(
  model: ModelProto | Uint8Array,
  output?: string,
  others: Readonly<Record<string, GoldenTensor>> = {},
): Promise<(input: GoldenTensor) => Promise<GoldenTensor>> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model)
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const [inputName = ''] = session.inputNames
  const outputName = output ?? session.outputNames[0]!
  const further = Object.fromEntries(
    Object.entries(others).map(([name, { data, shape }]) => [name, new Tensor('float32', data, shape)]),
  )
  return async ({ data, shape }) => {
    const { [outputName]: result } = await session.run({ ...further, [inputName]: new Tensor('float32', data, shape) })
    return { data: result!.data as Float32Array, shape: result!.dims }
  }
}
