import { wasm } from './kernels.wasm.js'

/** The WebAssembly row kernels of `assembly/`. Arguments are byte addresses in their memory, counts and widths in samples. */
export interface Kernels {
  readonly memory: KernelMemory
  packPlane(bytes: number, plane: number, count: number): void
  unpackPlane(plane: number, bytes: number, count: number): void
  packColor(bytes: number, planes: number, stride: number, count: number): void
  unpackColor(planes: number, stride: number, bytes: number, count: number): void
  sumShifted(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    offsets: number,
    weights: number,
    taps: number,
    width: number,
    count: number,
  ): void
  sumRows(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    weights: number,
    taps: number,
    width: number,
    count: number,
  ): void
  sumRun(out: number, samples: number, taps: number, count: number): void
  blurSmall(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    weights: number,
    border: number,
    radius: number,
    width: number,
    count: number,
    strip: number,
  ): void
  padRows(rows: number, rowStride: number, count: number, width: number, radius: number, border: number): void
  convolveDense(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    weights: number,
    kernelWidth: number,
    kernelHeight: number,
    width: number,
    count: number,
  ): void
  convolveFolded(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    weights: number,
    reaches: number,
    radius: number,
    height: number,
    turned: boolean,
    width: number,
    count: number,
    strips: number,
  ): void
  transformColumns(re: number, im: number, size: number, stride: number, twiddles: number): void
  restoreColumns(re: number, im: number, size: number, stride: number, twiddles: number): void
  transpose(tile: number, size: number, stride: number): void
  multiplyConjugate(re: number, im: number, byRe: number, byIm: number, bytes: number): void
  loadTile(
    tile: number,
    size: number,
    stride: number,
    rows: number,
    rowStride: number,
    width: number,
    height: number,
    offset: number,
  ): void
  storeTile(
    out: number,
    outStride: number,
    tile: number,
    stride: number,
    width: number,
    height: number,
    offset: number,
  ): void
  demosaicRow(
    own: number,
    green: number,
    other: number,
    above: number,
    here: number,
    below: number,
    width: number,
    greenOdd: boolean,
    levels: boolean,
  ): void
  boxPair(
    out0: number,
    out1: number,
    columns: number,
    enter0: number,
    enter1: number,
    leave0: number,
    leave1: number,
    sums: number,
    border: number,
    width: number,
    size: number,
    scale: number,
  ): void
  addRamp(samples: number, count: number, start: number, step: number, scale: number): void
  samplePixels(
    out: number,
    stride: number,
    channels: number,
    pixels: number,
    width: number,
    height: number,
    xs: number,
    ys: number,
    count: number,
    symmetric: boolean,
  ): void
  powerCurve(samples: number, count: number, offset: number, exponent: number, gain: number): void
  decayCurve(samples: number, count: number, rate: number, most: number, near: boolean): void
  decodeSrgb(samples: number, count: number): void
  encodeSrgb(samples: number, count: number): void
  grayLevels(red: number, green: number, blue: number, count: number): void
  fitLines(squares: number, products: number, guide: number, other: number, count: number, epsilon: number): void
  addProduct(out: number, x: number, y: number, count: number): void
  toLevels(samples: number, count: number): void
  roundLevels(samples: number, count: number, slack: number, white: number): void
  clipLevels(samples: number, count: number, truncate: boolean): void
  mixLight(out: number, x: number, share: number, light: number, clip: boolean, count: number): void
  scale(samples: number, count: number, factor: number): void
  brighten(red: number, green: number, blue: number, count: number, amount: number): void
  saturate(red: number, green: number, blue: number, count: number, factor: number, offset: number): void
  multiply(out: number, x: number, y: number, count: number): void
  addNoise(out: number, x: number, noise: number, scale: number, relative: boolean, clip: boolean, count: number): void
  interleave(out: number, row0: number, row1: number, row2: number, row3: number, width: number): void
  resampleColumns(
    out0: number,
    out1: number,
    out2: number,
    out3: number,
    columns: number,
    starts: number,
    weights: number,
    taps: number,
    width: number,
  ): void
  resamplePairs(
    out: number,
    stride: number,
    pairs: number,
    rowBytes: number,
    starts: number,
    weightsX: number,
    weightsY: number,
    width: number,
    count: number,
  ): void
  pickColumns(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    offsets: number,
    width: number,
    count: number,
  ): void
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

/** Samples that a kernel may write after the end of a row. */
export const ROW_SLACK = 15

let instance: Kernels | undefined

/** This thread's kernels, instantiated at the first call. */
export function kernels(): Kernels {
  if (instance === undefined) {
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
    instance = new Instance(new Module(Buffer.from(wasm, 'base64'))).exports as Kernels
  }
  return instance
}
