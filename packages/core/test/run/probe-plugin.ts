import { setTimeout as sleep } from 'node:timers/promises'
import { getHeapStatistics } from 'node:v8'
import { threadId } from 'node:worker_threads'
import { defineNode, definePlugin, type Image, KintsugiError, pixelMemoryOf, Type } from '@kintsugi/core'

/** Brightness of an image as a label: a small classifier. */
const kind = defineNode({
  name: 'probe/kind',
  title: 'Kind',
  description: 'Says whether an image is dark or bright.',
  inputs: { image: { type: 'image' } },
  outputs: { label: { type: 'label' } },
  params: Type.Object({ limit: Type.Number({ default: 0.5 }) }),
  run({ image }, { limit }) {
    const label = meanOf(image) < limit ? 'dark' : 'bright'
    return { label: { label, confidence: 1, distribution: { [label]: 1 } } }
  },
})

/** Mean of an image; may wait, fail or end its thread on the way. */
const mean = defineNode({
  name: 'probe/mean',
  title: 'Mean',
  description: 'The mean of all samples.',
  inputs: { image: { type: 'image' } },
  outputs: { mean: { type: 'number' } },
  params: Type.Object({
    wait: Type.Number({ default: 0, 'x-unit': 'ms' }),
    end: Type.String({
      enum: ['well', 'throw', 'fail', 'exit', 'crash', 'leave-timer', 'bad-output'],
      default: 'well',
    }),
  }),
  async run({ image }, { wait, end }, context) {
    for (let left = wait; left > 0; left -= 10) {
      context.throwIfCancelled()
      await sleep(Math.min(10, left))
    }
    if (end === 'throw') throw new TypeError('a slip of the plugin')
    if (end === 'fail') throw new KintsugiError('E_PROBE', { message: 'This image is not wanted.' })
    if (end === 'exit') process.exit(3)
    if (end === 'crash') {
      setTimeout(() => {
        throw new Error('thrown where nobody catches')
      }, 1)
      await sleep(10_000)
    }
    if (end === 'leave-timer') setInterval(() => undefined, 1000)
    if (end === 'bad-output') return {} as { mean: number }
    return { mean: meanOf(image) }
  },
})

/** Where a thread finds the pixels that it is given and makes. */
const linear = defineNode({
  name: 'probe/linear',
  title: 'Linear',
  description: 'Says whether kernels can work on an image and on a new one in place, and have memory to work in.',
  inputs: { image: { type: 'image' } },
  outputs: { text: { type: 'text' } },
  run({ image }, _params, context) {
    const pixels = pixelMemoryOf(image.data)
    const made = context.createImage({ ...image, alpha: false })
    if (pixels === undefined) return { text: 'elsewhere' }
    return { text: pixelMemoryOf(made.data) === pixels && pixels.scratch.bytes > 0 ? 'in place' : 'in part' }
  },
})

/** Memory outside of its thread's heap. */
const external = defineNode({
  name: 'probe/external',
  title: 'External',
  description:
    'MiB outside of the heap of its thread that V8 counts: files and pictures that codecs gave, dead ones too.',
  inputs: { image: { type: 'image' } },
  outputs: { mebibytes: { type: 'number' } },
  run: () => ({ mebibytes: getHeapStatistics().external_memory / 2 ** 20 }),
})

/** The thread that a node runs in. */
const thread = defineNode({
  name: 'probe/thread',
  title: 'Thread',
  description: 'The number of the thread, after a wait.',
  inputs: { image: { type: 'image' } },
  outputs: { thread: { type: 'number' } },
  params: Type.Object({ wait: Type.Number({ default: 0, 'x-unit': 'ms' }) }),
  async run(_inputs, { wait }) {
    await sleep(wait)
    return { thread: threadId }
  },
})

/** The mean image of a series: a reduction in a worker that loads its members one at a time. */
const average = defineNode({
  name: 'probe/average',
  title: 'Average',
  description: 'The mean of images of one size.',
  kind: 'reduce',
  inputs: { images: { type: 'image' } },
  outputs: { image: { type: 'image' } },
  params: Type.Object({ least: Type.Integer({ default: 1 }) }),
  async run({ images }, { least }, context) {
    let sum: Image | undefined
    for await (const member of images) {
      const image = await member.load()
      sum ??= context.createImage({ width: image.width, height: image.height, channels: image.channels })
      for (let i = 0; i < sum.data.length; i++) sum.data[i]! += image.data[i]! / images.length
    }
    if (sum === undefined || images.length < least) {
      throw new KintsugiError('E_PROBE', { message: `Only ${images.length} images.` })
    }
    return { image: sum }
  },
})

/** Splits an image into its left and right half, along an axis of its own. */
const halves = defineNode({
  name: 'probe/halves',
  title: 'Halves',
  description: 'Left and right half.',
  kind: 'expand',
  inputs: { image: { type: 'image' } },
  outputs: { half: { type: 'image', opens: 'half' } },
  params: Type.Object({}),
  run({ image }, _params, context) {
    const width = Math.floor(image.width / 2)
    const half = (left: number): Image => {
      const out = context.createImage({ width, height: image.height, channels: image.channels })
      const plane = image.width * image.height
      for (let c = 0; c < image.channels; c++) {
        for (let y = 0; y < image.height; y++) {
          for (let x = 0; x < width; x++) {
            out.data[(c * image.height + y) * width + x] = image.data[c * plane + y * image.width + left + x]!
          }
        }
      }
      return out
    }
    return {
      half: new Map([
        ['left', half(0)],
        ['right', half(image.width - width)],
      ]),
    }
  },
})

function meanOf({ data }: Image): number {
  return data.reduce((sum, value) => sum + value, 0) / data.length
}

export default definePlugin({
  name: 'probe-plugin',
  version: '1.0.0',
  nodes: [linear, external, thread, kind, mean, average, halves],
})
