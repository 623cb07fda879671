import { basename } from 'node:path'
import { KintsugiError } from '@kintsugi/core/errors'
import { deriveReceptiveField, encodeModel, type ModelFacts, type ModelProto, writeFacts } from '@kintsugi/core/onnx'
import type {
  Architecture,
  Coefficients,
  HyperParameters,
  NetworkOutput,
  NetworkOutputs,
  NetworkPlan,
} from './architectures/architecture.js'
import { detectArchitecture, nearestArchitecture, unknownArchitecture } from './architectures/architectures.js'
import { coefficientList } from './architectures/coefficients.js'
import { NetworkBuilder } from './architectures/network-builder.js'
import { type Checkpoint, type CheckpointSource, type Provenance, readCheckpoint } from './checkpoint/read.js'
import { elementCount, type Tensors } from './checkpoint/tensor.js'
import { GraphBuilder } from './graph/graph-builder.js'

/** A checkpoint as an ONNX file. */
export interface ConvertedCheckpoint {
  readonly onnx: Uint8Array<ArrayBuffer>
  /** The same facts as in the file's metadata. */
  readonly facts: ModelFacts
}

/**
 * Converts a checkpoint (path or bytes) to an ONNX file with its facts in the metadata. The graph takes `input`, float32, batch x
 * channels x rows x columns of free size, and gives `output`. `name` stands for the file in messages and facts; `hyperParameters`
 * are stated where the weights do not tell them, such as the activation of an SRVGGNetCompact without slopes; `coefficients` make one
 * network of weights that are a basis. Throws the errors of `readCheckpoint` and `buildNetwork`, and `E_ARCHITECTURE_UNKNOWN`.
 */
export async function convertCheckpoint(
  source: CheckpointSource,
  name = fileName(source),
  provenance: Provenance = {},
  hyperParameters: HyperParameters = {},
  coefficients?: Coefficients,
): Promise<ConvertedCheckpoint> {
  return convertWeights(await readCheckpoint(source, name), name, provenance, hyperParameters, coefficients)
}

/** `convertCheckpoint` of a checkpoint that has been read. */
export function convertWeights(
  checkpoint: Checkpoint,
  name: string,
  provenance: Provenance = {},
  hyperParameters: HyperParameters = {},
  coefficients?: Coefficients,
): ConvertedCheckpoint {
  const { tensors } = checkpoint
  const architecture = detectArchitecture(tensors)
  if (architecture === undefined) throw unknownArchitecture(name, tensors)
  const stated = { ...checkpoint.hyperParameters, ...hyperParameters }
  const { model, facts } = buildNetwork(architecture, tensors, name, stated, coefficients)
  const described = {
    ...facts,
    ...checkpoint.provenance,
    ...provenance,
    source: `${name} sha256:${checkpoint.sha256()}`,
  }
  writeFacts(model, described)
  return { onnx: encodeModel(model), facts: described }
}

/**
 * Builds a network from its tensors. The model refers to the tensors' memory. Weights that are a basis are mixed with the
 * `coefficients`: HyperRes takes `{ level }`, the physical level divided by 255; DASR's network one number an expert.
 * Throws `E_ARCHITECTURE_TENSORS`, `E_HYPER_PARAMETER` and `E_COEFFICIENTS`.
 */
export function buildNetwork(
  architecture: Architecture,
  tensors: Tensors,
  file = 'checkpoint',
  hyperParameters: HyperParameters = {},
  coefficients?: Coefficients,
): { model: ModelProto; facts: ModelFacts } {
  const plan = architecture.read(tensors, hyperParameters)
  const numbers = coefficientList(plan.basis, coefficients, file)
  const graph = new GraphBuilder(architecture.name)
  const { input } = plan.facts.channels
  const image =
    plan.inputSize === undefined
      ? graph.image('input', input)
      : graph.input('input', ['batch', input, plan.inputSize, plan.inputSize])
  const network = new NetworkBuilder(graph, image, tensors, plan.naming)
  const outputs = plan.build(network, numbers)
  network.finish(architecture.name, file)
  for (const { name, value, shape } of namedOutputs(outputs, plan)) graph.output(name, value, shape)
  const model = graph.model()
  return { model, facts: networkFacts(architecture, plan, network, model) }
}

