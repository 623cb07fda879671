import { createRequire } from 'node:module'
import { encodeModel, type ModelProto } from '@kintsugi/core/onnx'
import type * as Onnxruntime from 'onnxruntime-node'
import type { GoldenTensor } from './golden.js'

const require = createRequire(import.meta.url)
const { InferenceSession, Tensor } = require('onnxruntime-node') as typeof Onnxruntime

type Run<T> = (input: GoldenTensor) => Promise<T>

/** Runs a graph of one input on one thread and gives one output, the first unless named. */
export async function openNetwork(model: ModelProto | Uint8Array, output?: string): Promise<Run<GoldenTensor>> {
  const run = await openOutputs(model)
  return async (input) => {
    const outputs = await run(input)
    return output === undefined ? Object.values(outputs)[0]! : outputs[output]!
  }
}

/** Runs a graph of one input on one thread; gives its outputs by name. */
export async function openOutputs(model: ModelProto | Uint8Array): Promise<Run<Record<string, GoldenTensor>>> {
  const bytes = model instanceof Uint8Array ? model : encodeModel(model)
  const session = await InferenceSession.create(bytes, { intraOpNumThreads: 1, interOpNumThreads: 1 })
  const [inputName = ''] = session.inputNames
  return async ({ data, shape }) => {
    const outputs = await session.run({ [inputName]: new Tensor('float32', data, shape) })
    return Object.fromEntries(
      session.outputNames.map((name) => {
        const { data: values, dims } = outputs[name]!
        return [name, { data: values as Float32Array, shape: dims }]
      }),
    )
  }
}
