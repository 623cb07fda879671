import { extname } from 'node:path'
import { createKintsugi, KintsugiError, type ModelReader, type Registry } from '@kintsugi/core'

/** The registry of all plugins that are found, for their models and readers. */
export async function discoveredRegistry(): Promise<Registry> {
  return (await createKintsugi().discover()).registry
}

/** Reads a checkpoint by each reader that takes its extension, until one can. Throws `E_MODEL_FORMAT` if none takes it, else what the first throws. */
export async function byReader<T>(
  registry: Registry,
  path: string,
  read: (reader: ModelReader) => Promise<T>,
): Promise<T> {
  const extension = extname(path).toLowerCase()
  const fitting = registry.readers.filter(({ reader }) => reader.extensions.includes(extension))
  const failures: unknown[] = []
  for (const { reader } of fitting) {
    try {
      return await read(reader)
    } catch (error) {
      failures.push(error)
    }
  }
  if (failures.length > 0) throw failures[0]
  const known = [...new Set(['.onnx', ...registry.readers.flatMap(({ reader }) => reader.extensions)])]
  throw new KintsugiError('E_MODEL_FORMAT', {
    message: `Nothing installed reads "${path}".`,
    expected: `a file ending in ${known.join(', ')}`,
    found: extension === '' ? 'a file without an extension' : extension,
    fix: 'Install a plugin that reads this format.',
  })
}
