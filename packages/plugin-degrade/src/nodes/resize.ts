import { defineNode, KintsugiError, type Static, Type } from '@kintsugi/core'
import { planes, shapeOf } from '../image/planes.js'
import { RESIZE_MODES, resamplings } from '../resize/modes.js'
import { pickPlanes } from '../resize/nearest.js'
import { resamplePlane } from '../resize/resample.js'
import { ROUNDINGS, SAMPLINGS, sampleStep, targetSide } from '../resize/target-size.js'

const MAX_SIDE = 65535
const side = Type.Integer({ minimum: 1, maximum: MAX_SIDE, 'x-unit': 'px' })

const params = Type.Object(
  {
    mode: Type.Enum(RESIZE_MODES, {
      default: 'bicubic',
      description:
        '`area`, `bilinear`, `bicubic` (a = -0.75, not antialiased) and `nearest` as `cv2.resize` on float images; ' +
        '`pytorch-area` as PyTorch `interpolate(mode="area")`, the plain mean of every sample that a pixel touches; ' +
        '`matlab-bicubic` as MATLAB `imresize` (a = -0.5, antialiased when shrinking).',
    }),
    factor: Type.Number({ exclusiveMinimum: 0, maximum: 64, default: 1, description: 'Multiplies the size.' }),
    divide: Type.Number({ exclusiveMinimum: 0, maximum: 1024, default: 1, description: 'Divides the size.' }),
    size: Type.Optional(
      Type.Object(
        { width: side, height: side },
        {
          additionalProperties: false,
          description: 'The size that `factor` and `divide` scale. Default: that of `like`, else of `image`.',
        },
      ),
    ),
    rounding: Type.Optional(
      Type.Enum(ROUNDINGS, {
        description:
          'How a fractional side becomes whole; `round` takes halves to the even neighbour, as OpenCV does. Default: `ceil` for `matlab-bicubic`, as MATLAB, else `floor`, as PyTorch. A side is at least 1.',
      }),
    ),
    sampling: Type.Optional(
      Type.Enum(SAMPLINGS, {
        description:
          'Distance between output samples, in input samples: input side / output side (`from-size`), or input side / side before rounding (`from-factor`), as OpenCV with `fx` and PyTorch with `scale_factor`. Default: `from-factor` for `matlab-bicubic`, else `from-size`. The same when nothing is rounded.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** `degrade/resize`: changes the size by a factor, a divisor, to a size, or relative to another image. */
export const resize = defineNode({
  name: 'degrade/resize',
  title: 'Resize',
  description:
    'Changes the size to `(size of like, or size, or own size) * factor / divide`, each side rounded as `rounding` says. ' +
    'Samples sit at half-pixel centres, (i + 0.5) * step - 0.5, except for `nearest`, which takes sample floor(i * step). ' +
    'Weights are float32, sums are float32; nothing is clipped, so the bicubic modes may leave 0..1. ' +
    'Alpha is resized as a plane of its own, and colour is not premultiplied.',
  params,
  inputs: {
    image: { type: 'image', description: 'What to resize.' },
    like: { type: 'image', optional: true, description: 'An image whose size is scaled in place of the own size.' },
  },
  outputs: { image: { type: 'image', description: 'The resized image, with the same channels and metadata.' } },
  memory: (inputs, settings) => {
    const { channels } = inputs.image!
    const { width, height } = targetOf(inputs.image!, inputs.like, settings)
    return 4 * (width * height * (channels + 1) + 16 * (width + inputs.image!.width) + 2 ** 18)
  },
  examples: [
    {
      title: 'A quarter of the size by the mean of 4 x 4 pixels (OpenCV 4.6 `INTER_AREA`)',
      in: { image: { pattern: 'gradient', width: 16, height: 8, channels: 3 } },
      with: { mode: 'area', divide: 4 },
      expect: {
        image: {
          width: 4,
          height: 2,
          samples: [
            [0, 0, 0, 0.1],
            [0, 1, 3, 0.9],
            [1, 1, 2, 0.7857143],
          ],
        },
      },
    },
    {
      title: 'A step edge overshoots under bicubic enlarging (OpenCV 4.6 `INTER_CUBIC`)',
      in: { image: { pattern: 'step', width: 8, height: 4 } },
      with: { mode: 'bicubic', factor: 2 },
      expect: {
        image: {
          width: 16,
          height: 8,
          samples: [
            [0, 3, 5, -0.03515625],
            [0, 3, 7, 0.2265625],
            [0, 3, 8, 0.7734375],
            [0, 3, 9, 1.1054688],
          ],
        },
      },
    },
    {
      title: 'To the size of another image',
      in: { image: { pattern: 'photo', width: 30, height: 20 }, like: { pattern: 'flat', width: 15, height: 12 } },
      with: { mode: 'bilinear' },
      expect: { image: { width: 15, height: 12 } },
    },
  ],
  run({ image, like }, settings, context) {
    const { mode } = settings
    const target = targetOf(image, like, settings)
    const x = { input: image.width, output: target.width, step: target.stepX }
    const y = { input: image.height, output: target.height, step: target.stepY }
    const axes = resamplings(mode, x, y)
    const output = context.createImage({ ...shapeOf(image), width: target.width, height: target.height })
    const [sources, targets] = [planes(image), planes(output)]
    context.throwIfCancelled()
    if (mode === 'nearest') pickPlanes(sources, image.width, axes.x, axes.y, targets)
    else
      sources.forEach((source, i) => {
        context.throwIfCancelled()
        resamplePlane(source, image.width, axes.x, axes.y, targets[i]!)
      })
    return { image: output }
  },
})

interface Size {
  readonly width: number
  readonly height: number
}

/** Output size and sample distances. Throws `E_PARAM` for two base sizes, `E_IMAGE_SIZE` for sides above `MAX_SIDE`. */
function targetOf(image: Size, like: Size | undefined, settings: Static<typeof params>) {
  const { mode, factor, divide, size } = settings
  if (size !== undefined && like !== undefined) {
    throw new KintsugiError('E_PARAM', {
      message: 'degrade/resize has two sizes to scale: parameter `size` and input `like`',
      expected: 'one of them',
      found: `size ${size.width}x${size.height} and an image of ${like.width}x${like.height}`,
      fix: 'remove `size`, or disconnect `like`',
    })
  }
  const matlab = mode === 'matlab-bicubic'
  const { rounding = matlab ? 'ceil' : 'floor', sampling = matlab ? 'from-factor' : 'from-size' } = settings
  const base = size ?? like ?? image
  const width = targetSide(base.width, factor, divide, rounding)
  const height = targetSide(base.height, factor, divide, rounding)
  if (Math.max(width, height) > MAX_SIDE) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: 'degrade/resize would make an image too large for any image file',
      expected: `sides of at most ${MAX_SIDE} px`,
      found: `${width}x${height} px from ${base.width}x${base.height} times ${factor} / ${divide}`,
      fix: 'use a smaller `factor`, or a larger `divide`',
    })
  }
  return {
    width,
    height,
    stepX: sampleStep(image.width, width, (base.width * factor) / divide, sampling),
    stepY: sampleStep(image.height, height, (base.height * factor) / divide, sampling),
  }
}
