export { adoptOnnx, type OnnxConventions } from './adopt-onnx.js'
export type {
  Architecture,
  ArchitectureDefinition,
  ArchitectureFacts,
  Coefficients,
  HyperParameters,
  NetworkOutput,
  NetworkPlan,
  WeightBasis,
} from './architectures/architecture.js'
export { architectures, detectArchitecture } from './architectures/architectures.js'
export { type ConvolutionLayer, NetworkBuilder } from './architectures/network-builder.js'
export { type Checkpoint, type CheckpointSource, readCheckpoint } from './checkpoint/read.js'
export { writeSafetensors } from './checkpoint/safetensors.js'
export {
  type ElementType,
  elementCount,
  type Tensor,
  type TensorData,
  type Tensors,
  toFloat32,
} from './checkpoint/tensor.js'
export {
  buildNetwork,
  type CheckpointSummary,
  type ConvertedCheckpoint,
  convertCheckpoint,
  inspectCheckpoint,
  type Provenance,
} from './convert.js'
export { codes, type NnErrorCode } from './errors.js'
export * from './graph/index.js'
export { storeHalf } from './half-storage.js'
export { type MixTerm, mixTensors } from './mix.js'
export { checkpointReader } from './reader.js'
