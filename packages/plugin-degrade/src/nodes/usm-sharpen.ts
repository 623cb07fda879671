import { defineNode, type Static, Type } from '@kintsugi/core'
import { openCvGaussianTaps } from '../convolution/gaussian.js'
import { convolveSeparable, separableSamples } from '../convolution/separable.js'
import { shapeOf, workPlanes } from '../image/planes.js'
import { mapPlanes } from '../image/strips.js'

const params = Type.Object(
  {
    weight: Type.Number({
      default: 0.5,
      minimum: 0,
      maximum: 10,
      description: 'How much of the difference between the image and its blur is added.',
    }),
    threshold: Type.Number({
      default: 10,
      minimum: 0,
      maximum: 255,
      'x-unit': '1/255',
      description: 'Only differences larger than this, on the scale where white is 255, start sharpening.',
    }),
    kernel_size: Type.Integer({
      default: 51,
      minimum: 1,
      maximum: 401,
      not: { multipleOf: 2 },
      'x-unit': 'px',
      description: 'Width of the Gaussian; odd. 51 is what BasicSR makes of its `radius` 50.',
    }),
    sigma: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 100,
        'x-unit': 'px',
        description:
          'Standard deviation of the Gaussian. Default: 0.3 ((kernel_size - 1) / 2 - 1) + 0.8, and fixed tables up to size 7, as OpenCV.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** `degrade/usm-sharpen`: the unsharp mask that sharpens ground truth before it is degraded. */
export const usmSharpen = defineNode({
  name: 'degrade/usm-sharpen',
  title: 'Unsharp mask',
  description:
    'With G a Gaussian and r = x - G x: s = clip(x + weight r) where sharpening applies, x elsewhere, blended by the soft mask m = G [|255 r| > threshold], ' +
    'm s + (1 - m) x, channel by channel: `USMSharp` of BasicSR, with which Real-ESRGAN and DASR sharpen the ground truth. ' +
    'Border reflect-101; the blend is not clipped again. Alpha is left alone.',
  params,
  inputs: { image: { type: 'image', description: 'What to sharpen.' } },
  outputs: { image: { type: 'image', description: 'The sharpened image, of the same size, channels and metadata.' } },
  // Two blurs, one after the other.
  halo: ({ kernel_size }) => kernel_size - 1,
  memory: ({ image }, { kernel_size }) => {
    const { width, height, channels } = image!
    const kernel = { width: kernel_size, height: kernel_size }
    return 4 * (width * height * (channels + 2) + separableSamples(width, height, kernel))
  },
  examples: [
    {
      title: 'A flat image stays as it is',
      in: { image: { pattern: 'flat', width: 7, height: 5 } },
      expect: { image: { width: 7, height: 5, mean: 0.5, std: 0, tolerance: 1e-6 } },
    },
    {
      title: 'A step edge keeps its range, since the sharpened image is clipped',
      in: { image: { pattern: 'step', width: 32, height: 8 } },
      with: { weight: 1 },
      expect: {
        image: {
          samples: [
            [0, 4, 15, 0],
            [0, 4, 16, 1],
          ],
        },
      },
    },
  ],
  run({ image }, settings, context) {
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = image.width * image.height
    const plane = workPlanes(image, context)
    const [residual, mask] = [plane(), plane()]
    for (let c = 0; c < image.channels; c++) {
      context.throwIfCancelled()
      const [from, to] = [c * size, (c + 1) * size]
      sharpenPlane(image.data.subarray(from, to), output.data.subarray(from, to), image.width, settings, residual, mask)
    }
    return { image: output }
  },
})

/** Sharpens a plane of rows of `width` samples; `residual` and `mask` are planes to work in. */
function sharpenPlane(
  source: Float32Array,
  target: Float32Array,
  width: number,
  { weight, threshold, kernel_size, sigma }: Static<typeof params>,
  residual: Float32Array,
  mask: Float32Array,
): void {
  const height = source.length / width
  const taps = openCvGaussianTaps(kernel_size, sigma)
  convolveSeparable(source, residual, width, height, taps, taps)
  mapPlanes([residual, mask, source], 2, (run, [blurred, edges, samples], count) =>
    run.usmResidual(blurred, edges, samples, count, threshold),
  )
  convolveSeparable(mask, target, width, height, taps, taps)
  mapPlanes([target, residual, source], 1, (run, [soft, difference, samples], count) =>
    run.usmBlend(soft, difference, samples, count, weight),
  )
}
