import { wasm } from './kernels.wasm.js'

/** The WebAssembly code of `assembly/`, with the addresses of what it works on. */
export interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly BLOCK: { readonly value: number }
  readonly STATE: { readonly value: number }
  readonly OUT: { readonly value: number }
  fillUniform(count: number, single: boolean): void
  fillNormal(count: number, mean: number, deviation: number, single: boolean): void
}

// Node's type declarations leave WebAssembly to the browser's library, which this package does not load.
interface WebAssemblyGlobal {
  Module: new (bytes: Uint8Array) => object
  Instance: new (module: object) => { readonly exports: unknown }
}

let instance: Kernels | undefined

/** This thread's kernels, instantiated at the first call. */
export function kernels(): Kernels {
  if (instance === undefined) {
    const { Instance, Module } = (globalThis as unknown as { WebAssembly: WebAssemblyGlobal }).WebAssembly
    instance = new Instance(new Module(Buffer.from(wasm, 'base64'))).exports as Kernels
  }
  return instance
}
