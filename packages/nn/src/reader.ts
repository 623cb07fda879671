import type { ModelReader } from '@kintsugi/core'
import { convertCheckpoint, inspectCheckpoint } from './convert.js'

/** The service through which plugins let the core open checkpoints. The number in its name changes with the graphs it builds. */
export const checkpointReader: ModelReader = {
  name: 'nn/checkpoint@1',
  extensions: ['.pth', '.pt', '.safetensors', '.bin', '.param'],
  read: (path, { hyperParameters, coefficients } = {}) =>
    convertCheckpoint(path, undefined, {}, hyperParameters, coefficients),
  inspect: (path) => inspectCheckpoint(path),
}
