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

/** The score that a metric gives with its parameters' defaults and these. */
export function scoreOf(
  metric: { params?: unknown; run(inputs: never, params: never, context: NodeContext): unknown },
  inputs: Readonly<Record<string, unknown>>,
  params: Readonly<Record<string, unknown>> = {},
): number {
  const { properties = {} } = (metric.params ?? {}) as { properties?: Record<string, { default?: unknown }> }
  const defaults = Object.fromEntries(Object.entries(properties).map(([name, schema]) => [name, schema.default]))
  const result = metric.run(inputs as never, { ...defaults, ...params } as never, testContext) as { score: number }
  return result.score
}
