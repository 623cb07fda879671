import { extname } from 'node:path'
import { decodeModel, encodeModel, type SubgraphRequest, subgraph } from '../onnx/index.js'
import type { Model } from '../plugin/values.js'
import { describeModel, describeStages, type ModelDescription, type StageEstimate } from './describe-model.js'
import { ModelStore } from './model-store.js'
import { probeScale } from './probe-scale.js'
import type { ModelReader } from './reader.js'
import type { ModelMaker } from './recipe.js'
import { type ImageNetwork, type RunnerHooks, restoreImage, type StagedNetwork } from './restore.js'
import type { ModelRunner } from './runner.js'
import { SessionPool, type SessionPoolOptions } from './sessions.js'
import type { FrozenParts } from './statistics.js'

export interface ModelEnvironmentOptions extends SessionPoolOptions {
  /** Readers of the loaded plugins. */
  readers: readonly ModelReader[]
  /** Makers of the loaded plugins. */
  makers?: readonly ModelMaker[]
  /** The cache folder; without it converted models are kept in memory. */
  cacheDir?: string
  /** Execution provider when none is asked for. Default: `cpu`. */
  provider?: string
  /** Most bytes that restoring one image may take, the image included. Default: no limit. */
  memory?: number
  warn?: (message: string) => void
}

/** The models of one thread: opens them and keeps their sessions. */
export interface ModelEnvironment {
  /**
   * Opens a model for one node. Throws `E_FILE`, `E_MODEL_FORMAT`, `E_PROVIDER`, and what the reader of its format throws.
   */
  open(model: Model, hooks: RunnerHooks, options?: { provider?: string }): Promise<ModelRunner>
  /** The model as the bytes of an ONNX file, converted or made if it is none. Throws what `open` throws. */
  read(model: Model): Promise<Uint8Array>
  readonly sessions: SessionPool
  /** Releases all sessions for good. Call before the thread ends. */
  close(): Promise<void>
}

/** Makes the model environment of a thread. No native module is loaded before a model is opened. */
export function createModelEnvironment(options: ModelEnvironmentOptions): ModelEnvironment {
  const store = new ModelStore(options)
  const sessions = new SessionPool(options)
  const descriptions = new Map<string, Promise<ModelDescription>>()
  const stageEstimates = new Map<string, Promise<StageEstimate | undefined>>()

  async function open(
    model: Model,
    hooks: RunnerHooks,
    { provider = options.provider ?? 'cpu' } = {},
  ): Promise<ModelRunner> {
    const identity = 'recipe' in model ? `${model.hash} made` : `${model.hash}${extname(model.path).toLowerCase()}`
    let fresh: Uint8Array | undefined
    const describe = async (): Promise<ModelDescription> => {
      fresh = await store.read(model)
      return describeModel(fresh, model.name)
    }
    const description = await memoize(descriptions, identity, describe)
    const load = () => (fresh === undefined ? store.read(model) : Promise.resolve(fresh))
    const session = await sessions.open({ name: model.name, hash: identity, provider, load })
    fresh = undefined
    const scale = description.facts.scale ?? (await probeScale(session, description.facts))
    const { statistics } = description.facts
    const part = (name: string, request: SubgraphRequest) =>
      sessions.open({
        name: model.name,
        hash: `${identity} ${name}`,
        provider,
        load: async () => encodeModel(subgraph(decodeModel(await store.read(model), model.name), request)),
      })
    const frozen = async (): Promise<FrozenParts> => ({
      statistics: await part('statistics', { outputs: statistics! }),
      tiles: await part('tiles', { feeds: statistics! }),
    })
    const stages = async (): Promise<StagedNetwork | undefined> => {
      const find = async () => describeStages(await store.read(model), model.name)
      const estimate = await memoize(stageEstimates, identity, find)
      return (
        estimate && {
          ...estimate,
          open: async () => ({
            head: await part('head', { outputs: [estimate.features] }),
            tail: await part('tail', { feeds: [estimate.features] }),
          }),
        }
      )
    }
    const facts = { ...description.facts, scale }
    const network = { ...description, facts, session, ...(statistics && { frozen }), ...(scale > 1 && { stages }) }
    return createModelRunner(network, hooks, options.memory)
  }

  return { open, read: (model) => store.read(model), sessions, close: () => sessions.close() }
}

/** A runner over an open session; the hooks are those of the node that it serves. */
export function createModelRunner(network: ImageNetwork, hooks: RunnerHooks, memory = Infinity): ModelRunner {
  return {
    facts: network.facts,
    run: (feeds) => network.session.run(feeds),
    restore: (image, options = {}) => restoreImage(network, image, options, hooks, memory),
  }
}

/** Keeps the result of work in flight and done; failures are not kept. */
function memoize<T>(known: Map<string, Promise<T>>, key: string, work: () => Promise<T>): Promise<T> {
  const existing = known.get(key)
  if (existing !== undefined) return existing
  const result = work()
  known.set(key, result)
  result.catch(() => known.delete(key))
  return result
}
