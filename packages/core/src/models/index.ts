export { describeModel, describeStages, type ModelDescription, type StageEstimate } from './describe-model.js'
export {
  createModelEnvironment,
  createModelRunner,
  type ModelEnvironment,
  type ModelEnvironmentOptions,
} from './model-environment.js'
export { ModelStore, type ModelStoreOptions } from './model-store.js'
export { executionProviders } from './onnx-runtime.js'
export type { ModelReader, ModelSummary, ReadModel, ReadModelOptions } from './reader.js'
export { filesOf, type ModelMaker, makeModel, type RecipeMember } from './recipe.js'
export type { ImageNetwork, RunnerHooks } from './restore.js'
export type { ModelRunner, RestoreOptions, TensorValue, TileSettings } from './runner.js'
export {
  type PooledSession,
  SessionPool,
  type SessionPoolOptions,
  type SessionRequest,
  type TensorInfo,
} from './sessions.js'
export type { FrozenParts } from './statistics.js'
export { measureTileError, type TileError } from './tile-error.js'
export { planTiles, type Rectangle, type Tile, type TileRequest } from './tiles.js'
export { chooseTiling, type Tiling, type TilingRequest } from './tiling.js'
export { estimateWorkingBytes } from './working-set.js'
