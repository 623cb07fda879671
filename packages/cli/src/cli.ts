import { CommanderError } from '@commander-js/extra-typings'
import { exitCodes } from './exit-codes.js'
import { buildProgram } from './program.js'

/** Runs one command line. The exit code is left in `process.exitCode`; nothing is thrown, and no stack trace is shown. */
export async function runCli(args: readonly string[]): Promise<void> {
  // A reader that goes away, as `head` does, is no fault.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
    })
  }
  try {
    await buildProgram().parseAsync(args, { from: 'user' })
  } catch (error) {
    await report(error)
  }
}

async function report(error: unknown): Promise<void> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return
    process.exitCode = exitCodes.invalid
    if (error.code === 'commander.help') return
    const { argumentError } = await import('./options/argument-error.js')
    return report(argumentError(error))
  }
  const { printErrors } = await import('./report/print-error.js')
  const { isInvalid } = await import('./report/fault-kind.js')
  printErrors(error)
  process.exitCode = isInvalid(error) ? exitCodes.invalid : exitCodes.failed
}
