import type { CommanderError } from '@commander-js/extra-typings'
import { KintsugiError } from '@kintsugi/core/errors'

/** What commander says of a wrong command line, as an error like all others. */
export function argumentError(error: CommanderError): KintsugiError {
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n')
  const suggestion = /\(Did you mean (.+)\?\)/.exec(rest.join(' '))?.[1]
  return new KintsugiError('E_ARGUMENT', {
    message: `${message.charAt(0).toUpperCase()}${message.slice(1)}${/[.!?]$/.test(message) ? '' : '.'}`,
    fix: suggestion === undefined ? 'See --help.' : `Write ${suggestion}.`,
  })
}
