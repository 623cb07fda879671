import { defineNode, Type } from '@kintsugi/core'
import { fitModel } from '../scene/niqe-model.js'
import { vectorOfModel } from '../scene/niqe-vector.js'
import { niqeBlocks, niqeParams } from './niqe.js'

/** `metrics/niqe-fit`: a pristine model of NIQE from good photographs. */
export const niqeFit = defineNode({
  name: 'metrics/niqe-fit',
  title: 'Fit a pristine model of NIQE',
  description:
    'Fits the mean and covariance of the 36 features of NIQE over blocks of good images (Mittal et al. 2013): of each image those blocks of 96 x 96 px whose mean local deviation is above ' +
    '`sharpness` times that of its sharpest block. `metrics/niqe` takes the result at its port `pristine`. Use the same luma and border in both. ' +
    'Some hundred photographs make a useful model; two blocks are the least.',
  kind: 'reduce',
  params: Type.Object(
    {
      ...niqeParams,
      sharpness: Type.Number({
        default: 0.75,
        minimum: 0,
        maximum: 1,
        description: 'Blocks less sharp than this part of the sharpest block of their image are left out; 0 takes all.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: { images: { type: 'image', description: 'Good photographs of at least 192 x 96 px. No alpha.' } },
  outputs: {
    pristine: { type: 'vector', description: '36 means, then 36 x 36 covariances, of the codec `niqe/pristine@1`.' },
    blocks: { type: 'number', description: 'How many blocks went into it.' },
  },
  limits: { alpha: false, minSize: 192 },
  examples: [
    {
      title: 'All four blocks of one image',
      in: { images: [{ pattern: 'noise', width: 192, height: 192 }] },
      with: { sharpness: 0 },
      expect: { blocks: { value: 4 } },
    },
  ],
  async run({ images }, { sharpness, ...options }, context) {
    const chosen: Float64Array[] = []
    let done = 0
    for await (const member of images) {
      context.throwIfCancelled()
      const blocks = niqeBlocks('metrics/niqe-fit', await member.load(), options, () => context.throwIfCancelled())
      const least = sharpness * Math.max(...blocks.sharpness)
      blocks.features.forEach((features, i) => {
        const whole = features.every((value) => Number.isFinite(value))
        if (whole && (sharpness === 0 || blocks.sharpness[i]! >= least)) chosen.push(features)
      })
      context.progress(++done / images.length)
    }
    return { pristine: vectorOfModel(fitModel(chosen, 'metrics/niqe-fit')), blocks: chosen.length }
  },
})
