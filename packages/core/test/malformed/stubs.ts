import { createImage, defineNode, definePlugin, Type } from '../../src/index.js'

const classify = defineNode({
  name: 'stub/classify',
  title: 'Classify',
  description: 'Says of every image that it is noisy.',
  inputs: { image: 'image' },
  outputs: { label: 'label' },
  run: () => ({ label: { label: 'noise', confidence: 0.9, distribution: { noise: 0.9, blur: 0.1 } } }),
})

const brightness = defineNode({
  name: 'stub/brightness',
  title: 'Brightness',
  description: 'The first sample.',
  inputs: { image: 'image' },
  outputs: { value: 'number' },
  run: ({ image }) => ({ value: image.data[0] ?? 0 }),
})

const tag = defineNode({
  name: 'stub/tag',
  title: 'Tag',
  description: 'Passes an image with a label on.',
  inputs: { image: 'image', label: 'label' },
  outputs: { image: 'image' },
  run: ({ image }) => ({ image }),
})

const split = defineNode({
  name: 'stub/split',
  title: 'Split',
  description: 'Opens an axis of two tiles.',
  kind: 'expand',
  inputs: { image: 'image' },
  outputs: { tile: { type: 'image', opens: 'tile' } },
  run: () => ({
    tile: new Map(['left', 'right'].map((key) => [key, createImage({ width: 1, height: 1, channels: 1 })])),
  }),
})

const pair = defineNode({
  name: 'stub/pair',
  title: 'Pair',
  description: 'Passes an image on, with its first sample.',
  inputs: { image: 'image' },
  outputs: { image: 'image', value: 'number' },
  run: ({ image }) => ({ image, value: image.data[0] ?? 0 }),
})

const fail = defineNode({
  name: 'stub/fail',
  title: 'Fail',
  description: 'Has a bug.',
  inputs: { image: 'image' },
  outputs: { image: 'image' },
  run: () => {
    throw new TypeError("Cannot read properties of undefined (reading 'width')")
  },
})

const empty = defineNode({
  name: 'stub/empty',
  title: 'Empty',
  description: 'Gives nothing.',
  inputs: { image: 'image' },
  outputs: { image: 'image' },
  run: () => ({}) as never,
})

const level = defineNode({
  name: 'stub/level',
  title: 'Level',
  description: 'Gives its level.',
  runs: 'inline',
  params: Type.Object({ level: Type.Number({ minimum: 0, maximum: 1 }) }),
  outputs: { value: 'number' },
  run: (_inputs, params) => ({ value: params.level }),
})

/** Node types that the malformed pipelines use besides those of the installed plugins. */
export const stubs = definePlugin({
  name: 'stubs',
  version: '1.0.0',
  nodes: [classify, brightness, tag, split, pair, fail, empty, level],
})
