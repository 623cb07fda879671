import { type Image, KintsugiError, type ModelFacts, type TensorValue } from '@kintsugi/core'

/**
 * The colour planes of the middle of an image as a tensor [1, channels, height, width] in the network's value range: at most `crop` x
 * `crop` pixels, all where `crop` is 0, filled up by reflection to the network's size multiple. A gray image fills every plane.
 * Throws `E_MODEL_FORM` if the network takes another number of channels.
 */
export function imageTensor(image: Image, facts: ModelFacts, crop: number, network: string): TensorValue {
  const { input: channels } = facts.channels
  if (channels !== image.channels && image.channels !== 1) {
    throw new KintsugiError('E_MODEL_FORM', {
      message: `${network} cannot look at this image.`,
      expected: `an image of ${channels} channel${channels === 1 ? '' : 's'}`,
      found: `one of ${image.channels}`,
      fix: 'Convert the image before (core/convert), or use another network.',
    })
  }
  const side = (length: number) => (crop === 0 ? length : Math.min(length, crop))
  const inner = { width: side(image.width), height: side(image.height) }
  const left = Math.floor((image.width - inner.width) / 2)
  const top = Math.floor((image.height - inner.height) / 2)
  const padded = (length: number) => Math.ceil(length / facts.sizeMultiple) * facts.sizeMultiple
  const [width, height] = [padded(inner.width), padded(inner.height)]
  const [black, white] = facts.inputRange
  const data = new Float32Array(channels * height * width)
  for (let c = 0, at = 0; c < channels; c++) {
    const plane = Math.min(c, image.channels - 1) * image.height
    for (let y = 0; y < height; y++) {
      const row = (plane + top + reflect(y, inner.height)) * image.width + left
      for (let x = 0; x < width; x++, at++)
        data[at] = black + image.data[row + reflect(x, inner.width)]! * (white - black)
    }
  }
  return { data, shape: [1, channels, height, width] }
}

/** The place in a row that is mirrored at its ends, its end samples not repeated. */
function reflect(position: number, length: number): number {
  if (position < length) return position
  if (length === 1) return 0
  const phase = position % (2 * (length - 1))
  return phase < length ? phase : 2 * (length - 1) - phase
}
