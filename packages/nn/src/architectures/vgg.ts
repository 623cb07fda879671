import type { Tensors } from '../checkpoint/tensor.js'
import type { Value } from '../graph/graph-builder.js'
import { conv, maxPool, mul, relu } from '../graph/operators.js'
import { type Architecture, defineArchitecture, statedChoice } from './architecture.js'
import type { NetworkBuilder } from './network-builder.js'
import { type Feature, featureOutputs, normalisedImage, trunkFacts, trunkNaming, trunkShape } from './trunk.js'

interface VggHyperParameters {
  readonly [name: string]: string
  /** Whether features are taken after ReLU, as LPIPS and DISTS do, or before, as perceptual losses do. */
  readonly taps: 'relu' | 'conv'
  /** `l2` is DISTS's pooling: the root of the weighted mean of squares. */
  readonly pooling: 'max' | 'l2'
}

const WIDTHS = [64, 128, 256, 512, 512]

/**
 * The convolutions of VGG16 (configuration D of Simonyan and Zisserman 2015). Outputs `relu1_2`, `relu2_2`, `relu3_3`, `relu4_3`,
 * `relu5_3`, which LPIPS and DISTS compare.
 */
export const vgg16 = vgg('VGG16', [2, 2, 3, 3, 3], 'relu')

/**
 * The convolutions of VGG19 (configuration E). Outputs `conv1_2`, `conv2_2`, `conv3_4`, `conv4_4`, `conv5_4`, before ReLU, which the
 * perceptual losses of ESRGAN and Real-ESRGAN compare.
 */
export const vgg19 = vgg('VGG19', [2, 2, 4, 4, 4], 'conv')

function vgg(name: string, depths: readonly number[], usual: 'relu' | 'conv'): Architecture {
  const convolutions = positions(depths)
  return defineArchitecture<VggHyperParameters>({
    name,
    family: 'metrics',
    tensorNames: /^(net\.)?(features|slice\d|stage\d)\.\d+\.(weight|bias)$/,
    detect: (tensors) =>
      trunkShape(tensors, 'features.0.weight')?.join() === '64,3,3,3' &&
      convolutions.every(({ index }) => trunkShape(tensors, `features.${index}.weight`)?.length === 4),
    naming: trunkNaming,
    hyperParameters: (tensors, stated) => ({
      taps: statedChoice(stated, 'taps', ['relu', 'conv'], usual),
      pooling: statedChoice(stated, 'pooling', ['max', 'l2'], isDists(tensors) ? 'l2' : 'max'),
    }),
    facts: () => trunkFacts(WIDTHS.at(-1)!),
    build(network, { taps, pooling }) {
      const { graph: g } = network
      const features: Feature[] = []
      let x = normalisedImage(network)
      let from = 3
      for (const { index, block, layer } of convolutions) {
        const to = WIDTHS[block - 1]!
        const isFirst = layer === 1 && block > 1
        if (isFirst) x = pooling === 'max' ? maxPool(g, x, 2, 2) : l2Pool(network, x, from)
        const convolved = network.conv(x, `features.${index}`, { from, to })
        x = relu(g, convolved)
        if (layer === depths[block - 1])
          features.push({ name: `${taps}${block}_${layer}`, value: taps === 'relu' ? x : convolved, channels: to })
        from = to
      }
      return featureOutputs(network, features)
    },
  })
}

/** Where the convolutions stand in torchvision's list of convolutions, activations and poolings. */
function positions(depths: readonly number[]): { index: number; block: number; layer: number }[] {
  let index = 0
  return depths.flatMap((depth, block) => {
    const found = Array.from({ length: depth }, (_, i) => ({ index: index + 2 * i, block: block + 1, layer: i + 1 }))
    index += 2 * depth + 1
    return found
  })
}

function isDists(tensors: Tensors): boolean {
  return [...tensors.keys()].some((name) => name.startsWith('stage'))
}

/** sqrt(h * x^2 + 1e-12) at every other pixel with the 3x3 Hann window h (Ding et al. 2020, eq. 5; DISTS_pytorch). */
function l2Pool({ graph: g }: NetworkBuilder, x: Value, channels: number): Value {
  const window = [1, 2, 1, 2, 4, 2, 1, 2, 1].map((weight) => weight / 16)
  const weights = Float32Array.from({ length: channels * 9 }, (_, i) => window[i % 9]!)
  const kernel = g.constant(weights, [channels, 1, 3, 3])
  const mean = conv(g, mul(g, x, x), kernel, undefined, { kernel: 3, stride: 2, groups: channels })
  return g.node('Sqrt', [g.node('Add', [mean, g.scalar(1e-12)])])
}
