import { defineNode, type Image, KintsugiError, type ModelRunner, Type } from '@kintsugi/core'
import { codecOf, SLOTS, toPhysical } from '@kintsugi/vectors'
import { codecParam, levelParam } from '../params.js'
import { weightVector } from '../weights.js'

/** Of a predictor of 64 features: in and out at full size, 4 bytes each, 2.2 times for the runtime's arena. */
const BYTES_PER_PIXEL = 2 * 64 * 4 * 2.2

/** `dasr/estimate`: what an image has suffered, in numbers. */
export const estimate = defineNode({
  name: 'dasr/estimate',
  title: 'Estimate the degradation',
  description:
    'Runs the predictor of DASR (Liang et al. 2022; `net_p`, csjliang/DASR) once over the image and gives the 33 numbers of the degradation, the weights of the experts that follow from them, and the numbers in physical units. ' +
    'It looks at the whole image, or at the square in the middle with `crop`, never at tiles: every part of an image is restored by one network. Numbers are as the network gives them, roughly 0..1 but without bounds; ' +
    'weights have any sign and any sum. A gray image passes as three equal planes. Alpha does not count.',
  params: Type.Object(
    {
      codec: codecParam,
      level: levelParam,
      crop: Type.Optional(
        Type.Integer({
          minimum: 32,
          maximum: 8192,
          'x-unit': 'px',
          description: 'Looks at the middle of the image alone, at most so wide and high. Default: the whole image.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'The degraded image.' },
    model: { type: 'model', description: 'The predictor: a checkpoint of DASR (net_p.pth) or an ONNX file.' },
  },
  outputs: {
    vector: { type: 'vector', description: 'The degradation, 33 numbers of `codec`.' },
    weights: { type: 'vector', description: 'The weights of the experts, under the codec `dasr/weights@1`.' },
    physical: {
      type: 'vector',
      description:
        'The same numbers in physical units, under the codec `dasr/33-physical@1`: sizes and widths in px, rotation and cutoff in rad, factors, noise with white at 255 or as Poisson scale, JPEG quality.',
    },
  },
  memory: ({ image }, { crop = Infinity }) =>
    Math.min(image!.width, crop) * Math.min(image!.height, crop) * (BYTES_PER_PIXEL + 12),
  async run({ image, model }, { codec, level, crop = Infinity }, context) {
    const network = await context.openModel(model)
    checkPredictor(network, model.name)
    context.throwIfCancelled()
    const { output, weights } = await network.run({ input: planesOf(image, crop) })
    const vector = { codec, names: [...SLOTS], values: [...output!.data] }
    if (![...vector.values, ...weights!.data].every(Number.isFinite)) {
      throw new KintsugiError('E_MODEL_OUTPUT', {
        message: `${model.name} gave numbers that are not finite.`,
        expected: 'finite numbers',
        found: 'NaN or an infinity',
        fix: 'Check the model file; the image itself may hold such values, too.',
      })
    }
    codecOf(vector)
    return { vector, weights: weightVector([...weights!.data]), physical: toPhysical(vector, level) }
  },
})

function checkPredictor({ facts }: ModelRunner, name: string): void {
  const { input, output } = facts.channels
  if (facts.architecture === 'DegradationPredictor' && input === 3 && output === SLOTS.length) return
  throw new KintsugiError('E_MODEL_FORM', {
    message: `${name} predicts no degradation of ${SLOTS.length} numbers.`,
    expected: `a predictor of DASR (net_p), from 3 channels to ${SLOTS.length} numbers`,
    found: `${facts.architecture}, from ${input} channels to ${output}`,
    fix: 'Name the checkpoint of the predictor, net_p.pth; net_g.pth goes to dasr/restore.',
  })
}

/** The middle of an image, at most `side` wide and high, as three planes. */
function planesOf(image: Image, side: number): { data: Float32Array; shape: readonly number[] } {
  const [width, height] = [Math.min(image.width, side), Math.min(image.height, side)]
  const [left, top] = [Math.floor((image.width - width) / 2), Math.floor((image.height - height) / 2)]
  const data = new Float32Array(3 * width * height)
  for (let c = 0; c < 3; c++) {
    const plane = image.channels === 3 ? c * image.width * image.height : 0
    for (let y = 0; y < height; y++) {
      const row = plane + (top + y) * image.width + left
      data.set(image.data.subarray(row, row + width), (c * height + y) * width)
    }
  }
  return { data, shape: [1, 3, height, width] }
}
