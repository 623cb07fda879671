/** Linear memory of WebAssembly that threads share. */
export interface LinearMemory {
  /** Another one after growing, which reaches further; what lies in the earlier one stays where it is. */
  readonly buffer: SharedArrayBuffer
  /** Adds pages of 64 KiB. Throws a `RangeError` when they cannot be had. */
  grow(pages: number): number
}

/** A part of linear memory, in bytes. */
export interface MemoryRegion {
  readonly address: number
  readonly bytes: number
}

/**
 * The linear memory that the pixels of a run lie in, as one thread sees it: kernels in WebAssembly that import it read and write pixels in place, at
 * the address that is their `byteOffset`. A module may write to `scratch` and to the pixels that it is meant to make, and nowhere else: it has no
 * data segments. Nothing that lies behind pixels is anybody's for 256 bytes, so that kernels may read in whole vectors.
 */
export class PixelMemory {
  constructor(
    readonly memory: LinearMemory,
    /** Working memory of this thread alone; of no bytes where there is none left. */
    readonly scratch: MemoryRegion,
  ) {
    this.remember()
  }

  /** The buffer for views that end at byte `end`. */
  bufferTo(end: number): SharedArrayBuffer {
    this.reaches(end)
    // Where another thread has made the memory larger, `buffer` may be another one already.
    if (owners.get(this.memory.buffer) !== this) this.remember()
    return this.memory.buffer
  }

  /** Whether the memory has so many bytes. */
  reaches(end: number): boolean {
    // Where another thread has made the memory larger, this one may not have been told.
    if (end > this.memory.buffer.byteLength) this.memory.grow(0)
    return end <= this.memory.buffer.byteLength
  }

  /** Has the memory reach to byte `end`. Throws a `RangeError` when it cannot. */
  growTo(end: number): void {
    if (!this.reaches(end)) this.memory.grow(Math.ceil((end - this.memory.buffer.byteLength) / PAGE))
    this.remember()
  }

  private remember(): void {
    owners.set(this.memory.buffer, this)
  }
}

/** Bytes of a page of WebAssembly's memory. */
export const PAGE = 65536

const owners = new WeakMap<ArrayBufferLike, PixelMemory>()

/** The linear memory that samples lie in, or `undefined` where they lie elsewhere. */
export function pixelMemoryOf(samples: { readonly buffer: ArrayBufferLike }): PixelMemory | undefined {
  return owners.get(samples.buffer)
}

/** What tells memory apart: of all buffers of one linear memory it is the same. */
export function spaceOf(buffer: ArrayBufferLike): object {
  return owners.get(buffer)?.memory ?? buffer
}
