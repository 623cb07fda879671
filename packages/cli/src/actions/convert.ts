import { mkdir, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { KintsugiError } from '@kintsugi/core'
import { inspectOnnx } from '../models/inspect-onnx.js'
import { byReader, discoveredRegistry } from '../models/readers.js'
import { formatFacts } from '../report/model.js'

/** Converts a checkpoint to an ONNX file and prints the facts of the result. */
export async function convert(input: string, output: string): Promise<void> {
  if (extname(output).toLowerCase() !== '.onnx' || extname(input).toLowerCase() === '.onnx') {
    throw new KintsugiError('E_ARGUMENT', {
      message: 'convert makes an ONNX file of a checkpoint.',
      expected: 'kintsugi convert IN.pth OUT.onnx',
      found: `${input} ${output}`,
      fix:
        extname(input).toLowerCase() === '.onnx'
          ? 'An ONNX file can be used as it is.'
          : 'Name an output file ending in .onnx.',
    })
  }
  const { onnx } = await byReader(await discoveredRegistry(), input, (reader) => reader.read(input))
  const temporary = join(dirname(output), `.${basename(output)}.${process.pid}.tmp`)
  try {
    await mkdir(dirname(output), { recursive: true })
    await writeFile(temporary, onnx)
    await rename(temporary, output)
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `"${output}" cannot be written.`,
      expected: 'a folder that can be written to',
      found: String(cause),
      cause,
    })
  }
  const { facts, parameters, bytes } = await inspectOnnx(output)
  process.stdout.write(`${output}\n${formatFacts({ ...facts, parameters, bytes })}`)
}
