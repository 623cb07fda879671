import { readFile } from 'node:fs/promises'
import { KintsugiError } from '@kintsugi/core'

/** What to say of a file of parameters that cannot be used. */
export interface ParameterFileUse {
  readonly metric: string
  readonly expected: string
  readonly fix: string
}

/** Reads a file of parameters and interprets it. Throws `E_FILE`, or `E_METRIC_PARAMETERS` where `interpret` throws. */
export async function parameterFile<T>(
  path: string,
  { metric, expected, fix }: ParameterFileUse,
  interpret: (bytes: Buffer) => T | Promise<T>,
): Promise<T> {
  let bytes: Buffer
  try {
    bytes = await readFile(path)
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `${metric} cannot read the file ${path}`,
      expected,
      found: (cause as Error).message,
      fix: 'check the path, which is relative to the pipeline file',
      cause,
    })
  }
  try {
    return await interpret(bytes)
  } catch (cause) {
    throw new KintsugiError('E_METRIC_PARAMETERS', {
      message: `${metric} cannot use the file ${path}`,
      expected,
      found: (cause as Error).message,
      fix,
      cause,
    })
  }
}
