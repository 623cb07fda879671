export { type Dimension, GraphBuilder, type Value } from './graph-builder.js'
export * from './operators.js'
export type { AttributeValue } from './protos.js'
