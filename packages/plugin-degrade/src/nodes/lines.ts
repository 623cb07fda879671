import { defineNode, type RandomStream, Type } from '@kintsugi/core'
import { layerPlane } from '../image/layer.js'
import { shapeOf } from '../image/planes.js'
import { addNoise } from '../noise/add-noise.js'
import { type Particle, renderParticles } from '../weather/particles.js'

const params = Type.Object(
  {
    count: Type.Integer({ default: 7, minimum: 0, maximum: 1000, description: 'Number of lines. DCPT draws 5 to 10.' }),
    thickness: Type.Integer({
      default: 7,
      minimum: 1,
      maximum: 255,
      'x-unit': 'px',
      description:
        'Thickness as `cv2.line` counts it, one for all lines: pixels up to floor((thickness + 1) / 2) + 1/2 from the line. DCPT draws 5 to 10.',
    }),
    color: Type.Enum(['white', 'black', 'either'], {
      default: 'either',
      description: 'Colour of all lines of an image; `either`: white or black with equal probability, as DCPT.',
    }),
  },
  { additionalProperties: false },
)

/** `degrade/lines`: straight lines that hide parts of an image. */
export const lines = defineNode({
  name: 'degrade/lines',
  title: 'Lines',
  description:
    'Hides parts of an image under straight lines, clip(x + mask) for white ones and clip(x - mask) for black ones, the inpainting task of DCPT. End points are uniform over the pixels ' +
    'of the image, x before y; lines have round ends and hard edges. The colour is drawn first. A given mask is resized bilinearly, and `count` and `thickness` then have no effect. Alpha is left alone.',
  params,
  random: true,
  inputs: {
    image: { type: 'image', description: 'The whole picture.' },
    mask: {
      type: 'image',
      optional: true,
      description: 'What is hidden: 1 fully, 0 not at all. Default: drawn lines.',
    },
  },
  outputs: {
    image: { type: 'image', description: 'The picture with holes, of the same size, channels and metadata; in 0..1.' },
  },
  memory: ({ image }) => 4 * image!.width * image!.height * (image!.channels + 3),
  examples: [
    {
      title: 'Drawn by the key',
      in: { image: { pattern: 'photo', width: 64, height: 48 } },
      expect: { image: { width: 64, height: 48 } },
    },
    {
      title: 'A mask of black',
      in: { image: { pattern: 'flat' }, mask: { pattern: 'step', channels: 1 } },
      with: { color: 'black' },
      expect: {
        image: {
          samples: [
            [0, 3, 2, 0.5],
            [1, 3, 9, 0],
          ],
        },
      },
    },
    {
      title: 'No lines',
      in: { image: { pattern: 'flat', width: 33, height: 17 } },
      with: { count: 0, color: 'white' },
      expect: { image: { mean: 0.5, std: 0 } },
    },
  ],
  run({ image, mask }, { count, thickness, color }, context) {
    context.throwIfCancelled()
    const { width, height, channels } = image
    const sign = color === 'white' ? 1 : color === 'black' ? -1 : 2 * context.random.integer(0, 1) - 1
    const hidden =
      mask === undefined ? drawLines(width, height, count, thickness, context.random) : layerPlane(mask, image)
    context.throwIfCancelled()
    const output = context.createImage(shapeOf(image))
    if (image.alpha !== null) output.alpha!.set(image.alpha)
    const size = width * height
    for (let c = 0; c < channels; c++) {
      const [from, to] = [c * size, (c + 1) * size]
      addNoise(image.data.subarray(from, to), hidden, output.data.subarray(from, to), { scale: sign, clip: true })
    }
    return { image: output }
  },
})

/** A mask of lines, 0 or 1. */
function drawLines(
  width: number,
  height: number,
  count: number,
  thickness: number,
  random: RandomStream,
): Float32Array {
  const place = () => [random.integer(0, width - 1), random.integer(0, height - 1)] as const
  const drawn = Array.from({ length: count }, (): Particle => {
    const [x0, y0] = place()
    const [x1, y1] = place()
    const radius = Math.floor((thickness + 1) / 2) + 0.5
    return { x: (x0 + x1) / 2, y: (y0 + y1) / 2, halfX: (x1 - x0) / 2, halfY: (y1 - y0) / 2, radius, brightness: 1 }
  })
  // A soft edge passes 1/2 where the distance is the radius.
  const soft = renderParticles(drawn, width, height, 'most')
  for (let i = 0; i < soft.length; i++) soft[i] = soft[i]! >= 0.5 ? 1 : 0
  return soft
}
