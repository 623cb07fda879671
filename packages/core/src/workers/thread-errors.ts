import { KintsugiError } from '../errors/index.js'
import type { Job } from './job.js'

/** An error that a node threw without meaning to tell the user. */
export class ForeignError extends Error {
  constructor(override readonly cause: KintsugiError) {
    super(cause.message)
  }
}

/** The error of a task whose thread ended. */
export function lossOf(job: Job, error: unknown): KintsugiError {
  return new KintsugiError('E_WORKER', {
    message: `A worker thread ended while it ran ${job.request?.registered.name ?? 'a task of its own'}: ${error instanceof Error ? error.message : String(error)}`,
    expected: 'a node that neither ends its thread nor uses up its memory',
    fix: 'Try smaller images or tiles, or fewer --jobs.',
    cause: error,
  })
}
