import type { ModelRunner, TensorValue } from '@kintsugi/core'
import type { Planes } from '../pair/planes.js'
import type { FeatureMap } from './lpips.js'

/** An image of levels 0..255 as RGB samples 0..1, plane by plane; gray as three equal planes. */
export function rgbMap({ width, height, planes }: Planes): FeatureMap {
  const pixels = width * height
  const data = new Float32Array(3 * pixels)
  for (let c = 0; c < 3; c++) {
    const plane = planes[c] ?? planes[0]!
    for (let i = 0; i < pixels; i++) data[c * pixels + i] = plane[i]! / 255
  }
  return { channels: 3, width, height, data }
}

/** The feature maps that a trunk gives for an image, layer by layer. */
export async function featureMaps(runner: ModelRunner, { width, height, data }: FeatureMap): Promise<FeatureMap[]> {
  const outputs = await runner.run({ input: { data, shape: [1, 3, height, width] } })
  return Object.values(outputs).map(mapOf)
}

function mapOf({ data, shape }: TensorValue): FeatureMap {
  const [, channels = 0, height = 0, width = 0] = shape
  return { channels, width, height, data }
}
