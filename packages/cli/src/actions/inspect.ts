import { extname } from 'node:path'
import { KintsugiError, nearest, type Registry } from '@kintsugi/core'
import { inspectOnnx } from '../models/inspect-onnx.js'
import { byReader, discoveredRegistry } from '../models/readers.js'
import { formatCheckpoint, formatOnnx } from '../report/model.js'

/** Shows what a model file holds. */
export async function inspect(model: string, { json }: { json?: boolean | undefined }): Promise<void> {
  const registry = extname(model).toLowerCase() === '.onnx' ? undefined : await discoveredRegistry()
  const path = registry !== undefined && model.startsWith('builtin:') ? builtinPath(registry, model) : model
  if (registry === undefined || extname(path).toLowerCase() === '.onnx') {
    const summary = await inspectOnnx(path)
    process.stdout.write(json === true ? `${JSON.stringify(summary, undefined, 2)}\n` : formatOnnx(model, summary))
    return
  }
  const summary = await byReader(registry, path, (reader) => reader.inspect(path))
  process.stdout.write(json === true ? `${JSON.stringify(summary, undefined, 2)}\n` : formatCheckpoint(model, summary))
}

function builtinPath(registry: Registry, model: string): string {
  const path = registry.model(model.slice('builtin:'.length))
  if (path !== undefined) return path
  const known = [...registry.builtinModels().keys()].map((name) => `builtin:${name}`)
  const guess = nearest(model, known)
  throw new KintsugiError('E_FILE', {
    message: `There is no built-in model "${model}".`,
    expected: known.length === 0 ? 'the path of a model file' : `one of ${known.join(', ')}`,
    found: model,
    fix: guess === undefined ? 'See `kintsugi models`.' : `Write ${guess}.`,
  })
}
