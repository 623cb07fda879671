import { defineNode, Type } from '@kintsugi/core'
import { append, readDiary } from './diary.js'

const KERNELS = ['iso', 'aniso', 'gen-iso', 'gen-aniso', 'plateau-iso', 'plateau-aniso']
const MODES = ['area', 'bilinear', 'bicubic', 'nearest']
const image = { image: 'image' } as const
const describe = (title: string) => ({ title, description: `${title}: writes what it ran with into the picture.` })

const sharpen = defineNode({
  name: 'stub/sharpen',
  ...describe('Sharpen'),
  inputs: image,
  outputs: image,
  run: (inputs, _params, context) => ({ image: append(inputs.image, 'sharpen', [], context) }),
})

/** Values: kernel, size, sigma x, sigma y, rotation, beta. */
const blur = defineNode({
  name: 'stub/blur',
  ...describe('Blur'),
  inputs: image,
  outputs: image,
  params: Type.Object({
    kernel: Type.String({ enum: KERNELS, default: 'iso' }),
    size: Type.Integer({ minimum: 3, maximum: 25, default: 21 }),
    sigma: Type.Union([
      Type.Number({ minimum: 0 }),
      Type.Array(Type.Number({ minimum: 0 }), { minItems: 2, maxItems: 2 }),
    ]),
    rotation: Type.Number({ default: 0 }),
    beta: Type.Number({ default: 1, exclusiveMinimum: 0 }),
  }),
  run(inputs, { kernel, size, sigma, rotation, beta }, context) {
    const [x = 0, y = x] = Array.isArray(sigma) ? sigma : [sigma]
    return { image: append(inputs.image, 'blur', [KERNELS.indexOf(kernel), size, x, y, rotation, beta], context) }
  },
})

/** Values: size, cutoff. */
const sinc = defineNode({
  name: 'stub/sinc',
  ...describe('Sinc filter'),
  inputs: image,
  outputs: image,
  params: Type.Object({
    lowpass: Type.Object({
      size: Type.Integer({ minimum: 7, maximum: 21 }),
      cutoff: Type.Number({ minimum: 0, maximum: Math.PI }),
    }),
  }),
  run: (inputs, { lowpass }, context) => ({
    image: append(inputs.image, 'sinc', [lowpass.size, lowpass.cutoff], context),
  }),
})

/** Values: mode, factor, divide. */
const resize = defineNode({
  name: 'stub/resize',
  ...describe('Resize'),
  inputs: { image: 'image', like: { type: 'image', optional: true } },
  outputs: image,
  params: Type.Object({
    factor: Type.Number({ exclusiveMinimum: 0, default: 1 }),
    divide: Type.Number({ exclusiveMinimum: 0, default: 1 }),
    mode: Type.String({ enum: MODES, default: 'bicubic' }),
    rounding: Type.String({ enum: ['floor', 'round', 'ceil'], default: 'floor' }),
    sampling: Type.String({ enum: ['from-factor', 'from-size'], default: 'from-size' }),
  }),
  run(inputs, { factor, divide, mode }, context) {
    const { width, height } = readDiary(inputs.like ?? inputs.image)
    const side = (length: number): number => Math.max(1, Math.floor((length * factor) / divide))
    const size = { width: side(width), height: side(height) }
    return { image: append(inputs.image, 'resize', [MODES.indexOf(mode), factor, divide], context, size) }
  },
})

/** Values: gaussian 0 or poisson 1, level, gray 0 or 1, the first number of the stream that it received. */
const noise = defineNode({
  name: 'stub/noise',
  ...describe('Noise'),
  inputs: image,
  outputs: image,
  random: true,
  params: Type.Object({
    kind: Type.String({ enum: ['gaussian', 'poisson'], default: 'gaussian' }),
    level: Type.Number({ minimum: 0 }),
    gray: Type.Boolean({ default: false }),
  }),
  run: (inputs, { kind, level, gray }, context) => ({
    image: append(
      inputs.image,
      'noise',
      [kind === 'gaussian' ? 0 : 1, level, gray ? 1 : 0, context.random.uniform()],
      context,
    ),
  }),
})

/** Values: quality. */
const jpeg = defineNode({
  name: 'stub/jpeg',
  ...describe('JPEG'),
  inputs: image,
  outputs: image,
  params: Type.Object({ quality: Type.Number({ minimum: 1, maximum: 100 }) }),
  run: (inputs, { quality }, context) => ({ image: append(inputs.image, 'jpeg', [quality], context) }),
})

const camera = defineNode({
  name: 'stub/camera',
  ...describe('Camera pipeline'),
  inputs: image,
  outputs: image,
  run: (inputs, _params, context) => ({ image: append(inputs.image, 'camera', [], context) }),
})

/** Values: sigma, factor. */
const sample = defineNode({
  name: 'stub/shifted-sample',
  ...describe('Shifted blur and every n-th pixel'),
  inputs: image,
  outputs: image,
  params: Type.Object({ sigma: Type.Number({ minimum: 0 }), factor: Type.Number({ minimum: 1 }) }),
  run(inputs, { sigma, factor }, context) {
    const { width, height } = readDiary(inputs.image)
    const size = { width: Math.ceil(width / factor), height: Math.ceil(height / factor) }
    return { image: append(inputs.image, 'sample', [sigma, factor], context, size) }
  },
})

/** Values: column and row in the LR picture; the HR picture has them times the scale. */
const crop = defineNode({
  name: 'stub/crop-pair',
  ...describe('Aligned crop'),
  inputs: { lq: 'image', hq: 'image' },
  outputs: { lq: 'image', hq: 'image' },
  random: true,
  params: Type.Object({ size: Type.Integer({ minimum: 1 }), scale: Type.Integer({ minimum: 1 }) }),
  run({ lq, hq }, { size, scale }, context) {
    const { width, height } = readDiary(lq)
    const x = context.random.integer(0, width - size)
    const y = context.random.integer(0, height - size)
    return {
      lq: append(lq, 'crop', [x, y], context, { width: size, height: size }),
      hq: append(hq, 'crop', [x * scale, y * scale], context, { width: size * scale, height: size * scale }),
    }
  },
})

export const degradeStubs = [sharpen, blur, sinc, resize, noise, jpeg, camera, sample, crop]
export { blur, camera, crop, jpeg, noise, resize, sample, sharpen, sinc }
