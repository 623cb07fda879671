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
export { type ClassifierHyperParameters, classifierHead } from './architectures/dcpt-classifier.js'
export { type ConvolutionLayer, NetworkBuilder } from './architectures/network-builder.js'
export { basisMaker, basisModel } from './basis-maker.js'
export { type Checkpoint, type CheckpointSource, type Provenance, readCheckpoint } from './checkpoint/read.js'
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
} from './convert.js'
export { codes, type NnErrorCode } from './errors.js'
export * from './graph/index.js'
export { storeHalf } from './half-storage.js'
export { type ClassifiedNetwork, joinClassifier } from './join-classifier.js'
export { type MixSelection, type MixTerm, mixTensors } from './mix.js'
export { mixMaker } from './mix-maker.js'
export { mixOnnx, type OnnxMixTerm } from './mix-onnx.js'
export { checkpointReader } from './reader.js'
