import { wasm } from './kernels.wasm.js'

/** The WebAssembly row kernels of `assembly/`. Arguments are byte addresses in their memory, counts and widths in samples. */
export interface Kernels {
  copy(to: number, from: number, bytes: number): void
  copyRows(to: number, toStride: number, from: number, fromStride: number, bytes: number, count: number): void
  placeConstants(at: number): void
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
  sumPairs(
    out: number,
    stride: number,
    rows: number,
    rowStride: number,
    taps: number,
    pairs: number,
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
    outStride: number,
    sums: number,
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
  correlateTiles(
    out0: number,
    rows0: number,
    out1: number,
    rows1: number,
    stride: number,
    columns: number,
    in0: number,
    in1: number,
    inStride: number,
    spectrum: number,
    twiddles: number,
    work: number,
  ): void
  codeUnits(
    samples: number,
    rowBytes: number,
    planeBytes: number,
    units: number,
    color: boolean,
    soft: boolean,
    tables: number,
    work: number,
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
  luma(out: number, red: number, green: number, blue: number, count: number, r: number, g: number, b: number): void
  leastOfNext(samples: number, bytes: number, count: number, step: number): void
  attenuate(
    out: number,
    red: number,
    green: number,
    blue: number,
    count: number,
    base: number,
    byValue: number,
    bySaturation: number,
  ): void
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
  usmResidual(blurred: number, mask: number, samples: number, count: number, threshold: number): void
  usmBlend(soft: number, residual: number, samples: number, count: number, weight: number): void
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
  resamplePair(
    out: number,
    pair: number,
    rowBytes: number,
    starts: number,
    weightsX: number,
    weightsY: number,
    width: number,
  ): void
  pickSamples(
    out: number,
    stride: number,
    plane: number,
    rows: number,
    offsets: number,
    width: number,
    count: number,
  ): void
}

/** Linear memory that kernels work in; `buffer` is another one after growing. */
export interface KernelMemory {
  readonly buffer: ArrayBufferLike
  /** Adds pages of 64 KiB. */
  grow(pages: number): number
}

// Node's type declarations leave WebAssembly to the browser's library, which this package does not load.
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object, imports: { env: { memory: KernelMemory } }) => { readonly exports: unknown }
  Memory: new (limits: { initial: number; maximum: number }) => KernelMemory
}

const { Instance, Module, Memory } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly

/** Samples that a kernel may write after the end of a row. */
export const ROW_SLACK = 15

/** Bytes that the kernels keep their constants in. */
export const CONSTANTS = 1024

const MOST_PAGES = 65536

/** Memory of this thread's kernels alone, made at the first call. */
export function ownMemory(): KernelMemory {
  return (own ??= new Memory({ initial: 1, maximum: MOST_PAGES }))
}
let own: KernelMemory | undefined

const instances = new WeakMap<KernelMemory, Kernels>()

/** This thread's kernels in a memory, instantiated at the first call with their constants at `base`. */
export function kernelsIn(memory: KernelMemory, base: number): Kernels {
  let kernels = instances.get(memory)
  if (kernels === undefined) {
    const shared = memory.buffer instanceof SharedArrayBuffer
    kernels = new Instance(moduleFor(shared), { env: { memory } }).exports as Kernels
    kernels.placeConstants(base)
    instances.set(memory, kernels)
  }
  return kernels
}

const modules = new Map<boolean, object>()

/** The module; one byte tells whether it works in shared memory: the flags of the limits of the memory that it imports (WebAssembly 2.0, 5.3.5; threads proposal). */
function moduleFor(shared: boolean): object {
  let module = modules.get(shared)
  if (module === undefined) {
    const bytes = Buffer.from(wasm, 'base64')
    const imported = Buffer.from('\x03env\x06memory\x02')
    bytes[bytes.indexOf(imported) + imported.length] = shared ? 3 : 1
    module = new Module(bytes)
    modules.set(shared, module)
  }
  return module
}
