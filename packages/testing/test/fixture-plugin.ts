import { isMainThread } from 'node:worker_threads'
import { defineNode, definePlugin, type Image, type NodeContext, Type } from '@kintsugi/core'

/** `tests/brighten`: a node type without faults; variants of it have one each. */
export const brighten = defineNode({
  name: 'tests/brighten',
  title: 'Brighten',
  description: 'Adds a number to every colour sample.',
  params: Type.Object({
    by: Type.Number({ default: 0.25, minimum: 0, maximum: 1, description: 'What is added.' }),
    twice: Type.Boolean({ default: false, description: 'Add it once more.' }),
  }),
  inputs: { image: { type: 'image', description: 'Any image.' } },
  outputs: { image: { type: 'image', description: 'The brighter one.' } },
  halo: () => 0,
  examples: [
    {
      title: 'middle gray',
      in: { image: { pattern: 'flat', width: 4, height: 4 } },
      expect: { image: { mean: 0.75, std: 0 } },
    },
  ],
  run: ({ image }, { by, twice }, context) => ({
    image: mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)),
  }),
})

/** `tests/thread`: gives other samples in a worker thread. */
export const thread = defineNode({
  name: 'tests/thread',
  title: 'Thread',
  description: 'Tells where it runs.',
  inputs: { image: 'image' },
  outputs: { image: 'image' },
  examples: [{ title: 'any', in: { image: { pattern: 'photo' } } }],
  run: ({ image }, _params, context) => ({
    image: mapSamples(image, context, (value) => (isMainThread ? value : value + 1)),
  }),
})

export function mapSamples(image: Image, context: NodeContext, map: (value: number) => number): Image {
  context.throwIfCancelled()
  const out = context.createImage({ ...image, alpha: image.alpha !== null })
  image.data.forEach((value, i) => {
    out.data[i] = map(value)
  })
  if (image.alpha !== null) out.alpha?.set(image.alpha)
  return out
}

export default definePlugin({ name: 'fixture', version: '1.2.3', nodes: [brighten, thread] })
