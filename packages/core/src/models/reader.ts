import type { ModelFacts } from '../onnx/index.js'

/** A network found in a foreign file, as an ONNX graph. */
export interface ReadModel {
  /** Bytes of the ONNX file, facts in its metadata. */
  onnx: Uint8Array
  facts: ModelFacts
}

/** What `kintsugi inspect` shows of a model file. */
export interface ModelSummary {
  format: string
  architecture: string
  hyperParameters: Readonly<Record<string, unknown>>
  parameters: number
  /** What is known of the network without building it, such as its scale and licence. */
  facts?: Partial<ModelFacts>
  notes: readonly string[]
  tensors: readonly { name: string; shape: readonly number[]; type: string }[]
}

/** What a user states of a network when it is converted. */
export interface ReadModelOptions {
  /** Hyper-parameters that the weights do not tell. */
  hyperParameters?: Readonly<Record<string, number | string | boolean | readonly number[]>>
  /** For weights that are a basis: the numbers that make one network of them, by name. */
  coefficients?: Readonly<Record<string, number>>
}

/** Turns checkpoints into ONNX graphs. Contributed by plugins; the core itself opens ONNX files. */
export interface ModelReader {
  /** Name and version; part of the identity of converted models, such as `nn/rrdbnet@1`. */
  name: string
  /** File extensions it takes, with the dot. */
  extensions: readonly string[]
  /** Throws `KintsugiError` if the file is damaged, hostile or of an unknown architecture. */
  read(path: string, options?: ReadModelOptions): Promise<ReadModel>
  inspect(path: string): Promise<ModelSummary>
}
