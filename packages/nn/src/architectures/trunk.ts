import type { Tensors } from '../checkpoint/tensor.js'
import type { Value } from '../graph/graph-builder.js'
import { sub } from '../graph/operators.js'
import type { ArchitectureFacts, NetworkOutput, TensorNaming } from './architecture.js'
import type { NetworkBuilder } from './network-builder.js'

/** Mean and standard deviation of ImageNet's pictures, RGB in 0..1 (torchvision). */
const MEAN = [0.485, 0.456, 0.406]
const DEVIATION = [0.229, 0.224, 0.225]

/** The trained part of a trunk in torchvision (`features.0.weight`), LPIPS (`net.slice1.0.weight`) and DISTS (`stage1.0.weight`). */
const FEATURE = /^(?:net\.)?(?:features|slice\d|stage\d)\.(\d+)\.(.+)$/

/** Tensors beside the trunk: torchvision's classifier, LPIPS's heads and scaling, DISTS's weights and fixed filters. */
const BESIDE = /^(?:classifier\.|lins?\d*\.|scaling_layer\.|(?:alpha|beta|mean|std)$|stage\d\.\d+\.filter$)/

/** A feature map that a trunk gives. */
export interface Feature {
  readonly name: string
  readonly value: Value
  readonly channels: number
}

/** Finds the layer of torchvision's name under whatever name the checkpoint has for it. */
export function trunkNaming(tensors: Tensors): TensorNaming {
  const actual = new Map<string, string>()
  for (const name of tensors.keys()) {
    const [, index, rest] = FEATURE.exec(name) ?? []
    if (index !== undefined) actual.set(`features.${index}.${rest}`, name)
  }
  return (name) => actual.get(name) ?? name
}

/** The shape of a tensor under torchvision's name; undefined if there is none. */
export function trunkShape(tensors: Tensors, name: string): readonly number[] | undefined {
  return tensors.get(trunkNaming(tensors)(name))?.shape
}

export function trunkFacts(channels: number): ArchitectureFacts {
  return {
    scale: 1,
    sizeMultiple: 1,
    halo: 'global',
    channels: { input: 3, output: channels },
    inputRange: [0, 1],
    output: 'features',
  }
}

/**
 * The image, RGB in 0..1, normalised as for ImageNet. LPIPS 0.1 does the same with pictures in -1..1: its shift -0.030, -0.088, -0.188
 * and scale 0.458, 0.448, 0.450 are these numbers times 2, less 1.
 */
export function normalisedImage({ graph: g, image }: NetworkBuilder): Value {
  const channel = (numbers: readonly number[]) => g.constant(Float32Array.from(numbers), [3, 1, 1])
  return g.node('Div', [sub(g, image, channel(MEAN)), channel(DEVIATION)])
}

/** The features as outputs of the network, each of a size of its own. */
export function featureOutputs(network: NetworkBuilder, features: readonly Feature[]): NetworkOutput[] {
  network.ignore((name) => BESIDE.test(name))
  return features.map(({ name, value, channels }) => ({
    name,
    value,
    shape: ['batch', channels, `${name}_height`, `${name}_width`],
  }))
}
