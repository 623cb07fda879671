import type { Image } from '../image/image.js'
import type { ModelFacts } from '../onnx/index.js'
import type { TensorValue } from './runner.js'
import type { PooledSession } from './sessions.js'
import { copyIn } from './tile-copy.js'
import { padSize } from './tiles.js'
import { LARGEST_WORKING_SET } from './tiling.js'

/** The two parts of a network whose statistics of the whole image are worked out once and fed to tiles. */
export interface FrozenParts {
  /** From the image to the statistics. */
  readonly statistics: PooledSession
  /** From the image and the statistics to the result. */
  readonly tiles: PooledSession
}

/**
 * The statistics of an image: of the whole image where the run fits into the largest working set, else of the image reduced by the
 * smallest whole factor with which it does, each pixel the mean of a block.
 */
export async function imageStatistics(
  session: PooledSession,
  image: Image,
  { facts, bytesPerPixel, input }: { facts: ModelFacts; bytesPerPixel: number; input: string },
  feeds: Readonly<Record<string, TensorValue>>,
): Promise<Record<string, TensorValue>> {
  const reduced = reduceByMean(image, reduction(image, facts.sizeMultiple, bytesPerPixel))
  const width = padSize(reduced.width, facts.sizeMultiple)
  const height = padSize(reduced.height, facts.sizeMultiple)
  const data = new Float32Array(width * height * facts.channels.input)
  copyIn(reduced, { x: 0, y: 0, width, height }, facts.channels.input, facts.inputRange, data)
  const tensor = { data, shape: [1, facts.channels.input, height, width] }
  return session.run({ ...feeds, [input]: tensor }, undefined, width * height * bytesPerPixel)
}

function reduction({ width, height }: Image, multiple: number, bytesPerPixel: number): number {
  const fits = (factor: number) => {
    const area = padSize(Math.ceil(width / factor), multiple) * padSize(Math.ceil(height / factor), multiple)
    return area * bytesPerPixel <= LARGEST_WORKING_SET
  }
  let factor = 1
  while (!fits(factor) && factor < Math.max(width, height)) factor++
  return factor
}

/** Each pixel the mean of a block of `factor` x `factor`, or of what the border leaves of it. */
function reduceByMean(image: Image, factor: number): Image {
  if (factor === 1) return image
  const width = Math.ceil(image.width / factor)
  const height = Math.ceil(image.height / factor)
  const data = new Float32Array(image.channels * width * height)
  for (let c = 0, at = 0; c < image.channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) data[at] = blockMean(image, c, x * factor, y * factor, factor)
    }
  }
  return { ...image, width, height, data, alpha: null }
}

function blockMean({ data, width, height }: Image, channel: number, left: number, top: number, side: number): number {
  const [right, bottom] = [Math.min(left + side, width), Math.min(top + side, height)]
  let sum = 0
  for (let y = top; y < bottom; y++) {
    const row = (channel * height + y) * width
    for (let x = left; x < right; x++) sum += data[row + x]!
  }
  return sum / ((right - left) * (bottom - top))
}
