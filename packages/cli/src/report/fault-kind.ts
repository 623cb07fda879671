import type { ErrorData } from '@kintsugi/core'
import { KintsugiError, toErrorData } from '@kintsugi/core/errors'

/** Codes of faults that lie in what a command does, not in what it was told. */
const failures = new Set(['E_CANCELLED', 'E_MEMORY', 'E_MODEL_OUTPUT', 'E_NODE_FAILED', 'E_UNEXPECTED', 'E_WORKER'])

/** Whether a fault that ended a command lies in the pipeline or the arguments. */
export function isInvalid(error: unknown): boolean {
  return error instanceof KintsugiError && !failures.has(error.code)
}

/** Every fault in a thrown value: planning throws a list of them. */
export function faultsOf(error: unknown): ErrorData[] {
  const list = error instanceof KintsugiError && 'errors' in error ? error.errors : undefined
  return Array.isArray(list) ? list.map(toErrorData) : [toErrorData(error)]
}
