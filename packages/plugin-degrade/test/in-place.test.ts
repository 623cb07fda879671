import assert from 'node:assert/strict'
import { createImage, type Image, type ImageShape, type NodeContext, PixelArena } from '@kintsugi/core'
import plugin from '../src/index.js'
import { patternA, testContext } from './context.js'

interface Params {
  [name: string]: unknown
}

/** Operators that take paths of their own through the kernels; of the others the defaults. */
const chosen: [use: string, params: Params][] = [
  ['gaussian-blur', { sigma: 0.5 }],
  ['gaussian-blur', { sigma: 2 }],
  ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 5 }],
  ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 7 }],
  ['sinc-blur', { kernel_size: 7, cutoff: 1.5 }],
  ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 9 }],
  ['gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 41 }],
  ['shifted-gaussian-blur', { sigma_x: 3, sigma_y: 1, rotation: 0.6, kernel_size: 9 }],
  ['defocus-blur', { radius: 2 }],
  ['defocus-blur', { radius: 3 }],
  ['motion-blur', { length: 9, angle: 30 }],
  ['motion-blur', { length: 9, angle: 0 }],
  ['motion-blur', { length: 9, angle: 90 }],
  ['motion-blur', { length: 15, angle: 70 }],
  ...['area', 'bilinear', 'bicubic', 'nearest'].flatMap((mode): [string, Params][] =>
    [
      { width: 16, height: 12 },
      { width: 23, height: 17 },
      { width: 32, height: 70 },
      { width: 1, height: 1 },
    ].map((size) => ['resize', { mode, size }]),
  ),
  ['resize', { mode: 'matlab-bicubic', factor: 0.5 }],
  ['poisson-noise', { round: true }],
  ['poisson-noise', { kind: 'gray' }],
  ['poisson-noise', { kind: 'gray', round: true, luma: 'opencv' }],
  ['corrupt/elastic-transform', {}],
]

const shapes: ImageShape[] = [
  { width: 64, height: 90, channels: 3, alpha: true },
  { width: 61, height: 67, channels: 3 },
  { width: 176, height: 100, channels: 1, alpha: true },
  { width: 173, height: 99, channels: 3 },
  { width: 48, height: 80, channels: 1, alpha: true },
  { width: 7, height: 5, channels: 3 },
  { width: 1, height: 1, channels: 1 },
  { width: 2, height: 40, channels: 3 },
  { width: 40, height: 3, channels: 1 },
]

/** Samples between images, which nobody may write. */
const FENCE = 1024
const MARK = 123.25

/** A context whose images lie in linear memory with fences between them. */
class FencedMemory {
  private readonly arena = PixelArena.create(64 * 2 ** 20, 0)!
  private readonly fences: Float32Array[] = []

  readonly allocate = (length: number, cleared: boolean): Float32Array => {
    this.take(FENCE, true)
    const samples = this.take(length, false)
    this.take(FENCE, true)
    return samples.fill(cleared ? 0 : NaN)
  }

  context(seed: number): NodeContext {
    return { ...testContext(seed), createImage: (shape) => createImage(shape, this.allocate) }
  }

  place(image: Image): Image {
    const { width, height, channels, alpha } = image
    const placed = createImage({ width, height, channels, alpha: alpha !== null }, this.allocate)
    placed.data.set(image.data)
    placed.alpha?.set(image.alpha!)
    return placed
  }

  get isIntact(): boolean {
    return this.fences.every((fence) => fence.every((value) => value === MARK))
  }

  private take(length: number, fence: boolean): Float32Array {
    const address = this.arena.heap.extend(4 * length)!
    const samples = new Float32Array(this.arena.pixels.bufferTo(address + 4 * length), address, length)
    if (fence) this.fences.push(samples.fill(MARK))
    return samples
  }
}

interface Properties {
  [name: string]: { default?: unknown }
}

const nodes = plugin.nodes ?? []
const propertiesOf = ({ params }: (typeof nodes)[number]): Properties =>
  (params as { properties?: Properties } | undefined)?.properties ?? {}

function outputOf(definition: (typeof nodes)[number], image: Image, params: Params, context: NodeContext): unknown {
  const defaults = Object.entries(propertiesOf(definition)).flatMap(([name, { default: value }]) =>
    value === undefined ? [] : [[name, value] as const],
  )
  return definition.run({ image } as never, { ...Object.fromEntries(defaults), ...params } as never, context)
}

/** Those that need nothing but an image. */
const simple = nodes
  .filter(({ inputs, outputs }) => Object.keys(inputs ?? {}).join() === 'image' && 'image' in outputs)
  .filter((node) => {
    const { required = [] } = (node.params ?? {}) as { required?: readonly string[] }
    return required.every((name) => propertiesOf(node)[name]?.default !== undefined)
  })
  .map((node): [string, Params] => [node.name.replace('degrade/', ''), {}])

describe('operators on images in linear memory', () => {
  for (const [use, params] of [...chosen, ...simple]) {
    it(`${use} ${JSON.stringify(params)}: the same as on other images, bit for bit, and nothing else written`, async function () {
      this.timeout(60_000)
      const definition = nodes.find(({ name }) => name === `degrade/${use}`)!
      for (const shape of shapes) {
        const image = patternA(shape)
        const attempt = async (work: () => unknown): Promise<Image | string> => {
          try {
            return ((await work()) as { image: Image }).image
          } catch (error) {
            return String(error)
          }
        }
        const expected = await attempt(() => outputOf(definition, image, params, testContext(3)))
        const memory = new FencedMemory()
        const placed = memory.place(image)
        const found = await attempt(() => outputOf(definition, placed, params, memory.context(3)))
        const where = JSON.stringify(shape)
        if (typeof expected === 'string' || typeof found === 'string') {
          assert.equal(found, expected, where)
          continue
        }
        assert.deepEqual(new Float32Array(found.data), new Float32Array(expected.data), where)
        assert.deepEqual(
          found.alpha && new Float32Array(found.alpha),
          expected.alpha && new Float32Array(expected.alpha),
        )
        assert.deepEqual(new Float32Array(placed.data), new Float32Array(image.data), `${where}: the input`)
        assert.ok(memory.isIntact, `${where}: fences`)
      }
    })
  }
})
