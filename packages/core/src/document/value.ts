import { KintsugiError } from '../errors/index.js'
import { TextFault } from './parsed-text.js'
import { parseYaml } from './yaml.js'

/**
 * A value as it is written behind `name=` on a command line: a YAML scalar or flow collection, so that `2` is a number, `true` a
 * boolean, `[1, 2]` a list and `{$uniform: [1, 2]}` a value form; nothing is the empty text. Throws `E_ARGUMENT`; `shown` is what
 * messages call it.
 */
export function parseValue(text: string, shown: string): unknown {
  if (text.trim() === '') return text
  try {
    return parseYaml(text).value
  } catch (error) {
    if (!(error instanceof TextFault)) throw error
    throw new KintsugiError('E_ARGUMENT', {
      message: `The value of ${shown} cannot be read: ${error.message}.`,
      expected: error.details.expected ?? 'a YAML value such as 2, true, text, [1, 2] or {$uniform: [1, 2]}',
      found: text,
      fix: 'Put quotes around the whole argument for the shell, and around texts with special characters for YAML.',
    })
  }
}
