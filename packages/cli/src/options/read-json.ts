import { readFile } from 'node:fs/promises'
import { KintsugiError } from '@kintsugi/core/errors'

/** A JSON file named on the command line. Throws `E_FILE`. */
export async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as unknown
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be read.`,
      expected: 'a JSON file',
      found:
        cause instanceof SyntaxError ? 'text that is no JSON' : cause instanceof Error ? cause.message : String(cause),
      fix: 'Check the path.',
      cause,
    })
  }
}
