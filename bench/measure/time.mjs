/**
 * Does work and gives the milliseconds that it took. `elapsed` is lengthened by other programs, `processor` by threads of Node that
 * compile and collect garbage beside it; `least` is the smaller of both, for work on one thread.
 */
export async function timed(work) {
  const processorBefore = process.cpuUsage()
  const started = performance.now()
  const result = await work()
  const elapsed = performance.now() - started
  const { user, system } = process.cpuUsage(processorBefore)
  const processor = (user + system) / 1000
  return { result, elapsed, processor, least: Math.min(elapsed, processor) }
}
