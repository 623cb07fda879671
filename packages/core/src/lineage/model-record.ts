import { makeModel } from '../models/recipe.js'
import type { Model } from '../plugin/values.js'
import type { RecordInput } from './record.js'

/** A model as records hold it: a file by name and content, or the recipe of a made one. `sha256` is the model's hash. */
export type ModelRecord =
  | { model: string; sha256: string }
  | { model: string; sha256: string; maker: string; members: readonly ModelRecord[]; params: unknown }

/** A model without its path. */
export function recordModel(model: Model): ModelRecord {
  const named = { model: model.name, sha256: model.hash }
  if (!('recipe' in model)) return named
  const { maker, members, params } = model.recipe
  return { ...named, maker, members: members.map(recordModel), params }
}

/** The model that a record holds; `find` gives the path of a file with the recorded content. */
export async function modelOfRecord(
  record: ModelRecord,
  find: (name: string, sha256: string) => Promise<string>,
): Promise<Model> {
  const { model: name, sha256: hash } = record
  if (!('maker' in record)) return { name, path: await find(name, hash), hash }
  const { maker, params } = record
  const members = await Promise.all(record.members.map((member) => modelOfRecord(member, find)))
  return makeModel(name, { maker, members, params })
}

/** The model files that an input rests on. */
export function modelFilesOf(input: RecordInput): { model: string; sha256: string }[] {
  if (typeof input !== 'object') return []
  if ('many' in input) return Object.values(input.many).flatMap(modelFilesOf)
  if (!('model' in input)) return []
  return 'maker' in input ? input.members.flatMap(modelFilesOf) : [input]
}

/** Hash of the model that an input is. */
export function modelHash(input: RecordInput): string | undefined {
  return typeof input === 'object' && 'model' in input ? input.sha256 : undefined
}
