import { defineNode, type Image, KintsugiError, type ModelRunner, Type } from '@kintsugi/core'

/**
 * By how many columns the planes of a gray image are shifted against each other: noise that is the same in three planes would look like
 * structure. Measured with `builtin:noise-level` on three photographs as gray: sigma 15 to 75 are told to 5 (unshifted: 1.4 to 9).
 */
const GRAY_SHIFT = 2

/** `hypernet/estimate-level`: how noisy an image is. */
export const estimateLevel = defineNode({
  name: 'hypernet/estimate-level',
  title: 'Estimate the level of noise',
  description:
    'Estimates the standard deviation of Gaussian noise by a network that looks at a square of 128 x 128 px (NoiseNet, ifryed/HyperRes), on the scale where white is 255: what hypernet/restore takes as its level. ' +
    'It looks at the square in the middle, or at a grid of squares from border to border, whose estimates are averaged; the authors take one at random. Images that are smaller than a square are mirrored to its size, with a warning. ' +
    'Samples are clipped to 0..1 for it, as in its training, and the estimate to 0..255. A gray image passes as three planes that are 2 px apart, so that their noise is independent; below sigma 15 such estimates are up to 11 too high. Alpha does not count. ' +
    'For the quality of JPEG and for scales there are no such networks.',
  params: Type.Object(
    {
      grid: Type.Integer({
        default: 1,
        minimum: 1,
        maximum: 16,
        description:
          'Squares along each side, evenly spaced from border to border: 1 is the one in the middle, 3 are nine.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    image: { type: 'image', description: 'The noisy image.' },
    model: {
      type: 'model',
      default: 'builtin:noise-level',
      description: 'A NoiseNet: an ONNX file, a checkpoint (.pth, .pt, .safetensors), or `builtin:noise-level`.',
    },
  },
  outputs: { level: { type: 'number', description: 'Standard deviation of the noise, 0..255.' } },
  // A square of 3 planes, and 64 channels at half its size, in and out, 2.2 times for the runtime's arena.
  memory: () => 4 * 128 * 128 * (3 + 2.2 * 2 * 16),
  examples: [
    {
      title: 'A flat image has hardly any noise',
      in: { image: { pattern: 'flat', width: 160, height: 140 } },
      expect: { level: { value: 0, tolerance: 6 } },
    },
  ],
  async run({ image, model }, { grid }, context) {
    const network = await context.openModel(model)
    const side = squareOf(network, model.name)
    const { width, height } = image
    if (Math.min(width, height) < side) {
      context.warn(
        `Noise is estimated on ${side} x ${side} px, and an image of ${width} x ${height} px is mirrored to that: the estimate may be off.`,
      )
    }
    const [across, down] = [offsets(width - side, grid), offsets(height - side, grid)]
    const data = new Float32Array(network.facts.channels.input * side * side)
    let sum = 0
    for (const [row, top] of down.entries()) {
      for (const left of across) {
        context.throwIfCancelled()
        cut(image, left, top, side, data)
        const { output } = await network.run({ input: { data, shape: [1, data.length / side ** 2, side, side] } })
        sum += checked(output!.data[0], model.name)
      }
      context.progress((row + 1) / down.length)
    }
    return { level: Math.min(255, Math.max(0, sum / (across.length * down.length))) }
  },
})

/** Rows and columns that the network takes. Throws `E_MODEL_FORM` for a network that estimates no level. */
function squareOf({ facts }: ModelRunner, name: string): number {
  const side = facts.hyperParameters?.['crop_size']
  const { input, output } = facts.channels
  if (facts.output === 'vector' && output === 1 && (input === 1 || input === 3) && typeof side === 'number') return side
  throw new KintsugiError('E_MODEL_FORM', {
    message: `${name} estimates no level of noise.`,
    expected: 'a NoiseNet, from a square of an image to one number',
    found: `${facts.architecture}, from ${input} channels to ${facts.output ?? 'an image'} of ${output}`,
    fix: 'Use builtin:noise-level, or a checkpoint of NoiseNet.',
  })
}

/** `count` offsets from 0 to `room`, evenly; half of it for one, negative room included. Those that coincide count once. */
function offsets(room: number, count: number): number[] {
  if (count === 1 || room <= 0) return [Math.floor(room / 2)]
  return [...new Set(Array.from({ length: count }, (_, i) => Math.round((i * room) / (count - 1))))]
}

/**
 * Copies a square, clipped to 0..1, mirrored at the borders without repeating them. Gray becomes three planes `GRAY_SHIFT` apart, colour
 * for one plane its mean.
 */
function cut({ width, height, channels, data }: Image, left: number, top: number, side: number, into: Float32Array) {
  const planes = into.length / side ** 2
  const plane = width * height
  for (let p = 0, at = 0; p < planes; p++) {
    const shift = channels === 1 && planes === 3 ? (p - 1) * GRAY_SHIFT : 0
    const columns = Array.from({ length: side }, (_, x) => mirror(left + shift + x, width))
    const taken = channels === 1 ? [0] : planes === 3 ? [p * plane] : [0, plane, 2 * plane]
    for (let y = 0; y < side; y++) {
      const row = mirror(top + y, height) * width
      for (let x = 0; x < side; x++, at++) {
        const i = row + columns[x]!
        const value = taken.reduce((sum, start) => sum + data[start + i]!, 0) / taken.length
        into[at] = Math.min(1, Math.max(0, value))
      }
    }
  }
}

function mirror(position: number, size: number): number {
  if (size === 1) return 0
  const period = 2 * (size - 1)
  const i = ((position % period) + period) % period
  return i < size ? i : period - i
}

function checked(level: number | undefined, name: string): number {
  if (level !== undefined && Number.isFinite(level)) return level
  throw new KintsugiError('E_MODEL_OUTPUT', {
    message: `${name} gave no number for the level of noise.`,
    expected: 'a finite number',
    found: String(level),
    fix: 'Check the model file; the image itself may hold values that are not finite, too.',
  })
}
