/** Every error code of `@kintsugi/nn`, alphabetical, with what it means. */
export const codes = {
  E_ARCHITECTURE_TENSORS: 'A checkpoint lacks tensors of its architecture, has others, or has them in other shapes.',
  E_ARCHITECTURE_UNKNOWN: 'No known architecture has the tensors of a checkpoint.',
  E_CHECKPOINT_FORMAT: 'A checkpoint file is of an unknown format, damaged or truncated.',
  E_CHECKPOINT_LIMIT: 'A checkpoint file asks for more memory or work than a checkpoint of its size can need.',
  E_CHECKPOINT_PICKLE: 'A checkpoint file names code that is not on the list of harmless names, or is malformed.',
  E_CHECKPOINT_TENSOR: 'A tensor in a checkpoint is malformed or of an unsupported type.',
  E_COEFFICIENTS: 'Weights that are a basis were opened without the coefficients they need, or with others.',
  E_GRAPH: 'A network graph is put together wrongly.',
  E_HYPER_PARAMETER:
    'A hyper-parameter was stated that the network does not have or that is of another type, or one is missing.',
  E_MIX: 'Weights that do not fit each other cannot be mixed.',
  E_MODEL_CONVENTIONS:
    'An ONNX file from elsewhere does not tell how it takes images, or is no network from one image to one image.',
} as const

/** A stable error code of this package. */
export type NnErrorCode = keyof typeof codes
