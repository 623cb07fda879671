/**
 * A signal that is aborted by Ctrl-C, by SIGTERM, or when the reader of stdout goes away. A second Ctrl-C meets no handler any more and
 * ends the process at once, which is safe: files are written whole or not at all.
 */
export function interruption(tell: (message: string) => void): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController()
  const interrupt = (): void => {
    tell('stopping after the steps that are under way; press Ctrl-C again to end at once')
    controller.abort()
  }
  const closed = (): void => controller.abort()
  process.once('SIGINT', interrupt)
  process.once('SIGTERM', interrupt)
  process.stdout.on('error', closed)
  return {
    signal: controller.signal,
    release: () => {
      process.removeListener('SIGINT', interrupt)
      process.removeListener('SIGTERM', interrupt)
      process.stdout.removeListener('error', closed)
    },
  }
}
