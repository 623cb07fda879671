export { type ModelFacts, readFacts, readPartialFacts, writeFacts } from './facts.js'
export * from './onnx_pb.js'
export { decodeModel, encodeModel, readMetadata, writeMetadata } from './read.js'
export { deriveReceptiveField, type ReceptiveField, type ReceptiveFieldOptions } from './receptive-field.js'
