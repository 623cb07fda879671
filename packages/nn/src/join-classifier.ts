import type { ModelFacts, ModelProto } from '@kintsugi/core/onnx'
import type { Architecture, HyperParameters } from './architectures/architecture.js'
import { classifierFeatures, classifierHead, classifierHyperParameters } from './architectures/dcpt-classifier.js'
import { type Feature, NetworkBuilder } from './architectures/network-builder.js'
import type { Tensors } from './checkpoint/tensor.js'
import { namedOutputs, networkFacts } from './convert.js'
import { GraphBuilder, type Value } from './graph/graph-builder.js'
import { toImage, tokenGrid } from './graph/windows.js'

/** A restoration network and the classifier that reads its features. */
export interface ClassifiedNetwork {
  readonly architecture: Architecture
  readonly backbone: Tensors
  readonly classifier: Tensors
  /** Stated hyper-parameters of the restoration network. */
  readonly hyperParameters?: HyperParameters
  /** What messages call the two files. */
  readonly names?: { readonly backbone: string; readonly classifier: string }
  /** What the classes are called, in the order of the training data; the weights do not tell. */
  readonly classes?: readonly string[]
}

/**
 * Builds a restoration network with the DCPT classifier of its features: `output` is the restored image, `logits` are batch x
 * classes. Features that are lists of tokens are taken in the form of the image, level i reduced to 1/2^i by nearest neighbour; the
 * authors' code folds them into a square, so that it is defined for square images alone, where this is the same.
 * Throws `E_ARCHITECTURE_BACKBONE` if the two do not belong together, and `E_ARCHITECTURE_TENSORS`.
 */
export function joinClassifier(joined: ClassifiedNetwork): { model: ModelProto; facts: ModelFacts } {
  const { architecture, backbone, classifier, hyperParameters, classes } = joined
  const names = joined.names ?? { backbone: 'backbone', classifier: 'classifier' }
  const plan = architecture.read(backbone, hyperParameters)
  const hyper = classifierHyperParameters(classifier)
  const g = new GraphBuilder(architecture.name)
  const image = g.image('input', plan.facts.channels.input)
  const network = new NetworkBuilder(g, image, backbone, plan.naming)
  const outputs = plan.build(network, [])
  network.finish(architecture.name, names.backbone)
  const features = classifierFeatures(network.features, hyper.feature_dims, architecture.name)
  const head = new NetworkBuilder(g, image, classifier, (name) => name)
  const maps = features.map((feature, level) => featureImage(g, image, feature, level))
  const logits = classifierHead(head, maps, hyper)
  head.finish('DCPT classifier', names.classifier)
  for (const { name, value, shape } of namedOutputs(outputs, plan)) g.output(name, value, shape)
  g.output('logits', logits, ['batch', hyper.num_classes])
  const model = g.model()
  const facts: ModelFacts = {
    ...networkFacts(architecture, plan, network, model),
    classes: { output: 'logits', count: hyper.num_classes, ...(classes !== undefined && { names: classes }) },
  }
  return { model, facts }
}

function featureImage(g: GraphBuilder, image: Value, { value, channels, tokens }: Feature, level: number): Value {
  if (tokens !== true) return value
  const map = toImage(g, value, tokenGrid(g, image), channels)
  if (level === 0) return map
  const scales = g.constant(Float32Array.of(1, 1, 1 / 2 ** level, 1 / 2 ** level), [4])
  const attributes = { mode: 'nearest', coordinate_transformation_mode: 'asymmetric', nearest_mode: 'floor' }
  return g.node('Resize', [map, undefined, scales], attributes)
}
