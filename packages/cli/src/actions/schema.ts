import { writeFile } from 'node:fs/promises'
import { corePortTypes, createKintsugi, editorSchema, KintsugiError } from '@kintsugi/core'

const DEFAULT_FILE = 'pipeline.schema.json'

/** Writes the editor schema over all plugins that are found. */
export async function schema({ out }: { out?: string | true | undefined }): Promise<void> {
  const kintsugi = createKintsugi()
  const { registry } = await kintsugi.discover()
  const pipelines = await Promise.all(
    [...registry.allPipelines()].map(async ([name, path]) => {
      const { title, description, params, inputs } = (await kintsugi.load(path)).main.document
      return {
        name,
        ...(title !== undefined && { title }),
        ...(description !== undefined && { description }),
        ...(params !== undefined && { params }),
        inputs: Object.keys(inputs ?? {}),
      }
    }),
  )
  const portTypes = [...corePortTypes, ...registry.plugins.flatMap(({ plugin }) => plugin.portTypes ?? [])]
  const literal = new Set(portTypes.filter((type) => type.literal !== undefined).map(({ name }) => name))
  const text = `${JSON.stringify(
    editorSchema(
      registry.all().map(({ definition }) => definition),
      pipelines,
      literal,
    ),
    undefined,
    2,
  )}\n`
  if (out === undefined) {
    process.stdout.write(text)
    return
  }
  const path = out === true ? DEFAULT_FILE : out
  await writeFile(path, text).catch((cause: unknown) => {
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be written.`,
      expected: 'a folder that can be written to',
      found: String(cause),
      cause,
    })
  })
  process.stdout.write(`${path}\n`)
}
