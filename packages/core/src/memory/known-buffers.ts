import { spaceOf } from './pixel-memory.js'

/** Where a buffer lies. */
export interface BufferPlace {
  readonly memory: SharedArrayBuffer
  readonly byteOffset: number
  readonly byteLength: number
}

/** Buffers by what lies in them. */
export class KnownBuffers<B extends BufferPlace> {
  private readonly spaces = new Map<object, B[]>()

  add(buffer: B): void {
    const space = spaceOf(buffer.memory)
    const there = this.spaces.get(space)
    if (there === undefined) this.spaces.set(space, [buffer])
    else there.push(buffer)
  }

  /** The buffer that these samples lie in. */
  find(samples: Float32Array): B | undefined {
    return this.spaces
      .get(spaceOf(samples.buffer))
      ?.findLast(
        ({ byteOffset, byteLength }) =>
          samples.byteOffset >= byteOffset && samples.byteOffset + samples.byteLength <= byteOffset + byteLength,
      )
  }
}