/** What a network gives, by name; an image alone is `output`. */
export function namedOutputs(outputs: NetworkOutputs, { facts }: NetworkPlan): readonly NetworkOutput[] {
  if (!('name' in outputs)) return outputs
  return [{ name: 'output', value: outputs, shape: ['batch', facts.channels.output, 'output_height', 'output_width'] }]
}

/** The facts of a built network, its halo derived where its architecture does not state it. */
export function networkFacts(
  architecture: Architecture,
  plan: NetworkPlan,
  { statistics }: NetworkBuilder,
  model: ModelProto,
): ModelFacts {
  return {
    family: architecture.family,
    architecture: architecture.name,
    hyperParameters: plan.hyperParameters,
    ...plan.facts,
    halo: plan.facts.halo ?? deriveReceptiveField(model).halo,
    ...(statistics.length > 0 && { statistics: statistics.map(({ name }) => name) }),
  }
}

/** What a checkpoint holds. */
export interface CheckpointSummary {
  readonly format: Checkpoint['format']
  readonly wrapper: string
  readonly prefix: string
  /** `unknown` if no architecture has these tensors. */
  readonly architecture: string
  readonly hyperParameters: NetworkPlan['hyperParameters']
  /** Number of elements of all tensors. */
  readonly parameters: number
  /** What the weights and the file tell of the network; its halo alone takes the graph. */
  readonly facts: Partial<ModelFacts>
  /** Choices that were made, and how an unknown network compares. */
  readonly notes: readonly string[]
  readonly tensors: readonly { name: string; shape: readonly number[]; type: string }[]
}

/** Describes a checkpoint (path or bytes) without building its network. Throws the errors of `readCheckpoint`. */
export async function inspectCheckpoint(source: CheckpointSource, name = fileName(source)): Promise<CheckpointSummary> {
  const checkpoint = await readCheckpoint(source, name)
  const { tensors, format, wrapper, prefix, passedOver } = checkpoint
  const architecture = detectArchitecture(tensors)
  const entries = [...tensors]
  const plan = architecture && readPlan(architecture, checkpoint)
  return {
    format,
    wrapper,
    prefix,
    architecture: architecture?.name ?? 'unknown',
    hyperParameters: plan?.hyperParameters ?? {},
    facts: {
      ...(architecture && { family: architecture.family, architecture: architecture.name }),
      ...(plan && { hyperParameters: plan.hyperParameters, ...plan.facts }),
      ...checkpoint.provenance,
    },
    parameters: entries.reduce((sum, [, { shape }]) => sum + elementCount(shape), 0),
    notes: [
      ...(wrapper === 'none'
        ? []
        : [
            `The tensors stand under ${wrapper}${passedOver.length > 0 ? `; passed over: ${passedOver.join(', ')}` : ''}.`,
          ]),
      ...(prefix === '' ? [] : [`The prefix ${prefix} was stripped from every name.`]),
      ...(architecture === undefined ? [describeNearest(tensors)] : []),
    ],
    tensors: entries.map(([tensor, { shape, dtype }]) => ({ name: tensor, shape, type: dtype })),
  }
}

/** Undefined where the tensors leave a needed one open, which is no fault of the file. */
function readPlan(architecture: Architecture, checkpoint: Checkpoint): NetworkPlan | undefined {
  try {
    return architecture.read(checkpoint.tensors, checkpoint.hyperParameters)
  } catch (error) {
    if (error instanceof KintsugiError && error.code === 'E_HYPER_PARAMETER') return undefined
    throw error
  }
}

function describeNearest(tensors: Tensors): string {
  const { architecture, share } = nearestArchitecture(tensors)
  return share > 0
    ? `Of no known architecture; ${Math.round(share * 100)} % of the names are like those of ${architecture.name}.`
    : 'Of no known architecture.'
}

function fileName(source: CheckpointSource): string {
  return typeof source === 'string' ? basename(source) : 'checkpoint'
}
