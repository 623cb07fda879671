import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { KintsugiError, type ReadModelOptions } from '@kintsugi/core'
import { decodeModel, encodeModel } from '@kintsugi/core/onnx'
import { adoptOnnx, type OnnxConventions, storeHalf } from '@kintsugi/nn'
import { summariseOnnx } from '../models/inspect-onnx.js'
import { byReader, discoveredRegistry } from '../models/readers.js'
import { formatFacts } from '../report/model.js'

/** Options of `kintsugi convert` as they are typed. */
export interface ConvertOptions {
  half?: true
  set?: Record<string, string>
  coefficient?: Record<string, string>
  layout?: string
  range?: string
  order?: string
  scale?: string
}

/** Converts a checkpoint or a foreign ONNX file to an ONNX file and prints the facts of the result. */
export async function convert(input: string, output: string, options: ConvertOptions = {}): Promise<void> {
  if (extname(output).toLowerCase() !== '.onnx') {
    throw argumentError('convert makes an ONNX file.', 'kintsugi convert IN OUT.onnx', `${input} ${output}`)
  }
  const { half, ...others } = options
  const isOnnx = extname(input).toLowerCase() === '.onnx'
  checkFitting(others, isOnnx)
  const [theirs, choices] = [conventions(options), stated(options)]
  const onnx = isOnnx
    ? encodeModel(adoptOnnx(await readInput(input), basename(input), theirs))
    : (await byReader(await discoveredRegistry(), input, (reader) => reader.read(input, choices))).onnx
  const written = half ? encodeModel(storeHalf(decodeModel(onnx, basename(input)))) : onnx
  await write(output, written)
  const { facts, parameters, bytes } = summariseOnnx(written, basename(output))
  process.stdout.write(`${output}\n${formatFacts({ ...facts, parameters, bytes })}`)
}

function checkFitting(options: ConvertOptions, isOnnx: boolean): void {
  const fitting = isOnnx ? ['layout', 'range', 'order', 'scale'] : ['set', 'coefficient']
  const other = Object.entries(options).find(([name, value]) => value !== undefined && !fitting.includes(name))?.[0]
  if (other === undefined) return
  throw argumentError(
    `--${other} does not apply to ${isOnnx ? 'an ONNX file' : 'a checkpoint'}.`,
    `--half, ${fitting.map((name) => `--${name}`).join(', ')}`,
    `--${other}`,
  )
}

function stated({ set = {}, coefficient = {} }: ConvertOptions): ReadModelOptions {
  const coefficients = Object.entries(coefficient).map(([name, text]) => [name, parseNumber(text, '--coefficient')])
  return {
    hyperParameters: Object.fromEntries(Object.entries(set).map(([name, text]) => [name, parseValue(text)])),
    ...(coefficients.length > 0 && { coefficients: Object.fromEntries(coefficients) as Record<string, number> }),
  }
}

/** Numbers, lists of numbers with commas between, true and false as what they are; everything else is text. */
function parseValue(text: string): number | number[] | boolean | string {
  if (text === 'true' || text === 'false') return text === 'true'
  const parts = text.split(',')
  if (!parts.every((part) => part.trim() !== '' && Number.isFinite(Number(part)))) return text
  return parts.length === 1 ? Number(text) : parts.map(Number)
}

function conventions({ layout, range, order, scale }: ConvertOptions): OnnxConventions {
  return {
    ...(layout !== undefined && { layout: oneOf(layout, ['nchw', 'nhwc'], '--layout') }),
    ...(order !== undefined && { order: oneOf(order, ['rgb', 'bgr'], '--order') }),
    ...(range !== undefined && { range: parseRange(range) }),
    ...(scale !== undefined && { scale: parseScale(scale) }),
  }
}

function oneOf<const T extends string>(text: string, choices: readonly T[], option: string): T {
  const chosen = choices.find((choice) => choice === text)
  if (chosen !== undefined) return chosen
  throw argumentError(`${option} is not known.`, `one of ${choices.join(', ')}`, text)
}

function parseRange(text: string): [number, number] {
  const [black, white, ...more] = text.split(',').map((part) => parseNumber(part, '--range'))
  if (black !== undefined && white !== undefined && more.length === 0 && black !== white) return [black, white]
  throw argumentError('--range is no range.', 'two different numbers, as in --range 0,255', text)
}

function parseScale(text: string): number {
  const scale = parseNumber(text, '--scale')
  if (scale > 0) return scale
  throw argumentError('--scale is no scale.', 'a number above 0', text)
}

function parseNumber(text: string, option: string): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number)) return number
  throw argumentError(`${option} needs numbers.`, 'a number', text)
}

async function readInput(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be read.`,
      expected: 'a readable file',
      found: (cause as Error).message,
      cause,
    })
  }
}

async function write(output: string, onnx: Uint8Array): Promise<void> {
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
}

function argumentError(message: string, expected: string, found: string): KintsugiError {
  return new KintsugiError('E_ARGUMENT', { message, expected, found, fix: 'See kintsugi convert --help.' })
}
