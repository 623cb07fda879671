import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { createKintsugi, type Registry } from '@kintsugi/core'
import { inspectOnnx } from '../models/inspect-onnx.js'
import { byReader } from '../models/readers.js'
import { colorsFor } from '../report/colors.js'
import { formatFacts } from '../report/model.js'

/** Lists the models that ship inside plugins. */
export async function models({ json }: { json?: boolean | undefined }): Promise<void> {
  const { registry } = await createKintsugi().discover()
  const found = await Promise.all(
    [...registry.builtinModels()].map(async ([name, path]) => ({
      name: `builtin:${name}`,
      ...(await inspectModel(registry, path)),
    })),
  )
  if (json === true) {
    process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`)
    return
  }
  const c = colorsFor(process.stdout)
  if (found.length === 0) process.stdout.write('No plugin ships a model.\n')
  for (const { name, facts, parameters, bytes } of found)
    process.stdout.write(`${c.bold(name)}\n${formatFacts({ ...facts, parameters, bytes })}\n`)
}

/** An ONNX file or, for weights that are no network by themselves, a checkpoint. */
async function inspectModel(registry: Registry, path: string) {
  if (extname(path).toLowerCase() === '.onnx') return inspectOnnx(path)
  const { tensors, ...summary } = await byReader(registry, path, (reader) => reader.inspect(path))
  return { facts: {}, ...summary, tensors: tensors.length, bytes: (await stat(path)).size }
}
