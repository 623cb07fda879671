import type { ModelReader, ModelSummary } from '@kintsugi/core'
import { convertCheckpoint, inspectCheckpoint } from '@kintsugi/nn'

/** Opens PyTorch checkpoints and safetensors files of the architectures that `@kintsugi/nn` recognises; executes nothing in them. */
export const checkpointReader: ModelReader = {
  name: 'nn/checkpoint@1',
  extensions: ['.pth', '.pt', '.safetensors'],
  read: (path) => convertCheckpoint(path),
  async inspect(path): Promise<ModelSummary> {
    const { format, architecture, hyperParameters, parameters, notes, tensors } = await inspectCheckpoint(path)
    return { format, architecture, hyperParameters, parameters, notes, tensors }
  },
}
