import { KintsugiError, type ModelRunner, type TensorValue, type Vector } from '@kintsugi/core'
import { INPUT } from './graph-head.js'
import { type Statistic, statistics } from './pool.js'

/** What a vector of features is of: the network by the start of its hash, and the crop in pixels, 0 for the whole image. */
export interface FeatureOrigin {
  readonly network: string
  readonly crop: number
}

const VERSION = 'dcpt/features@1'

/** How many digits of a network's hash the codec shows. */
const DIGITS = 16

export function featureOrigin(hash: string, crop: number): FeatureOrigin {
  return { network: hash.slice(0, DIGITS), crop }
}

/** The codec of features: equal for vectors that may be compared. */
export function featureCodec({ network, crop }: FeatureOrigin): string {
  return `${VERSION} ${network} crop ${crop}`
}

/** Undefined for a vector that is not of features. */
export function readCodec(codec: string): FeatureOrigin | undefined {
  const [, network, crop] = /^dcpt\/features@1 ([0-9a-f]{16}) crop (\d+)$/.exec(codec) ?? []
  return network === undefined ? undefined : { network, crop: Number(crop) }
}

/** The pooled features that a hooked network gives of an image, entries named `LAYER.mean.0` and so on. */
export async function features(
  network: ModelRunner,
  tensor: TensorValue,
  origin: FeatureOrigin,
  name: string,
): Promise<Vector> {
  const outputs = Object.entries(await network.run({ [INPUT]: tensor }))
  const names = outputs.flatMap(([output, { data }]) => Array.from(data, (_, channel) => `${output}.${channel}`))
  const values = outputs.flatMap(([, { data }]) => [...data])
  const bad = values.findIndex((value) => !Number.isFinite(value))
  if (bad >= 0) {
    throw new KintsugiError('E_MODEL_OUTPUT', {
      message: `${name} gave a feature that is not finite.`,
      expected: 'finite numbers',
      found: `${names[bad]} = ${values[bad]}`,
      fix: 'Check the model file, its value range and the image.',
    })
  }
  return { codec: featureCodec(origin), names, values }
}

/** An entry of a vector of features. */
export interface FeatureEntry {
  readonly layer: string
  readonly statistic: Statistic
  readonly channel: number
}

/** Undefined for a name that is not of a feature. */
export function readEntry(name: string): FeatureEntry | undefined {
  const [, layer, statistic, channel] = /^(.+)\.([a-z]+)\.(\d+)$/.exec(name) ?? []
  const known = statistics.find((one) => one === statistic)
  return known === undefined ? undefined : { layer: layer!, statistic: known, channel: Number(channel) }
}
