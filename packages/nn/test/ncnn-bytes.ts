import type { Tensors } from '../src/index.js'

/** A pair of ncnn files. */
export interface NcnnPair {
  readonly param: string
  readonly bin: Buffer
}

/** Writes weights as ncnn's converters do: convolutions behind a mark, float16 on request, slopes and biases without. */
export class NcnnWriter {
  readonly #lines: string[] = []
  readonly #chunks: Buffer[] = []
  #blobs = 1

  constructor(
    private readonly tensors: Tensors,
    private readonly half = false,
  ) {
    this.#lines.push('Input data 0 1 data')
  }

  /** A layer on the blob before it. */
  layer(type: string, parameters = ''): this {
    this.#lines.push(`${type} ${type}_${this.#blobs} 1 1 blob${this.#blobs - 1} blob${this.#blobs} ${parameters}`)
    this.#blobs++
    return this
  }

  convolution(name: string, more = ''): this {
    const { shape, data } = this.tensors.get(`${name}.weight`)!
    const values = data as Float32Array
    const mark = Buffer.alloc(4)
    if (this.half) mark.writeUInt32LE(0x01306b47)
    this.#chunks.push(mark, this.half ? halves(values) : floats(values))
    this.#chunks.push(floats(this.tensors.get(`${name}.bias`)!.data as Float32Array))
    return this.layer('Convolution', `0=${shape[0]} 1=${shape[3]} 4=1 5=1 6=${data.length} ${more}`)
  }

  prelu(name: string): this {
    const { data } = this.tensors.get(`${name}.weight`)!
    this.#chunks.push(floats(data as Float32Array))
    return this.layer('PReLU', `0=${data.length}`)
  }

  finish(): NcnnPair {
    const lines = ['7767517', `${this.#lines.length} ${this.#blobs}`, ...this.#lines]
    return { param: `${lines.join('\n')}\n`, bin: Buffer.concat(this.#chunks) }
  }
}

function floats(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength)
}

/** Numbers of few digits as float16, padded to four bytes. */
function halves(values: Float32Array): Buffer {
  const bytes = Buffer.alloc(Math.ceil(values.length / 2) * 4)
  for (const [i, value] of values.entries()) {
    const [bits = 0] = new Uint32Array(Float32Array.of(value).buffer)
    const exponent = ((bits >>> 23) & 0xff) - 112
    if (value !== 0 && (exponent <= 0 || exponent >= 31 || (bits & 0x1fff) !== 0))
      throw new Error(`${value} is no normal float16`)
    bytes.writeUInt16LE(value === 0 ? 0 : ((bits >>> 16) & 0x8000) | (exponent << 10) | ((bits >>> 13) & 0x3ff), 2 * i)
  }
  return bytes
}
