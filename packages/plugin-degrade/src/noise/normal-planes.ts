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

/**
 * Draws standard normal noise for the colour planes of an image with `size` pixels and calls `use` with the noise of each plane
 * in turn, which holds until `use` returns. Values are drawn plane by plane, row by row; gray noise is drawn once.
 * Throws `E_PARAM` where `correlated` lacks a covariance or three channels. `node` names the node type in messages.
 */
export function forNormalPlanes(
  node: string,
  { kind, covariance }: NormalNoise,
  channels: 1 | 3,
  size: number,
  random: RandomStream,
  use: (channel: number, field: Float32Array) => void,
): void {
  const field = new Float32Array(size)
  if (kind !== 'correlated') {
    for (let c = 0; c < channels; c++) {
      if (c === 0 || kind === 'color') random.fillNormal(field)
      use(c, field)
    }
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
    for (let i = 0; i < size; i++) field[i] = r! * red[i]! + g! * green[i]! + b! * blue[i]!
    use(c, field)
  })
}
