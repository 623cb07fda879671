import { availableParallelism } from 'node:os'

/**
 * Threads beyond `jobs` of them that are of use: one where they take all processors. A codec works in threads of libuv and libvips while its worker sleeps; Linux
 * often wakes these on a processor that another worker has, and lets the one that is free idle until its next tick.
 */
export function spareThreads(jobs: number): number {
  return jobs > 1 && jobs >= availableParallelism() ? 1 : 0
}

/** What a run must last from its first result on before a spare thread gains more than starting it costs, ms. */
export const SPARE_AFTER = 2000
