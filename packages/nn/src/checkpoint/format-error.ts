import { KintsugiError } from '@kintsugi/core/errors'

/** A file that is damaged or is not what it seems. */
export function formatError(name: string, expected: string, found: string, cause?: unknown): KintsugiError {
  return new KintsugiError('E_CHECKPOINT_FORMAT', {
    message: `${name} cannot be read as a checkpoint.`,
    expected,
    found,
    fix: 'Check that the download is complete; known formats are .pth and .pt (PyTorch), .safetensors, and .bin with .param (ncnn).',
    cause,
  })
}

/** A tensor whose description contradicts itself or the file. */
export function tensorError(name: string, tensor: string, expected: string, found: string): KintsugiError {
  return new KintsugiError('E_CHECKPOINT_TENSOR', {
    message: `${name}: the tensor ${tensor} cannot be read.`,
    expected,
    found,
    fix: 'Check that the file is complete and was written by PyTorch or a safetensors library.',
  })
}
