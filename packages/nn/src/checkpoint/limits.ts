import { KintsugiError } from '@kintsugi/core/errors'

/** Bounds that no real checkpoint meets and that keep hostile ones from taking the machine with them. */
export const limits = {
  /** Node reads files below this size in one piece. */
  fileBytes: 2 ** 31 - 1,
  /** The description of tensors beside the numbers; a 23-block RRDBNet needs 0.1 MB. */
  pickleBytes: 32 * 2 ** 20,
  safetensorsHeaderBytes: 32 * 2 ** 20,
  zipEntries: 100_000,
  tensors: 100_000,
  rank: 16,
  /** Calls and arguments while unpickling. */
  pickleWork: 5_000_000,
} as const

/** Throws `E_CHECKPOINT_LIMIT` if a file goes beyond a bound. */
export function checkLimit(name: string, what: string, found: number, limit: number): void {
  if (found <= limit) return
  throw new KintsugiError('E_CHECKPOINT_LIMIT', {
    message: `${name} is no plausible checkpoint: ${what} is too large.`,
    expected: `at most ${limit}`,
    found: String(found),
    fix: 'Obtain the file again from its authors; do not trust this copy.',
  })
}

/** Counts memory that reading a file takes beyond the file itself: inflated entries and copied tensors. */
export interface MemoryAllowance {
  take(bytes: number): void
}

/** Four times the file and 64 MiB: widening half precision doubles a file, and a few tensors may be strided copies. */
export function memoryAllowance(name: string, fileBytes: number): MemoryAllowance {
  const allowed = 4 * fileBytes + 64 * 2 ** 20
  let taken = 0
  return {
    take(bytes) {
      taken += bytes
      checkLimit(name, 'the memory for its tensors, in bytes,', taken, allowed)
    },
  }
}
