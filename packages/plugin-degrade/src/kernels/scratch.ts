import { KintsugiError, type MemoryRegion, type PixelMemory, pixelMemoryOf } from '@kintsugi/core'
import { CONSTANTS, type KernelMemory, type Kernels, kernelsIn, ownMemory, ROW_SLACK } from './kernels.js'

const PAGE = 65536
/** Bytes by way of which samples are copied that are not aligned as their place is; a word more may be used. */
const DETOUR = 32768
const ALIGNMENT = 64
const MAXIMUM = 2 ** 32

/**
 * Does one operation of kernels on planes: beside the pixels if these lie in a run's linear memory and the working memory there is enough, else in
 * memory of this thread's own, which the pixels are copied to and from. An operation reserves all its working memory and opens it before it does
 * anything else, and no other runs within it.
 */
export function inScratch<T>(planes: readonly Float32Array[], operation: (scratch: Scratch) => T): T {
  for (const plane of planes) {
    const pixels = pixelMemoryOf(plane)
    if (pixels === undefined || pixels.scratch.bytes === 0) continue
    try {
      return operation(new Scratch(pixels.memory, pixels.scratch, pixels))
    } catch (error) {
      if (error !== FULL) throw error
      break
    }
  }
  return operation(new Scratch(ownMemory(), { address: PAGE, bytes: MAXIMUM - PAGE }, undefined))
}

/** Thrown when working memory beside pixels is too small for an operation. */
const FULL = new Error('the working memory is full')

/** Working memory of one operation of kernels: reserve the parts, then `open` it. The next operation starts afresh in the same memory. */
export class Scratch {
  private top: number
  private readonly fills: { address: number; values: Float32Array | Int32Array; count: number }[] = []

  constructor(
    private readonly memory: KernelMemory,
    private readonly region: MemoryRegion,
    private readonly pixels: PixelMemory | undefined,
  ) {
    this.top = region.address + CONSTANTS + DETOUR + ALIGNMENT
  }

  /** Reserves room for 4-byte words and gives their byte address. */
  words(count: number): number {
    const address = this.top
    this.top = Math.ceil((address + count * 4) / ALIGNMENT) * ALIGNMENT
    if (this.pixels !== undefined && this.top > this.region.address + this.region.bytes) throw FULL
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
    const { memory, top } = this
    const missing = top - memory.buffer.byteLength
    if (missing > 0) {
      if (top > MAXIMUM) {
        throw new KintsugiError('E_MEMORY', {
          message: 'an image is too wide for the pixel kernels',
          expected: 'rows that fit 4 GiB of working memory together with a kernel',
          found: `${Math.ceil(top / 2 ** 20)} MiB needed`,
          fix: 'cut the image into narrower parts, or use a smaller kernel',
        })
      }
      memory.grow(Math.ceil(missing / PAGE))
    }
    const bytes = new Uint8Array(memory.buffer)
    for (const { address, values, count } of this.fills) {
      bytes.set(bytesOf(values, 0, values.length), address)
      bytes.fill(0, address + values.byteLength, address + count * 4)
    }
    return new OpenScratch(kernelsIn(memory, this.region.address), bytes, this.region.address + CONSTANTS, this.pixels)
  }
}

/** Rows of `target`, `width` samples each, made of those of `source`; `block`: samples of several rows that a kernel makes at once. */
export interface RowsToMake {
  readonly target: Float32Array
  readonly width: number
  readonly source: Float32Array
  readonly block?: number
}

/** Working memory ready for use. */
export class OpenScratch {
  constructor(
    readonly run: Kernels,
    private readonly bytes: Uint8Array,
    private readonly detour: number,
    private readonly pixels: PixelMemory | undefined,
  ) {}

  /** Where a plane's samples lie that the kernels reach themselves, else `undefined`. */
  addressOf(plane: Float32Array): number | undefined {
    return this.pixels !== undefined && pixelMemoryOf(plane) === this.pixels ? plane.byteOffset : undefined
  }

  /** Copies `count` samples of `source` from index `from` on to `address`. */
  load(address: number, source: Float32Array, from: number, count: number): void {
    const place = this.addressOf(source)
    if (place !== undefined) this.move(address, place + from * 4, count * 4)
    else this.bring(address, bytesOf(source, from, count))
  }

