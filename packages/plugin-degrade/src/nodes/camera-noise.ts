import { defineNode, Type } from '@kintsugi/core'
import { demosaic, mosaicPlane } from '../camera/bayer.js'
import { rgbToCamera } from '../camera/color-matrix.js'
import { balance, fromRawLight, toRawLight } from '../camera/raw-light.js'
import { planes, shapeOf } from '../image/planes.js'
import { requireColor } from './require-color.js'

const gain = (what: string, fallback: number) =>
  Type.Number({ default: fallback, minimum: 0.25, maximum: 8, description: what })

const params = Type.Object(
  {
    shot: Type.Number({
      default: 0.003,
      minimum: 0,
      maximum: 1,
      description:
        'Variance per raw light x: variance shot x + read. Published: ln(shot) uniform from ln 0.0001 to ln 0.012.',
    }),
    read: Type.Number({
      default: 1e-5,
      minimum: 0,
      maximum: 1,
      description: 'Variance in the dark. Published: ln(read) = 2.18 ln(shot) + 1.20 + N(0, 0.26).',
    }),
    exposure_gain: gain('Brightening of the raw light by the camera. Published: 1 / N(0.8, 0.1).', 1.25),
    red_gain: gain('White balance of red. Published: 1.9 to 2.4.', 2.15),
    blue_gain: gain('White balance of blue. Published: 1.5 to 1.9.', 1.7),
    cameras: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), {
      default: [1, 1, 1, 1],
      minItems: 4,
      maxItems: 4,
      contains: Type.Number({ exclusiveMinimum: 0 }),
      description:
        'Shares of the four published cameras in the colour matrix, divided by their sum. Published: each uniform from 0 to 1.',
    }),
    mosaic: Type.Boolean({
      default: true,
      description:
        'Measure one colour per pixel (RGGB) and interpolate the others bilinearly, which makes the noise coarse and coloured.',
    }),
    tones: Type.Boolean({
      default: true,
      description:
        'Apply exposure gain and tone curve again, so that without noise the picture comes back. The published forward pipeline leaves them out.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/camera-noise`: the noise of a sensor as it looks after a camera's processing. */
export const cameraNoise = defineNode({
  name: 'degrade/camera-noise',
  title: 'Camera noise',
  description:
    'Takes a picture back to raw light, adds the noise of the sensor and develops it again (Brooks et al. 2019, "Unprocessing images for learned raw denoising"): inverse smoothstep, power 2.2, ' +
    'colour matrix, inverse gains that spare highlights, clip, mosaic; normal noise of variance shot x + read; gains, clip, bilinear demosaicing (reflect-101), inverse matrix, clip, power 1 / 2.2, ' +
    'and if `tones` exposure gain and smoothstep. Values are drawn row by row, without a mosaic plane by plane. Saturated colours lose detail even without noise. Alpha is left alone.',
  params,
  random: true,
  limits: { gray: false },
  inputs: { image: { type: 'image', description: 'A clean picture in colour.' } },
  outputs: { image: { type: 'image', description: 'The noisy picture, of the same size and metadata; in 0..1.' } },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 6),
  examples: [
    {
      title: 'Without noise a gray picture comes back',
      in: { image: { pattern: 'flat' } },
      with: { shot: 0, read: 0 },
      expect: { image: { mean: 0.5, std: 0, tolerance: 1e-5 } },
    },
    {
      title: 'With noise',
      in: { image: { pattern: 'photo', width: 33, height: 17 } },
      expect: { image: { width: 33, height: 17 } },
    },
  ],
  run({ image }, settings, context) {
    requireColor('degrade/camera-noise', image)
    const { shot, read, mosaic, tones, cameras } = settings
    const camera = {
      rgbToCamera: rgbToCamera(cameras),
      exposureGain: settings.exposure_gain,
      redGain: settings.red_gain,
      blueGain: settings.blue_gain,
    }
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const { data } = output
    data.set(image.data)
    toRawLight(data, camera)
    context.throwIfCancelled()
    const raw = mosaic ? mosaicPlane(data, image.width, 'rggb') : data
    const field = new Float32Array(image.width * image.height)
    for (let from = 0; from < raw.length; from += field.length) {
      context.random.fillNormal(field)
      for (let i = 0; i < field.length; i++) {
        const x = raw[from + i]!
        raw[from + i] = x + field[i]! * Math.sqrt(shot * x + read)
      }
    }
    context.throwIfCancelled()
    if (mosaic) {
      // Gains before the interpolation, which they commute with but for the clip.
      const [red, blue] = [camera.redGain, camera.blueGain]
      for (let i = 0, y = 0; i < raw.length; y++) {
        for (let x = 0; x < image.width; x++, i++) {
          const factor = (x & 1) !== (y & 1) ? 1 : (y & 1) === 0 ? red : blue
          raw[i] = Math.min(1, Math.max(0, raw[i]! * factor))
        }
      }
      demosaic(raw, image.width, 'rggb', 'bilinear', planes(output) as [Float32Array, Float32Array, Float32Array])
    } else balance(data, camera)
    fromRawLight(data, camera, tones)
    return { image: output }
  },
})
