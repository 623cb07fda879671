import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { KintsugiError, type ModelFacts } from '@kintsugi/core'
import {
  decodeModel,
  deriveReceptiveField,
  type ModelProto,
  type ReceptiveField,
  readPartialFacts,
  type ValueInfoProto,
} from '@kintsugi/core/onnx'

/** What an ONNX file tells of itself. */
export interface OnnxSummary {
  bytes: number
  /** Number of elements of all weights. */
  parameters: number
  producer: string
  opset: number | null
  inputs: readonly { name: string; shape: readonly (number | string)[] }[]
  outputs: readonly { name: string; shape: readonly (number | string)[] }[]
  /** How often each operator stands in the graph. */
  operators: Readonly<Record<string, number>>
  /** Facts in its metadata. */
  facts: Partial<ModelFacts>
  /** Derived from the graph, or why that is not possible. */
  receptiveField: ReceptiveField | { reason: string }
}

/** Reads the summary of an ONNX file. Throws `E_FILE` and `E_MODEL_FORMAT`. */
export async function inspectOnnx(path: string): Promise<OnnxSummary> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new KintsugiError('E_FILE', {
      message: `The model "${path}" cannot be read.`,
      expected: 'a readable file',
      found: cause instanceof Error ? cause.message : String(cause),
      fix: 'Check the path.',
      cause,
    })
  })
  return summariseOnnx(bytes, basename(path))
}

/** The summary of an ONNX file's bytes. Throws `E_MODEL_FORMAT`. */
export function summariseOnnx(bytes: Uint8Array, name: string): OnnxSummary {
  const model = decodeModel(bytes, name)
  const { graph } = model
  const weights = graph?.initializer ?? []
  const constants = new Set(weights.map(({ name }) => name))
  const operators = new Map<string, number>()
  for (const { opType } of graph?.node ?? []) operators.set(opType, (operators.get(opType) ?? 0) + 1)
  return {
    bytes: bytes.length,
    parameters: weights.reduce((sum, { dims }) => sum + dims.reduce((product, size) => product * Number(size), 1), 0),
    producer: [model.producerName, model.producerVersion].filter((part) => part !== '').join(' '),
    opset: versionOf(model),
    inputs: (graph?.input ?? []).filter(({ name }) => !constants.has(name)).map(tensorOf),
    outputs: (graph?.output ?? []).map(tensorOf),
    operators: Object.fromEntries([...operators].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1))),
    facts: readPartialFacts(model, name),
    receptiveField: receptiveFieldOf(model),
  }
}

function versionOf({ opsetImport }: ModelProto): number | null {
  const own = opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')
  return own === undefined ? null : Number(own.version)
}

function tensorOf({ name, type }: ValueInfoProto): { name: string; shape: (number | string)[] } {
  const tensor = type?.value.case === 'tensorType' ? type.value.value : undefined
  const shape = (tensor?.shape?.dim ?? []).map(({ value }) =>
    value.case === 'dimValue' ? Number(value.value) : value.case === 'dimParam' ? value.value : '?',
  )
  return { name, shape }
}

function receptiveFieldOf(model: ModelProto): OnnxSummary['receptiveField'] {
  try {
    return deriveReceptiveField(model)
  } catch (error) {
    if (!(error instanceof KintsugiError)) throw error
    return { reason: error.found === undefined ? error.message : `${error.message} Found ${error.found}.` }
  }
}
