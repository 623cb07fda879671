import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { deriveReceptiveField, encodeModel, type ModelFacts, type ModelProto, writeFacts } from '@kintsugi/core/onnx'
import type { Architecture, HyperParameters, NetworkPlan } from './architectures/architecture.js'
import { detectArchitecture, nearestArchitecture, unknownArchitecture } from './architectures/architectures.js'
import { NetworkBuilder } from './architectures/network-builder.js'
import { type Checkpoint, type CheckpointSource, readCheckpoint, readSource } from './checkpoint/read.js'
import { elementCount, type Tensors } from './checkpoint/tensor.js'
import { GraphBuilder } from './graph/graph-builder.js'

/** A checkpoint as an ONNX file. */
export interface ConvertedCheckpoint {
  readonly onnx: Uint8Array<ArrayBuffer>
  /** The same facts as in the file's metadata. */
  readonly facts: ModelFacts
}

/** What is known of weights beside their numbers, to be stored with them. */
export type Provenance = Pick<ModelFacts, 'licence' | 'training' | 'description'>

/**
 * Converts a checkpoint (path or bytes) to an ONNX file with its facts in the metadata. The graph takes `input`, float32, batch x
 * channels x rows x columns of free size, and gives `output`. `name` stands for the file in messages and facts; `hyperParameters`
 * are stated where the weights do not tell them, such as the number of heads of an attention without position bias.
 * Throws the errors of `readCheckpoint`, `E_ARCHITECTURE_UNKNOWN` and `E_ARCHITECTURE_TENSORS`.
 */
export async function convertCheckpoint(
  source: CheckpointSource,
  name = fileName(source),
  provenance: Provenance = {},
  hyperParameters: HyperParameters = {},
): Promise<ConvertedCheckpoint> {
  const bytes = await readSource(source)
  const { tensors } = await readCheckpoint(bytes, name)
  const architecture = detectArchitecture(tensors)
  if (architecture === undefined) throw unknownArchitecture(name, tensors)
  const { model, facts } = buildNetwork(architecture, tensors, name, hyperParameters)
  const described = {
    ...facts,
    ...provenance,
    source: `${name} sha256:${createHash('sha256').update(bytes).digest('hex')}`,
  }
  writeFacts(model, described)
  return { onnx: encodeModel(model), facts: described }
}

/** Builds a network from its tensors. The model refers to the tensors' memory. Throws `E_ARCHITECTURE_TENSORS` and `E_HYPER_PARAMETER`. */
export function buildNetwork(
  architecture: Architecture,
  tensors: Tensors,
  file = 'checkpoint',
  hyperParameters: HyperParameters = {},
): { model: ModelProto; facts: ModelFacts } {
  const plan = architecture.read(tensors, hyperParameters)
  const graph = new GraphBuilder(architecture.name)
  const network = new NetworkBuilder(graph, graph.image('input', plan.facts.channels.input), tensors, plan.naming)
  const output = plan.build(network)
  network.finish(architecture.name, file)
  graph.output('output', output, ['batch', plan.facts.channels.output, 'output_height', 'output_width'])
  const model = graph.model()
  return { model, facts: networkFacts(architecture, plan, network, model) }
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
  /** Choices that were made, and how an unknown network compares. */
  readonly notes: readonly string[]
  readonly tensors: readonly { name: string; shape: readonly number[]; type: string }[]
}

/** Describes a checkpoint (path or bytes) without building its network. Throws the errors of `readCheckpoint`. */
export async function inspectCheckpoint(source: CheckpointSource, name = fileName(source)): Promise<CheckpointSummary> {
  const { tensors, format, wrapper, prefix, passedOver } = await readCheckpoint(source, name)
  const architecture = detectArchitecture(tensors)
  const entries = [...tensors]
  return {
    format,
    wrapper,
    prefix,
    architecture: architecture?.name ?? 'unknown',
    hyperParameters: architecture?.read(tensors).hyperParameters ?? {},
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

function describeNearest(tensors: Tensors): string {
  const { architecture, share } = nearestArchitecture(tensors)
  return share > 0
    ? `Of no known architecture; ${Math.round(share * 100)} % of the names are like those of ${architecture.name}.`
    : 'Of no known architecture.'
}

function fileName(source: CheckpointSource): string {
  return typeof source === 'string' ? basename(source) : 'checkpoint'
}
