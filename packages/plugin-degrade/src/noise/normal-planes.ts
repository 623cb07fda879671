import { KintsugiError, type RandomStream, type Static, Type } from '@kintsugi/core'
import { channelCovariance, covarianceRoot } from './channel-covariance.js'

/** Parameters of node types that draw normal noise. */
export const normalNoiseParams = {
  sigma: Type.Number({
    default: 25,
    minimum: 0,
    maximum: 255,
    'x-unit': '1/255',
    description: 'Standard deviation on the scale where white is 255.',
  }),
  kind: Type.Enum(['color', 'gray', 'correlated'], {
    default: 'color',
    description:
      '`color`: a value of its own for every sample. `gray`: one value per pixel for all channels. ' +
      '`correlated`: a value for every sample, the three of a pixel related by `covariance`.',
  }),
  covariance: Type.Optional(channelCovariance),
}

interface NormalNoise {
  readonly kind: 'color' | 'gray' | 'correlated'
  readonly covariance?: Static<typeof channelCovariance> | undefined
}

/** Samples drawn at once: memory that is used again at once stays in the cache. */
const STRIP = 16384

/**
 * Draws standard normal noise for the colour planes of an image with `size` pixels and calls `use` with pieces of it, each for the samples
 * from index `from` of the planes on, which hold until `use` returns. Values are drawn plane by plane, row by row; gray noise is drawn once.
 * Throws `E_PARAM` where `correlated` lacks a covariance or three channels. `node` names the node type in messages.
 */
export function forNormalNoise(
  node: string,
  { kind, covariance }: NormalNoise,
  channels: 1 | 3,
  size: number,
  random: RandomStream,
  use: (from: number, field: Float32Array) => void,
): void {
  const field = new Float32Array(Math.min(STRIP, size))
  const strips = (visit: (from: number, strip: Float32Array) => void) => {
    for (let from = 0; from < size; from += STRIP) visit(from, field.subarray(0, Math.min(STRIP, size - from)))
  }
  if (kind === 'color') {
    for (let c = 0; c < channels; c++) {
      strips((from, strip) => {
        random.fillNormal(strip)
        use(c * size + from, strip)
      })
    }
    return
  }
  if (kind === 'gray') {
    strips((from, strip) => {
      random.fillNormal(strip)
      for (let c = 0; c < channels; c++) use(c * size + from, strip)
    })
    return
  }
  if (covariance === undefined || channels === 1) {
    throw new KintsugiError('E_PARAM', {
      message: `${node} cannot make correlated noise`,
      expected: 'a `covariance` and an image of three channels',
      found: channels === 1 ? 'a gray image' : 'no `covariance`',
      fix: 'set `covariance`, convert the image with core/convert, or use another `kind`',
    })
  }
  const root = covarianceRoot(covariance)
  const [red, green, blue] = [new Float32Array(size), new Float32Array(size), new Float32Array(size)]
  for (const plane of [red, green, blue]) random.fillNormal(plane)
  root.forEach(([r, g, b], c) => {
    strips((from, strip) => {
      for (let i = 0; i < strip.length; i++) {
        strip[i] = r! * red[from + i]! + g! * green[from + i]! + b! * blue[from + i]!
      }
      use(c * size + from, strip)
    })
  })
}
