import { extname } from 'node:path'
import type { ModelMaker, ReadModel, RecipeMember } from '@kintsugi/core'
import { KintsugiError } from '@kintsugi/core/errors'
import { decodeModel, encodeModel, type ModelFacts, readPartialFacts, writeFacts } from '@kintsugi/core/onnx'
import { detectArchitecture, unknownArchitecture } from './architectures/architectures.js'
import { readCheckpoint } from './checkpoint/read.js'
import type { Tensors } from './checkpoint/tensor.js'
import { buildNetwork } from './convert.js'
import { type MixSelection, mixTensors } from './mix.js'
import { mixOnnx } from './mix-onnx.js'

/** What a recipe of this maker says. */
interface MixParams {
  /** One for each member, in their order. */
  readonly coefficients: readonly number[]
  /** Starts of the names of the tensors that are mixed; absent: all. */
  readonly only?: readonly string[]
}

/** Extensions of the checkpoints that `readCheckpoint` takes. */
const CHECKPOINTS: ReadonlySet<string> = new Set(['.pth', '.pt', '.safetensors'])

/**
 * Follows the recipes of `model/mix` and of everything else that is a sum of weights, theta = sum of a_k theta_k. Checkpoints whose
 * tensors have the same names are mixed as they are and built once; others, and ONNX files, are mixed as ONNX graphs, so that a
 * checkpoint of the first release and one of the latest mix too, their tensors named as in the authors' latest code.
 * The number in its name changes with what it makes.
 */
export const mixMaker: ModelMaker = {
  name: 'nn/mix@1',
  async make(members, params, name): Promise<ReadModel> {
    const { coefficients, only } = checkParams(members, params)
    const selection: MixSelection =
      only === undefined ? {} : { mixes: (tensor) => only.some((start) => tensor.startsWith(start)) }
    const checkpoints = await readCheckpoints(members)
    const model =
      checkpoints === undefined ? undefined : mixCheckpoints(checkpoints, coefficients, members, selection, name)
    return model ?? (await mixConverted(members, coefficients, selection, name))
  },
}

function checkParams(members: readonly RecipeMember[], params: unknown): MixParams {
  const { coefficients, only } = (params ?? {}) as Partial<MixParams>
  const fits = Array.isArray(coefficients) && coefficients.length === members.length
  if (fits && coefficients.every((one) => typeof one === 'number')) return { coefficients, ...(only && { only }) }
  throw new KintsugiError('E_MIX', {
    message: 'The recipe of a mixture is malformed.',
    expected: `coefficients, a list of ${members.length} numbers`,
    found: JSON.stringify(params),
    fix: 'Make mixtures with the node type model/mix.',
  })
}

/** The tensors of all members, if all are checkpoints with the same names. */
async function readCheckpoints(members: readonly RecipeMember[]): Promise<readonly Tensors[] | undefined> {
  const paths = members.flatMap(({ path }) => path ?? [])
  if (paths.length < members.length || !paths.every((path) => CHECKPOINTS.has(extname(path).toLowerCase())))
    return undefined
  const all: Tensors[] = []
  for (const [i, path] of paths.entries()) all.push((await readCheckpoint(path, members[i]!.name)).tensors)
  const names = new Set(all[0]?.keys())
  const alike = all.every(
    (tensors) => tensors.size === names.size && [...tensors.keys()].every((name) => names.has(name)),
  )
  return alike ? all : undefined
}

function mixCheckpoints(
  checkpoints: readonly Tensors[],
  coefficients: readonly number[],
  members: readonly RecipeMember[],
  selection: MixSelection,
  name: string,
): ReadModel {
  const terms = checkpoints.map((tensors, i) => ({
    coefficient: coefficients[i]!,
    tensors,
    name: members[i]!.name,
  }))
  const tensors = mixTensors(terms, selection)
  const architecture = detectArchitecture(tensors)
  if (architecture === undefined) throw unknownArchitecture(name, tensors)
  const { model, facts } = buildNetwork(architecture, tensors, name)
  const described: ModelFacts = { ...facts, source: name }
  writeFacts(model, described)
  return { onnx: encodeModel(model), facts: described }
}

async function mixConverted(
  members: readonly RecipeMember[],
  coefficients: readonly number[],
  selection: MixSelection,
  name: string,
): Promise<ReadModel> {
  const terms = []
  for (const [i, member] of members.entries()) {
    const model = decodeModel(await member.onnx(), member.name)
    terms.push({ coefficient: coefficients[i]!, model, name: member.name })
  }
  const mixed = mixOnnx(terms, selection)
  const stated = terms.map((term) => readPartialFacts(term.model, term.name))
  const licences = [...new Set(stated.flatMap(({ licence }) => licence ?? []))].join(', ')
  // What was measured and said of one of them does not hold of the mixture.
  const metadataProps = mixed.metadataProps.filter(({ key }) => !NOT_OF_MIXTURES.has(key))
  const model = { ...mixed, metadataProps }
  const facts = { source: name, ...(licences !== '' && { licence: licences }) }
  writeFacts(model, facts as ModelFacts)
  return { onnx: encodeModel(model), facts: readPartialFacts(model, name) as ModelFacts }
}

const NOT_OF_MIXTURES: ReadonlySet<string> = new Set([
  'kintsugi.bounded',
  'kintsugi.description',
  'kintsugi.sha256',
  'kintsugi.training',
  'kintsugi.licence',
  'kintsugi.source',
])
