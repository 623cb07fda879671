import { createHash } from 'node:crypto'
import { canonicalize } from 'json-canonicalize'
import type { MadeModel, Model, ModelFile, ModelRecipe } from '../plugin/values.js'
import type { ReadModel } from './reader.js'

/** A member of a recipe as its maker sees it. */
export interface RecipeMember {
  readonly name: string
  /** Identity of its content, SHA-256, hex. */
  readonly hash: string
  /** Absolute path of its file, whose content has been checked; `undefined` for a made model. */
  readonly path: string | undefined
  /** Its bytes as an ONNX file, converted or made if it is none. */
  onnx(): Promise<Uint8Array>
}

/** Makes networks of other networks. Contributed by plugins. */
export interface ModelMaker {
  /** Name and version; part of the identity of what it makes, such as `nn/mix@1`. */
  name: string
  /** Set if making a network takes no longer than reading it: it is then kept in memory alone, the last few of each thread. */
  quick?: boolean
  /**
   * Makes the network. The same members and parameters must give the same bytes.
   * Throws `KintsugiError` if the members do not fit each other or the parameters.
   */
  make(members: readonly RecipeMember[], params: unknown, name: string): Promise<ReadModel>
}

/** The value of a network that is made by a recipe. */
export function makeModel(name: string, recipe: ModelRecipe): MadeModel {
  return { name, hash: recipeHash(recipe), recipe }
}

/** Identity of what a recipe makes: SHA-256, hex, of the canonical JSON of maker, members' hashes and parameters. */
export function recipeHash({ maker, members, params }: ModelRecipe): string {
  const content = { maker, members: members.map(({ hash }) => hash), params }
  return createHash('sha256').update(canonicalize(content)).digest('hex')
}

/** The files that a model rests on. */
export function filesOf(model: Model): ModelFile[] {
  return 'recipe' in model ? model.recipe.members.flatMap(filesOf) : [model]
}
