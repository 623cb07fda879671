import { wasm } from './kernels.wasm.js'

/** The WebAssembly row kernels of `assembly/`. Arguments are byte addresses in their memory; widths are in samples. */
export interface Kernels {
  readonly memory: KernelMemory
  scaleLevels(samples: number, count: number, quantize: boolean): void
  roundLevels(samples: number, count: number): void
  squaredLevels(a: number, b: number, count: number): number
  squaredDistance(a: number, b: number, count: number): number
  absoluteDistance(a: number, b: number, count: number): number
  studioLuma(red: number, green: number, blue: number, count: number): void
  fullLuma(red: number, green: number, blue: number, count: number, rounded: boolean): void
  correlateRow(out: number, row: number, weights: number, taps: number, width: number): void
  correlateColumns(out: number, rows: number, weights: number, taps: number, width: number): void
  powersRow(out: number, stride: number, row: number, weights: number, taps: number, width: number): void
  normaliseRow(
    row: number,
    deviation: number,
    rows: number,
    stride: number,
    weights: number,
    taps: number,
    width: number,
  ): void
  signedSums(
    out: number,
    rows: number,
    line: number,
    width: number,
    height: number,
    other: number,
    product: boolean,
  ): void
  halveRow(out: number, upper: number, lower: number, width: number): void
  gradientSimilarityRow(out: number, first: number, second: number, line: number, width: number, t: number): void
  widen(out: number, row: number, width: number): void
  momentsRow(out: number, stride: number, a: number, b: number, weights: number, taps: number, width: number): void
  ssimRow(
    rows: number,
    stride: number,
    weights: number,
    taps: number,
    width: number,
    c1: number,
    c2: number,
    scale: number,
    least: number,
    contrast: number,
  ): number
}

/** The kernels' linear memory; `buffer` is another one after growing. */
export interface KernelMemory {
  readonly buffer: ArrayBuffer
  /** Adds pages of 64 KiB. */
  grow(pages: number): number
}

// Node's type declarations leave WebAssembly to the browser's library, which this package does not load.
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: unknown }
}

/** First byte of the memory that does not belong to the module itself. */
export const KERNEL_BASE = 1024

const PAGE = 65536

let instance: Kernels | undefined

/** This thread's kernels with at least `bytes` of memory, instantiated at the first call. */
export function kernels(bytes: number): Kernels {
  if (instance === undefined) {
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
    instance = new Instance(new Module(Buffer.from(wasm, 'base64'))).exports as Kernels
  }
  const missing = bytes - instance.memory.buffer.byteLength
  if (missing > 0) instance.memory.grow(Math.ceil(missing / PAGE))
  return instance
}
