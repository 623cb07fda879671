import { KintsugiError } from '../errors/error.js'
import {
  decodeModel,
  deriveReceptiveField,
  type ModelFacts,
  type ModelProto,
  type ReceptiveField,
  readPartialFacts,
  splitBeforeEnlarging,
  TensorProto_DataLocation,
  type ValueInfoProto,
} from '../onnx/index.js'
import { estimateStages, estimateWorkingBytes } from './working-set.js'

/** What the host reads from an ONNX file before it runs. */
export interface ModelDescription {
  /** Completed from the graph; `scale` is undefined if neither metadata nor graph tell it for certain. */
  readonly facts: Omit<ModelFacts, 'scale'> & { readonly scale: number | undefined }
  /** Estimated bytes of a run for each input pixel. */
  readonly bytesPerPixel: number
}

/** Where a network is cut in two, and what its parts take. */
export interface StageEstimate {
  /** The value between head and tail. */
  readonly features: string
  /** Its channels. */
  readonly channels: number
  /** Feature pixels on each side of a part beyond which nothing changes what the tail makes of it. */
  readonly halo: number
  /** Estimated bytes of a run of either for each pixel of the image. */
  readonly headBytes: number
  readonly tailBytes: number
}

/**
 * Reads the facts of an ONNX file and derives from its graph what its metadata lacks: halo, scale, size multiple, channels.
 * A graph that cannot be analysed counts as one that looks at the whole image. Values of foreign networks are taken to be 0..1.
 * Throws `E_MODEL_FORMAT` for files that are no self-contained ONNX model.
 */
export function describeModel(bytes: Uint8Array, name: string): ModelDescription {
  const model = decodeModel(bytes, name)
  refuseExternalData(model, name)
  const stated = readPartialFacts(model, name)
  const field =
    stated.halo === undefined || stated.scale === undefined || stated.sizeMultiple === undefined
      ? tryReceptiveField(model)
      : undefined
  const scale = stated.scale ?? (field?.halo === 'global' ? undefined : field?.scale)
  const facts = {
    family: 'onnx',
    architecture: model.producerName === '' ? 'unknown' : `unknown, made by ${model.producerName}`,
    halo: field?.halo ?? ('global' as const),
    sizeMultiple: field?.sizeMultiple ?? 1,
    channels: graphChannels(model),
    inputRange: [0, 1] as const,
    ...stated,
    scale,
  }
  if (scale !== undefined && !Number.isInteger(scale * facts.sizeMultiple))
    throw unevenScale(name, scale, facts.sizeMultiple)
  return { facts, bytesPerPixel: estimateWorkingBytes(model) }
}

/** Finds where an ONNX file can be run as a head at the size of the image and a tail that enlarges; undefined if it cannot. */
export function describeStages(bytes: Uint8Array, name: string): StageEstimate | undefined {
  const model = decodeModel(bytes, name)
  const stages = splitBeforeEnlarging(model)
  return stages && { ...estimateStages(model, stages), features: stages.features, halo: stages.halo }
}

function tryReceptiveField(model: ModelProto): ReceptiveField | undefined {
  try {
    return deriveReceptiveField(model)
  } catch (error) {
    if (error instanceof KintsugiError) return undefined
    throw error
  }
}

function graphChannels({ graph }: ModelProto): ModelFacts['channels'] {
  const constants = new Set(graph?.initializer.map(({ name }) => name))
  const input = graph?.input.find(({ name }) => !constants.has(name))
  return { input: channelCount(input), output: channelCount(graph?.output[0] ?? input) }
}

function channelCount(value: ValueInfoProto | undefined): number {
  const tensor = value?.type?.value.case === 'tensorType' ? value.type.value.value : undefined
  const size = tensor?.shape?.dim[1]?.value
  return size?.case === 'dimValue' ? Number(size.value) : 3
}

function refuseExternalData(model: ModelProto, name: string): void {
  const outside = model.graph?.initializer.find(
    ({ dataLocation }) => dataLocation === TensorProto_DataLocation.EXTERNAL,
  )
  if (outside === undefined) return
  throw new KintsugiError('E_MODEL_FORMAT', {
    message: `${name} keeps weights in other files.`,
    expected: 'an ONNX file that holds its weights itself',
    found: `the tensor ${outside.name} in an external file`,
    fix: 'Export the model again with its weights embedded.',
  })
}

function unevenScale(name: string, scale: number, sizeMultiple: number): KintsugiError {
  return new KintsugiError('E_MODEL_FORMAT', {
    message: `${name} has facts in its metadata that do not fit each other.`,
    expected: 'a scale that makes whole pixels of kintsugi.sizeMultiple pixels',
    found: `kintsugi.scale ${scale}, kintsugi.sizeMultiple ${sizeMultiple}`,
    fix: 'Correct the metadata, or convert the checkpoint again with `kintsugi convert`.',
  })
}
