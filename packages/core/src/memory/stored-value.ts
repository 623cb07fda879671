import type { PackedValue, PortType } from '../plugin/port-type.js'
import type { BufferPool, PooledBuffer } from './buffer-pool.js'
import type { KnownBuffers } from './known-buffers.js'

/** Float samples inside a pooled buffer. */
export interface StoredSlice {
  readonly buffer: PooledBuffer
  /** In the buffer's memory. */
  readonly byteOffset: number
  readonly length: number
}

/** A port's value as the main thread keeps it: plain JSON and samples in pooled memory. */
export interface StoredValue {
  readonly json: unknown
  readonly slices: readonly StoredSlice[]
}

/** A node's outputs: one value for each port, or one for each key where the port opens or keeps an axis. */
export type StoredOutputs = ReadonlyMap<string, StoredValue | ReadonlyMap<string, StoredValue>>

export function isKeyed(
  output: StoredValue | ReadonlyMap<string, StoredValue>,
): output is ReadonlyMap<string, StoredValue> {
  return output instanceof Map
}

/** Every value of a node's outputs. */
export function* valuesOf(outputs: StoredOutputs): Generator<StoredValue> {
  for (const output of outputs.values()) {
    if (isKeyed(output)) yield* output.values()
    else yield output
  }
}

export function retainValue(pool: BufferPool, value: StoredValue): void {
  for (const slice of value.slices) pool.retain(slice.buffer)
}

export function releaseValue(pool: BufferPool, value: StoredValue): void {
  for (const slice of value.slices) pool.release(slice.buffer)
}

export function retainOutputs(pool: BufferPool, outputs: StoredOutputs): void {
  for (const value of valuesOf(outputs)) retainValue(pool, value)
}

export function releaseOutputs(pool: BufferPool, outputs: StoredOutputs): void {
  for (const value of valuesOf(outputs)) releaseValue(pool, value)
}

/** Bytes of samples in a value. */
export function valueBytes(value: StoredValue): number {
  return value.slices.reduce((sum, slice) => sum + slice.length * 4, 0)
}

/** The samples of a value, in pooled memory. */
export function samplesOf(value: StoredValue): Float32Array[] {
  return value.slices.map(({ buffer, byteOffset, length }) => new Float32Array(buffer.memory, byteOffset, length))
}

/** The value that a port type makes of what is stored; its arrays look into the pooled memory. */
export function unpackStored(type: PortType, value: StoredValue): unknown {
  return type.unpack({ json: value.json, buffers: samplesOf(value) })
}

/** Stores a packed value made on this thread; samples that lie outside the pool are copied into it. The value holds a reference of its own to each buffer. */
export function storePacked(pool: BufferPool, packed: PackedValue, known?: KnownBuffers<PooledBuffer>): StoredValue {
  const slices = packed.buffers.map((samples): StoredSlice => {
    const buffer = known?.find(samples)
    if (buffer !== undefined) {
      pool.retain(buffer)
      return { buffer, byteOffset: samples.byteOffset, length: samples.length }
    }
    const copy = pool.allocate(samples.byteLength)
    new Float32Array(copy.memory, copy.byteOffset, samples.length).set(samples)
    return { buffer: copy, byteOffset: copy.byteOffset, length: samples.length }
  })
  return { json: packed.json, slices }
}
