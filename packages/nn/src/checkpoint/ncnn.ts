import { formatError } from './format-error.js'
import { checkLimit, limits, type MemoryAllowance } from './limits.js'
import { type ElementType, elementBytes, readElements, type Tensor } from './tensor.js'

/** A layer of an ncnn network with what it holds in the `.bin` file. */
export interface NcnnLayer {
  readonly type: string
  readonly name: string
  /** Parameters by their numbers; those that are lists have the number alone, without ncnn's -23300. */
  readonly parameters: ReadonlyMap<number, readonly number[]>
  /** Kernels of a convolution, or the slopes of a PReLU. */
  readonly weight?: Tensor
  readonly bias?: Tensor
}

const MAGIC = '7767517'
const LIST = -23300
/** Marks before weights (ncnn, src/modelbin.cpp); a mark of zero says raw float32. */
const HALF = 0x01306b47
const RAW = 0x0002c056

/** Layers that hold nothing in the `.bin` file, as exports of super-resolution networks have them. */
const WITHOUT_WEIGHTS = new Set([
  'Input',
  'Split',
  'Concat',
  'BinaryOp',
  'Eltwise',
  'ReLU',
  'PixelShuffle',
  'Interp',
  'Reorg',
  'Noop',
  'Reshape',
  'Permute',
])

/** True if the text is an ncnn `.param` file. */
export function looksLikeNcnn(text: string): boolean {
  return text.trimStart().startsWith(MAGIC)
}

/**
 * Reads a network that ncnn's converters wrote: the layers from the `.param` text, and what they hold, float32 or float16, from the bytes of
 * the `.bin` file, in the order of the layers. Throws `E_CHECKPOINT_FORMAT` for anything else, quantised weights included.
 */
export function readNcnn(text: string, bytes: Uint8Array, file: string, memory: MemoryAllowance): readonly NcnnLayer[] {
  if (!looksLikeNcnn(text)) throw formatError(file, `a .param file that begins with ${MAGIC}`, text.slice(0, 20))
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const [count = 0] = (lines[1] ?? '').trim().split(/\s+/).map(Number)
  checkLimit(file, 'the number of its layers', count, limits.tensors)
  if (lines.length - 2 !== count) throw formatError(file, `${count} layers in the .param file`, `${lines.length - 2}`)
  const weights = new WeightReader(bytes, file, memory)
  const layers = lines.slice(2).map((line) => readLayer(line, weights, file))
  weights.finish()
  return layers
}

function readLayer(line: string, weights: WeightReader, file: string): NcnnLayer {
  const [type = '', name = '', inputs = '', outputs = '', ...rest] = line.trim().split(/\s+/)
  const parameters = new Map(
    rest.slice(Number(inputs) + Number(outputs)).map((text): [number, readonly number[]] => {
      const [key = '', value = ''] = text.split('=')
      const numbers = value.split(',').map(Number)
      if (value === '' || !Number.isInteger(Number(key)) || numbers.some(Number.isNaN))
        throw formatError(file, `parameters as number=value in the layer ${name}`, text)
      return Number(key) > LIST ? [Number(key), numbers] : [LIST - Number(key), numbers.slice(1)]
    }),
  )
  return { type, name, parameters, ...readWeights(type, name, parameters, weights, file) }
}

function readWeights(
  type: string,
  name: string,
  parameters: NcnnLayer['parameters'],
  weights: WeightReader,
  file: string,
): Pick<NcnnLayer, 'weight' | 'bias'> {
  const number = (key: number, otherwise: number) => parameters.get(key)?.[0] ?? otherwise
  if (type === 'PReLU') return { weight: weights.raw(name, [number(0, 0)]) }
  if (type === 'Convolution') {
    const [outputs, kernel, size] = [number(0, 0), number(1, 0), number(6, 0)]
    const inputs = size / (outputs * kernel * kernel)
    if (!Number.isInteger(inputs) || inputs < 1 || number(11, kernel) !== kernel)
      throw formatError(file, `a convolution with square kernels as ${name}`, `${size} weights for ${outputs} outputs`)
    const weight = weights.marked(name, [outputs, inputs, kernel, kernel])
    return number(5, 0) === 1 ? { weight, bias: weights.raw(name, [outputs]) } : { weight }
  }
  if (WITHOUT_WEIGHTS.has(type)) return {}
  throw formatError(file, `the layers ${['Convolution', 'PReLU', ...WITHOUT_WEIGHTS].join(', ')}`, `${type} (${name})`)
}

/** Walks through the `.bin` file. */
class WeightReader {
  #at = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
    private readonly memory: MemoryAllowance,
  ) {}

  /** Float32 numbers without a mark. */
  raw(layer: string, shape: readonly number[]): Tensor {
    return this.#take(layer, shape, 'float32')
  }

  /** Numbers behind a mark that tells their type. */
  marked(layer: string, shape: readonly number[]): Tensor {
    const [mark = 0] = new Uint32Array(new Uint8Array(this.#bytes(layer, 4)).buffer)
    if (mark === HALF) return this.#take(layer, shape, 'float16')
    if (mark === 0 || mark === RAW) return this.#take(layer, shape, 'float32')
    throw formatError(this.file, `float32 or float16 weights in ${layer}`, `weights marked ${mark.toString(16)}`)
  }

  finish(): void {
    if (this.#at !== this.bytes.length)
      throw formatError(this.file, `${this.#at} bytes of weights, as the .param file says`, `${this.bytes.length}`)
  }

  #take(layer: string, shape: readonly number[], dtype: ElementType): Tensor {
    const size = shape.reduce((product, length) => product * length, 1) * elementBytes(dtype)
    const data = readElements(dtype, this.#bytes(layer, size), this.memory)
    this.#at += -this.#at & 3
    return { dtype, shape, data }
  }

  #bytes(layer: string, size: number): Uint8Array {
    const end = this.#at + size
    if (!(size >= 0 && end <= this.bytes.length))
      throw formatError(
        this.file,
        `${size} bytes of weights in ${layer}`,
        `a file that ends at byte ${this.bytes.length}`,
      )
    const data = this.bytes.subarray(this.#at, end)
    this.#at = end
    return data
  }
}