  /** Copies `count` rows of `width` samples of `source`, `pitch` samples apart from index `from` on, to `address`, `stride` samples apart. */
  loadRows(
    address: number,
    stride: number,
    source: Float32Array,
    from: number,
    width: number,
    count: number,
    pitch = width,
  ): void {
    if (stride === width && pitch === width) return this.load(address, source, from, count * width)
    const place = this.addressOf(source)
    if (place !== undefined) this.run.copyRows(address, stride * 4, place + from * 4, pitch * 4, width * 4, count)
    else for (let i = 0; i < count; i++) this.bring(address + i * stride * 4, bytesOf(source, from + i * pitch, width))
  }

  /** Copies float64 numbers to `address`. */
  loadDoubles(address: number, numbers: Float64Array): void {
    new Float64Array(this.bytes.buffer, address, numbers.length).set(numbers)
  }

  /** Copies `count` samples at `address` to `target` from index `to` on. */
  store(address: number, target: Float32Array, to: number, count: number): void {
    const place = this.addressOf(target)
    if (place !== undefined) this.run.copy(place + to * 4, address, count * 4)
    else this.fetch(address, bytesOf(target, to, count))
  }

  /**
   * Copies `count` rows of `width` samples, `stride` samples apart at `address`, to `target`, `pitch` samples apart from index `to` on. They may be moved
   * together at `address` before.
   */
  storeRows(
    address: number,
    stride: number,
    target: Float32Array,
    to: number,
    width: number,
    count: number,
    pitch = width,
  ): void {
    const place = this.addressOf(target)
    if (place !== undefined) this.run.copyRows(place + to * 4, pitch * 4, address, stride * 4, width * 4, count)
    else if (pitch === width) {
      if (stride !== width) this.run.copyRows(address, width * 4, address, stride * 4, width * 4, count)
      this.fetch(address, bytesOf(target, to, count * width))
    } else for (let i = 0; i < count; i++) this.fetch(address + i * stride * 4, bytesOf(target, to + i * pitch, width))
  }

  /**
   * Has kernels make `count` rows of `width` samples of `target` from row `top` on: in place where what they may write too much, `ROW_SLACK` samples and
   * a row, lies in rows that are made later, else at `address`, `stride` samples apart. `source` is what they are made of. Rows are made one after
   * another, or several at once in blocks of `block` samples.
   */
  makeRows(
    { target, width, source, block = 1 }: RowsToMake,
    top: number,
    count: number,
    address: number,
    stride: number,
    make: (out: number, outStride: number) => void,
  ): void {
    const place = this.addressOf(target)
    const from = this.addressOf(source)
    const apart =
      place !== undefined &&
      (from === undefined || from + source.byteLength <= place || place + target.byteLength <= from)
    const later = target.length / width - top - count - 1
    if (apart && later * width > ROW_SLACK && width % block === 0) {
      make(place + top * width * 4, width * 4)
      return
    }
    make(address, stride * 4)
    this.storeRows(address, stride, target, top * width, width, count)
  }

  /** Copies `count` bytes of `source` from index `from` on to `address`. */
  loadBytes(address: number, source: Uint8Array, from: number, count: number): void {
    this.bytes.set(source.subarray(from, from + count), address)
  }

  /** Copies `count` bytes at `address` to `target` from index `to` on. */
  storeBytes(address: number, target: Uint8Array, to: number, count: number): void {
    target.set(this.bytes.subarray(address, address + count), to)
  }

  /** Copies `count` bytes from one address to another. */
  move(to: number, from: number, count: number): void {
    if (to !== from) this.run.copy(to, from, count)
  }

  private bring(address: number, samples: Uint8Array): void {
    if (!this.needsDetour(samples, address)) return this.bytes.set(samples, address)
    const start = this.detour + (samples.byteOffset & 4)
    for (let done = 0; done < samples.length; done += DETOUR) {
      const part = samples.subarray(done, done + DETOUR)
      this.bytes.set(part, start)
      this.run.copy(address + done, start, part.length)
    }
  }

  private fetch(address: number, samples: Uint8Array): void {
    if (!this.needsDetour(samples, address)) return samples.set(this.bytes.subarray(address, address + samples.length))
    const start = this.detour + (samples.byteOffset & 4)
    for (let done = 0; done < samples.length; done += DETOUR) {
      const length = Math.min(DETOUR, samples.length - done)
      this.run.copy(start, address + done, length)
      samples.set(this.bytes.subarray(start, start + length), done)
    }
  }

  /** V8 copies between shared and other memory word by word where both are aligned alike, otherwise byte by byte, five times as slowly. */
  private needsDetour(samples: Uint8Array, address: number): boolean {
    const shared = this.pixels !== undefined || samples.buffer instanceof SharedArrayBuffer
    return shared && ((samples.byteOffset ^ address) & 4) !== 0
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
