import { createImage, type Image, type ImageShape, type NodeContext, type Series } from '@kintsugi/core'

/** A context for calling `run` in a test, for nodes that use no randomness and no models. */
export const testContext: NodeContext = {
  get random(): never {
    throw new Error('not declared random')
  },
  createImage: (shape: ImageShape) => createImage(shape),
  openModel: () => Promise.reject(new Error('no models here')),
  throwIfCancelled: () => undefined,
  progress: () => undefined,
  warn: () => undefined,
}

/** An image of 8-bit levels `level(channel, y, x)`. */
export function imageOf(shape: ImageShape, level: (channel: number, y: number, x: number) => number): Image {
  const image = createImage(shape)
  const { width, height } = shape
  for (let i = 0; i < image.data.length; i++) {
    image.data[i] = level(Math.floor(i / (width * height)), Math.floor(i / width) % height, i % width) / 255
  }
  return image
}

const clamp = (level: number) => Math.min(Math.max(level, 0), 255)
const triangle = (n: number, period: number) => Math.abs((n % period) - period / 2)

/** The deterministic test images A, B, S and T, 8-bit levels of RGB by integer arithmetic, on which known answers were computed. */
export const levels = {
  A: (c: number, y: number, x: number) => (7 * y + 13 * x + 29 * c + ((x * y) % 17)) % 256,
  B: (c: number, y: number, x: number) => clamp(levels.A(c, y, x) + ((5 * y + 3 * x + 11 * c) % 23) - 11),
  S: (c: number, y: number, x: number) =>
    triangle(2 * x + y + 60 * c, 256) + triangle(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16,
  T: (c: number, y: number, x: number) =>
    clamp(levels.S(c, y, x) + ((7 * x + 11 * y + 5 * c + ((x * y) >> 3)) % 31) - 15),
}

/** A series of values with their keys, as a reducing input gets it. */
export function seriesOf<V>(
  members: readonly (readonly [keys: Record<string, string>, value: V])[],
  missing = 0,
): Series<V> {
  return {
    length: members.length,
    missing,
    values: async () => members.map(([keys, value]) => ({ keys, value })),
    async *[Symbol.asyncIterator]() {
      for (const [keys, value] of members) yield { keys, load: async () => value }
    },
  }
}
