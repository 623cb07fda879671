import { extname } from 'node:path'
import { type MadeModel, type Model, type ModelMaker, makeModel, type RecipeMember } from '@kintsugi/core'
import { KintsugiError } from '@kintsugi/core/errors'
import type { Coefficients } from './architectures/architecture.js'
import { type Checkpoint, readCheckpoint } from './checkpoint/read.js'
import { convertWeights } from './convert.js'

/** Checkpoints that stay read: one thread makes many networks of the same basis, and reading takes longer than mixing. */
const KEPT = 2
const kept = new Map<string, Promise<Checkpoint>>()

/** Name and version; the number changes with what it makes. */
const MAKER = 'nn/basis@1'

/**
 * Makes one network of a checkpoint whose weights are a basis: HyperRes with `{ level }`, DASR's network with one number an expert.
 * Throws `E_COEFFICIENTS` if the coefficients do not fit the basis or the member is no such checkpoint.
 */
export const basisMaker: ModelMaker = {
  name: MAKER,
  quick: true,
  async make(members, params, name) {
    const { member, path, coefficients } = checkRecipe(members, params)
    const checkpoint = await readKept(member.hash, path, member.name)
    const description = [name, checkpoint.provenance?.description].filter((text) => text !== undefined).join('. ')
    return convertWeights(checkpoint, member.name, { description }, {}, coefficients)
  },
}

/** The value of a network that `basisMaker` makes of a checkpoint with these coefficients. */
export function basisModel(basis: Model, coefficients: Coefficients, name: string): MadeModel {
  return makeModel(name, { maker: MAKER, members: [basis], params: { coefficients } })
}

function checkRecipe(
  members: readonly RecipeMember[],
  params: unknown,
): { member: RecipeMember; path: string; coefficients: Coefficients } {
  const [member] = members
  const { coefficients } = (params ?? {}) as { coefficients?: unknown }
  if (member === undefined || members.length > 1 || typeof coefficients !== 'object' || coefficients === null) {
    throw new KintsugiError('E_COEFFICIENTS', {
      message: 'The recipe of a network from a basis of weights is malformed.',
      expected: 'one model and its coefficients',
      found: `${members.length} models, ${JSON.stringify(params)}`,
      fix: 'Make such networks with the node types hypernet/materialise, hypernet/restore and dasr/restore.',
    })
  }
  const { path, name } = member
  if (path === undefined || extname(path).toLowerCase() === '.onnx') {
    throw new KintsugiError('E_COEFFICIENTS', {
      message: `${name} holds the weights of one network, not a basis of weights.`,
      expected: 'a checkpoint (.pth, .pt, .safetensors) of HyperRes or of the network of DASR',
      found: path === undefined ? 'a network that is made by a recipe' : 'an ONNX file',
      fix: 'Name the checkpoint, or run the network by a node type that takes no level and no weights.',
    })
  }
  return { member, path, coefficients: coefficients as Coefficients }
}

function readKept(hash: string, path: string, name: string): Promise<Checkpoint> {
  const read = async () => ({ ...(await readCheckpoint(path, name)), sha256: () => hash })
  const found = kept.get(hash) ?? read()
  kept.delete(hash)
  kept.set(hash, found)
  found.catch(() => kept.delete(hash))
  for (const oldest of kept.keys()) {
    if (kept.size <= KEPT) break
    kept.delete(oldest)
  }
  return found
}
