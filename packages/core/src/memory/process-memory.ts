/**
 * What the process takes besides values, tiles and sessions: the runtime, libraries, threads and files on their way, as measured for runs of
 * large images with two threads (Node 20, sharp 0.35, onnxruntime 1.30).
 */
const PROCESS_BYTES = 320 * 2 ** 20

/** The budget of a run unless one is given, for the whole process. */
export const DEFAULT_MEMORY = 2 * 2 ** 30

/** Budgets up to this are for values alone: no process fits them. */
const SMALLEST_PROCESS = 64 * 2 ** 20

/** The part of a process's memory that values, tiles and sessions share: what the process itself needs is left, a sixth at most. */
export function sharedMemory(memory: number): number {
  return memory - Math.min(PROCESS_BYTES, Math.max(0, memory - SMALLEST_PROCESS) / 6)
}

/** Most bytes of sessions that a thread keeps for its next task: three quarters of the memory by all threads, as long as nothing else needs it. */
export function idleSessionBytes(memory: number, jobs: number): number {
  return (3 * memory) / (4 * jobs)
}
