import { KintsugiError } from '@kintsugi/core/errors'
import type { Tensors } from '../checkpoint/tensor.js'
import type { Value } from '../graph/graph-builder.js'
import { imageMean } from '../graph/normalisation.js'
import { add, mul, relu } from '../graph/operators.js'
import { reshape, split } from '../graph/shapes.js'
import { defineArchitecture } from './architecture.js'
import { channelNorm, linear } from './layers.js'
import type { Feature, NetworkBuilder } from './network-builder.js'
import { countModules, dimension } from './tensor-names.js'

/** Constructor arguments of the degradation classifiers of MILab-PKU/dcpt, PromptIR_NoImg_DC and PromptIR_DC. */
export interface ClassifierHyperParameters {
  readonly [name: string]: number | boolean | readonly number[]
  readonly feature_dims: readonly number[]
  readonly num_res_blocks: number
  readonly num_classes: number
  /** Whether it sees the image as well as the features (PromptIR_DC). */
  readonly sees_image: boolean
}

/** Epsilon of the normalisation over channels. */
const EPSILON = 1e-6

/** The classifier by itself is recognised but not built: `joinClassifier` puts it on the network whose features it reads. */
export const dcptClassifier = defineArchitecture<ClassifierHyperParameters>({
  name: 'DCPT classifier',
  family: 'dcpt',
  tensorNames: /^(mixing_weights$|(bottleneck_layers|downsample_layers|last_stage|conv_embed|fc)\.)/,
  detect: (tensors) => tensors.has('mixing_weights') && tensors.has('bottleneck_layers.0.0.conv1.weight'),
  hyperParameters: classifierHyperParameters,
  facts: () => ({ scale: 1, sizeMultiple: 1, channels: { input: 3, output: 3 }, inputRange: [0, 1], halo: 'global' }),
  build() {
    throw new KintsugiError('E_ARCHITECTURE_BACKBONE', {
      message: 'A DCPT classifier cannot run by itself.',
      expected: 'the restoration network whose features it reads, beside it',
      found: 'the classifier alone',
      fix: 'Join it to its network (joinClassifier), which then gives the restored image and the logits.',
    })
  },
})

export function classifierHyperParameters(tensors: Tensors): ClassifierHyperParameters {
  const size = (name: string, axis: number, rank: number) =>
    dimension(tensors, name, { axis, rank, architecture: 'DCPT classifier' })
  const levels = size('mixing_weights', 0, 1)
  return {
    feature_dims: Array.from({ length: levels }, (_, level) => size(`bottleneck_layers.${level}.0.conv1.weight`, 1, 4)),
    num_res_blocks: countModules(tensors, /^bottleneck_layers\.0\.(\d+)\./),
    num_classes: size('fc.weight', 0, 2),
    sees_image: tensors.has('conv_embed.0.weight'),
  }
}

/**
 * Logits, batch x classes, from feature images, the finest first, each half as large as the one before. Each level adds its features,
 * weighted, to what came before, and halves it (Hu et al. 2025, MILab-PKU/dcpt).
 */
export function classifierHead(
  network: NetworkBuilder,
  features: readonly Value[],
  hyper: ClassifierHyperParameters,
): Value {
  const { graph: g } = network
  const { feature_dims: widths, num_res_blocks: blocks } = hyper
  const levels = widths.length
  const mixing = g.node('Softmax', [network.weight('mixing_weights', [levels])], { axis: 0 })
  const strengths = levels === 1 ? [mixing] : split(g, mixing, levels, 0)
  let x = hyper.sees_image ? embedImage(network, widths[0]!) : undefined
  for (const [level, width] of widths.entries()) {
    const weighted = mul(g, features[level]!, strengths[level]!)
    x = bottlenecks(
      network,
      x === undefined ? weighted : add(g, x, weighted),
      `bottleneck_layers.${level}`,
      width,
      blocks,
    )
    const layer = { from: width, to: widths[level + 1] ?? width, kernel: 1, bias: false }
    const narrowed = network.conv(x, `downsample_layers.${level}.0`, layer)
    x = relu(g, g.node('MaxPool', [narrowed], { kernel_shape: [2, 2], strides: [2, 2] }))
  }
  const last = widths[levels - 1]!
  const mean = imageMean(g, bottlenecks(network, x!, 'last_stage', last, blocks))
  return linear(network, reshape(g, mean, [-1, last]), 'fc', { from: last, to: hyper.num_classes })
}

/** The image at half its size. */
function embedImage(network: NetworkBuilder, width: number): Value {
  const bias = network.has('conv_embed.0.bias')
  const layer = { from: 3, to: width, kernel: 7, stride: 2, padding: 3, bias }
  const embedded = network.conv(network.image, 'conv_embed.0', layer)
  return channelNorm(network, embedded, 'conv_embed.1', { channels: width, epsilon: EPSILON })
}

function bottlenecks(network: NetworkBuilder, x: Value, name: string, channels: number, count: number): Value {
  for (let block = 0; block < count; block++) x = bottleneck(network, x, `${name}.${block}`, channels)
  return x
}

function bottleneck(network: NetworkBuilder, x: Value, name: string, channels: number): Value {
  const { graph: g } = network
  const layer = (value: Value, conv: string, from: number, to: number, kernel: number) => {
    const convolved = network.conv(value, `${name}.${conv}`, { from, to, kernel, bias: false })
    return channelNorm(network, convolved, `${name}.${conv}.norm`, { channels: to, epsilon: EPSILON })
  }
  const wide = relu(g, layer(x, 'conv1', channels, 2 * channels, 1))
  const mixed = relu(g, layer(wide, 'conv2', 2 * channels, 2 * channels, 3))
  return relu(g, add(g, layer(mixed, 'conv3', 2 * channels, channels, 1), x))
}

/** Which of a network's intermediate values the classifier reads: those of one kind of module, the last one first. */
const KINDS = [/^decoder/, /^decode_layers/, /^prompt/]

/**
 * The features of a network that a classifier with these widths was trained on, the finest first, as the authors' hooks collect them.
 * Throws `E_ARCHITECTURE_BACKBONE` if none of the network's features have such widths.
 */
export function classifierFeatures(
  features: ReadonlyMap<string, Feature>,
  widths: readonly number[],
  architecture: string,
): Feature[] {
  const kinds = KINDS.map((kind) =>
    [...features]
      .filter(([name]) => kind.test(name))
      .map(([, feature]) => feature)
      .reverse(),
  )
  const fitting = kinds.find((kind) => kind.map(({ channels }) => channels).join() === widths.join())
  if (fitting !== undefined) return fitting
  const offered = kinds.filter((kind) => kind.length > 0).map((kind) => kind.map(({ channels }) => channels).join(', '))
  throw new KintsugiError('E_ARCHITECTURE_BACKBONE', {
    message: `This classifier does not belong to this ${architecture}.`,
    expected: `features of ${widths.join(', ')} channels`,
    found: offered.length === 0 ? `a ${architecture}, which has none` : `features of ${offered.join('; or ')} channels`,
    fix: 'Use the classifier that was trained with this network.',
  })
}
