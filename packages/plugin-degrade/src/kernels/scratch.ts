import { KintsugiError } from '@kintsugi/core'
import { type Kernels, kernels } from './kernels.js'

const PAGE = 65536
/** Bytes at the start of the memory that belong to the module itself: its constants begin at 1024. */
const MODULE = 2048
/** Bytes after them by way of which samples are copied that are not aligned as their place is; a word more may be used. */
const DETOUR = 32768
const BASE = MODULE + DETOUR + 64
const ALIGNMENT = 64
const MAXIMUM = 2 ** 32

/** Working memory of one kernel operation: reserve the parts, then `open` it. The next operation starts afresh in the same memory. */
export class Scratch {
  private top = BASE
  private readonly fills: { address: number; values: Float32Array | Int32Array; count: number }[] = []

  /** Reserves room for 4-byte words and gives their byte address. */
  words(count: number): number {
    const address = this.top
    this.top = Math.ceil((address + count * 4) / ALIGNMENT) * ALIGNMENT
    return address
  }

  /** Reserves room for `count` words that start with `values` when opened and end with zeros. */
  constants(values: Float32Array | Int32Array, count = values.length): number {
    const address = this.words(count)
    this.fills.push({ address, values, count })
    return address
  }

  /** Grows the memory to what has been reserved. Throws `E_MEMORY` when that is more than WebAssembly can address. */
  open(): OpenScratch {
    const run = kernels()
    const missing = this.top - run.memory.buffer.byteLength
    if (missing > 0) {
      if (this.top > MAXIMUM) {
        throw new KintsugiError('E_MEMORY', {
          message: 'an image is too wide for the pixel kernels',
          expected: 'rows that fit 4 GiB of working memory together with a kernel',
          found: `${Math.ceil(this.top / 2 ** 20)} MiB needed`,
          fix: 'cut the image into narrower parts, or use a smaller kernel',
        })
      }
      run.memory.grow(Math.ceil(missing / PAGE))
    }
    const memory = run.memory.buffer
    const bytes = new Uint8Array(memory)
    for (const { address, values, count } of this.fills) {
      bytes.set(bytesOf(values, 0, values.length), address)
      bytes.fill(0, address + values.byteLength, address + count * 4)
    }
    return new OpenScratch(run, memory)
  }
}

/** Working memory ready for use. */
export class OpenScratch {
  private readonly bytes: Uint8Array

  constructor(
    readonly run: Kernels,
    memory: ArrayBuffer,
  ) {
    this.bytes = new Uint8Array(memory)
  }

  /** Copies `count` samples of `source` from index `from` on to `address`. */
  load(address: number, source: Float32Array, from: number, count: number): void {
    const samples = bytesOf(source, from, count)
    if (!this.needsDetour(samples, address)) return this.bytes.set(samples, address)
    const start = MODULE + (samples.byteOffset & 4)
    for (let done = 0; done < samples.length; done += DETOUR) {
      const part = samples.subarray(done, done + DETOUR)
      this.bytes.set(part, start)
      this.bytes.copyWithin(address + done, start, start + part.length)
    }
  }

  /** Copies `count` rows of `width` samples of `source`, one after another from index `from` on, to `address`, `stride` samples apart. */
  loadRows(address: number, stride: number, source: Float32Array, from: number, width: number, count: number): void {
    if (stride === width) this.load(address, source, from, count * width)
    else for (let i = 0; i < count; i++) this.load(address + i * stride * 4, source, from + i * width, width)
  }

  /** Copies float64 numbers to `address`. */
  loadDoubles(address: number, numbers: Float64Array): void {
    new Float64Array(this.bytes.buffer, address, numbers.length).set(numbers)
  }

  /** Copies `count` samples at `address` to `target` from index `to` on. */
  store(address: number, target: Float32Array, to: number, count: number): void {
    const samples = bytesOf(target, to, count)
    if (!this.needsDetour(samples, address)) return samples.set(this.bytes.subarray(address, address + count * 4))
    const start = MODULE + (samples.byteOffset & 4)
    for (let done = 0; done < samples.length; done += DETOUR) {
      const length = Math.min(DETOUR, samples.length - done)
      this.bytes.copyWithin(start, address + done, address + done + length)
      samples.set(this.bytes.subarray(start, start + length), done)
    }
  }

  /**
   * Copies `count` rows of `width` samples, `stride` samples apart at `address`, to `target` one after another from index `to` on. They are moved
   * together at `address` before.
   */
  storeRows(address: number, stride: number, target: Float32Array, to: number, width: number, count: number): void {
    if (stride !== width)
      for (let i = 1; i < count; i++) this.move(address + i * width * 4, address + i * stride * 4, width * 4)
    this.store(address, target, to, count * width)
  }

  /** Copies `count` bytes of `source` from index `from` on to `address`. */
  loadBytes(address: number, source: Uint8Array, from: number, count: number): void {
    this.bytes.set(source.subarray(from, from + count), address)
  }

  /** Copies `count` bytes at `address` to `target` from index `to` on. */
  storeBytes(address: number, target: Uint8Array, to: number, count: number): void {
    target.set(this.bytes.subarray(address, address + count), to)
  }

  /** V8 copies between shared and other memory word by word where both are aligned alike, otherwise byte by byte, five times as slowly. */
  private needsDetour(samples: Uint8Array, address: number): boolean {
    return ((samples.byteOffset ^ address) & 4) !== 0 && samples.buffer instanceof SharedArrayBuffer
  }

  /** Copies `count` bytes from one address to another. */
  move(to: number, from: number, count: number): void {
    this.bytes.copyWithin(to, from, from + count)
  }
}

/** A count of samples rounded up to whole vectors, so that rows of so many are aligned alike. */
export function aligned(samples: number): number {
  return Math.ceil(samples / 4) * 4
}

/** Bytes and not samples: V8 copies bytes between shared and other memory twice as fast. */
function bytesOf(values: Float32Array | Int32Array, from: number, count: number): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset + from * 4, count * 4)
}
