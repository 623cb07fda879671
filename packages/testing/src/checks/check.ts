import { KintsugiError } from '@kintsugi/core'
import type { Reporter } from '../report.js'
import type { Subject } from '../subject.js'

/** Looks at one property of a node type and reports what it finds. */
export type Check = (subject: Subject, report: Reporter) => void | Promise<void>

/** What was thrown, in a line. */
export function describeError(error: unknown): string {
  if (error instanceof KintsugiError)
    return `${error.code}: ${error.message}${error.found === undefined ? '' : ` (found ${error.found})`}`
  return error instanceof Error ? `${error.name}: ${error.message}` : `a thrown ${typeof error}`
}

/** Whether an error tells a user what is wrong and what would be right. */
export function isClearRefusal(error: unknown): error is KintsugiError {
  return error instanceof KintsugiError && (error.expected !== undefined || error.fix !== undefined)
}
