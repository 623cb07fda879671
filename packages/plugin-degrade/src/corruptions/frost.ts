import { defineNode, type Image, KintsugiError, type RandomStream } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'
import { LUMA, lumaPlane } from '../noise/luma.js'
import { describeCorruption, finish, type Levels, photoExample, severityParams } from './corruption.js'
import { frostLayer } from './frost-layer.js'

const levels: Levels<readonly [number, number]> = [
  [1, 0.4],
  [0.8, 0.6],
  [0.7, 0.7],
  [0.65, 0.7],
  [0.6, 0.75],
]

/** `corrupt/frost`. */
export const corruptFrost = defineNode({
  name: 'corrupt/frost',
  title: 'Corruption: frost',
  description: describeCorruption({
    description:
      'a x + b f, f a picture of frost. ImageNet-C cuts it at a random place out of one of five photographs: give one as input `frost`, at least as large as the image. ' +
      'Without it the frost is synthetic (crystals with six arms over a cloudy film), of the same kind and strength but not of the same look.',
    levels,
    meaning: '(a, b)',
  }),
  params: severityParams,
  random: true,
  inputs: {
    image: { type: 'image', description: 'What to corrupt.' },
    frost: { type: 'image', optional: true, description: 'A photograph of frost. Default: synthetic frost.' },
  },
  outputs: { image: { type: 'image', description: 'The corrupted image, of the same size, channels and metadata.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 20) + 2 ** 20,
  examples: [
    photoExample,
    {
      title: 'Over a given layer: 0.5 + 0.4 * 0.5',
      in: { image: { pattern: 'flat' }, frost: { pattern: 'flat', width: 20, height: 18 } },
      with: { severity: 1, truncate: false },
      expect: { image: { mean: 0.7, std: 0 } },
    },
  ],
  run({ image, frost }, { severity, truncate }, context) {
    const { width, height, channels } = image
    const [keep, add] = levels[severity - 1]!
    const colour =
      frost === undefined ? frostLayer(context.random, width, height) : cutFrost(frost, image, context.random)
    const size = width * height
    const layer = channels === 1 && colour.length > size ? lumaPlane(colour, LUMA.opencv) : colour
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    for (let i = 0; i < output.data.length; i++) output.data[i] = keep * image.data[i]! + add * layer[i % layer.length]!
    finish(output.data, truncate)
    return { image: output }
  },
})

/** The part of a frost picture under an image, at a random place, its row drawn first. Throws `E_IMAGE_SIZE` for one that is too small. */
function cutFrost(frost: Image, { width, height }: Image, random: RandomStream): Float32Array {
  if (frost.width < width || frost.height < height) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: 'the picture of frost is smaller than the image',
      expected: `at least ${width}x${height} px`,
      found: `${frost.width}x${frost.height} px`,
      fix: 'enlarge it with degrade/resize, use a larger one, or leave `frost` out',
    })
  }
  const top = random.integer(0, frost.height - height)
  const left = random.integer(0, frost.width - width)
  const part = new Float32Array(frost.channels * width * height)
  for (let c = 0; c < frost.channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * frost.height + top + y) * frost.width + left
      part.set(frost.data.subarray(from, from + width), (c * height + y) * width)
    }
  }
  return part
}
