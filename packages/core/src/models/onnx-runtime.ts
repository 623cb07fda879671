import type * as onnxruntime from 'onnxruntime-node'

let loading: Promise<typeof onnxruntime> | undefined

/**
 * onnxruntime-node, loaded on first use so that no native module is loaded before a network runs. Its log is silenced up to
 * fatal faults: whatever it logs as an error is thrown as well.
 */
export function loadOnnxRuntime(): Promise<typeof onnxruntime> {
  loading ??= import('onnxruntime-node').then((ort) => {
    ort.env.logLevel = 'fatal'
    return ort
  })
  return loading
}

/** Names of the execution providers that this build of onnxruntime knows, `cpu` first. */
export async function executionProviders(): Promise<string[]> {
  const ort = await loadOnnxRuntime()
  return ort.listSupportedBackends().map(({ name }) => name)
}
