import { createRequire } from 'node:module'
import { encodeModel, type ModelProto } from '@kintsugi/core/onnx'
import type * as Onnxruntime from 'onnxruntime-node'
import type { GoldenTensor } from './golden.js'

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor } = require('onnxruntime-node') as typeof Onnxruntime

/** Runs a graph of one input and one output on one thread. */
export async function openNetwork(
  model: ModelProto | Uint8Array,
): Promise<(input: GoldenTensor) => Promise<GoldenTensor>> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model)
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const [inputName = ''] = session.inputNames
  const [outputName = ''] = session.outputNames
  return async ({ data, shape }) => {
    const { [outputName]: output } = await session.run({ [inputName]: new Tensor('float32', data, shape) })
    return { data: output!.data as Float32Array, shape: output!.dims }
  }
}
