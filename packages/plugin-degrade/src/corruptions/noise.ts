import type { Image, NodeContext } from '@kintsugi/core'
import { saltAndPepperNoise } from '../nodes/salt-and-pepper-noise.js'
import { addNoise, type NoiseUse } from '../noise/add-noise.js'
import { forNormalNoise } from '../noise/normal-planes.js'
import { forPlanes, photoExample, randomCorruption } from './corruption.js'

const noisyExample = (deviation: number) => ({
  title: 'On middle gray at severity 1',
  in: { image: { pattern: 'flat', width: 256, height: 256 } } as const,
  with: { severity: 1, truncate: false },
  expect: { image: { mean: 0.5, std: deviation, tolerance: 2e-3 } },
})

/** Normal noise plane by plane, drawn in pieces that stay in the cache. */
function addNormal(image: Image, output: Image, use: NoiseUse, context: NodeContext): void {
  const { channels, width, height } = image
  forNormalNoise('corrupt', { kind: 'color' }, channels, width * height, context.random, (from, field) => {
    context.throwIfCancelled()
    const to = from + field.length
    addNoise(image.data.subarray(from, to), field, output.data.subarray(from, to), use)
  })
}

/** `corrupt/gaussian-noise`. */
export const corruptGaussianNoise = randomCorruption({
  name: 'corrupt/gaussian-noise',
  title: 'Corruption: Gaussian noise',
  description: 'x + c N(0, 1) for every sample, plane by plane.',
  meaning: 'c',
  levels: [0.08, 0.12, 0.18, 0.26, 0.38],
  planes: 1,
  examples: [noisyExample(0.08), photoExample],
  corrupt: (image, scale, output, context) => {
    addNormal(image, output, { scale, clip: false }, context)
  },
})

/** `corrupt/speckle-noise`. */
export const corruptSpeckleNoise = randomCorruption({
  name: 'corrupt/speckle-noise',
  title: 'Corruption: speckle noise',
  description: 'x + x c N(0, 1) for every sample, plane by plane.',
  meaning: 'c',
  levels: [0.15, 0.2, 0.35, 0.45, 0.6],
  planes: 1,
  examples: [noisyExample(0.075), photoExample],
  corrupt: (image, scale, output, context) => {
    addNormal(image, output, { scale, relative: true, clip: false }, context)
  },
})

/** `corrupt/shot-noise`. */
export const corruptShotNoise = randomCorruption({
  name: 'corrupt/shot-noise',
  title: 'Corruption: shot noise',
  description: 'Poisson(c x) / c for every sample, plane by plane; negative samples count as 0.',
  meaning: 'c',
  levels: [60, 25, 12, 5, 3],
  planes: 1,
  examples: [noisyExample(Math.sqrt(0.5 / 60)), photoExample],
  corrupt: (image, photons, output, context) => {
    const rates = new Float32Array(image.width * image.height)
    forPlanes(image, output, context, (source, target) => {
      for (let i = 0; i < rates.length; i++) rates[i] = Math.max(0, source[i]! * photons)
      context.random.fillPoisson(target, rates)
      for (let i = 0; i < target.length; i++) target[i]! /= photons
    })
  },
})

/** `corrupt/impulse-noise`. */
export const corruptImpulseNoise = randomCorruption({
  name: 'corrupt/impulse-noise',
  title: 'Corruption: impulse noise',
  description: 'Each sample becomes black or white with probability c, as degrade/salt-and-pepper-noise.',
  meaning: 'c',
  levels: [0.03, 0.06, 0.09, 0.17, 0.27],
  planes: 6,
  examples: [noisyExample(Math.sqrt(0.03 / 4)), photoExample],
  corrupt: async (image, amount, output, context) => {
    const noisy = await saltAndPepperNoise.run({ image }, { amount, salt: 0.5, kind: 'color' }, context)
    output.data.set(noisy.image.data)
  },
})
