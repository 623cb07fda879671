import { KintsugiError } from '@kintsugi/core/errors'
import type { ModelFacts } from '@kintsugi/core/onnx'
import type { Tensors } from '../checkpoint/tensor.js'
import type { Dimension, Value } from '../graph/graph-builder.js'
import type { NetworkBuilder } from './network-builder.js'

/** Hyper-parameters under the names of the authors' code. */
export type HyperParameters = NonNullable<ModelFacts['hyperParameters']>

/** What an architecture knows of its networks. The halo is derived from the graph unless it is stated here. */
export type ArchitectureFacts = Pick<
  ModelFacts,
  'scale' | 'sizeMultiple' | 'channels' | 'inputRange' | 'halo' | 'output'
>

/** An output of a network. */
export interface NetworkOutput {
  readonly name: string
  readonly value: Value
  readonly shape: readonly Dimension[]
}

/** What a network gives: an image, which becomes `output`, or several outputs, the main one first. */
export type NetworkOutputs = Value | readonly NetworkOutput[]

/** Numbers for the basis that a network's weights are made of, in the order of `WeightBasis.names` or by those names. */
export type Coefficients = readonly number[] | Readonly<Record<string, number>>

/** Weights that are a basis, of which coefficients make the weights of one network. */
export interface WeightBasis {
  /** What the coefficients are called. */
  readonly names: readonly string[]
  /** The node type that runs such networks and finds coefficients. */
  readonly node: string
}

/** How a tensor is called in a checkpoint, given its name in the authors' latest code. */
export type TensorNaming = (name: string) => string

/** What is written once for each architecture. */
export interface ArchitectureDefinition<H extends HyperParameters> {
  /** The published name, such as `RRDBNet`. */
  readonly name: string
  /** The family of node types that runs it, such as `esrgan`. */
  readonly family: string
  /** Matches the names of its tensors; tells which architecture an unknown checkpoint is nearest to. */
  readonly tensorNames: RegExp
  /** True if the tensors are of this architecture; later architectures are not asked. */
  readonly detect: (tensors: Tensors) => boolean
  /** Older naming schemes of the same network. */
  readonly naming?: (tensors: Tensors) => TensorNaming
  /**
   * Reads hyper-parameters off names and shapes; takes `stated` ones to complete them. May throw `E_ARCHITECTURE_TENSORS`, and
   * `E_HYPER_PARAMETER` for one that the tensors do not tell and nobody stated.
   */
  readonly hyperParameters: (tensors: Tensors, stated: HyperParameters) => H
  readonly facts: (hyper: H) => ArchitectureFacts
  /** Rows and columns of the input, for networks that take one size alone. */
  readonly inputSize?: (hyper: H) => number
  /** For weights that are a basis. */
  readonly basis?: (hyper: H) => WeightBasis
  /** Adds the layers to the network and gives its outputs. `coefficients` stand in the order of the basis, empty without one. */
  readonly build: (network: NetworkBuilder, hyper: H, coefficients: readonly number[]) => NetworkOutputs
}

/** An architecture whose hyper-parameters are its own matter. */
export interface Architecture {
  readonly name: string
  readonly family: string
  readonly tensorNames: RegExp
  readonly detect: (tensors: Tensors) => boolean
  /** `stated` hyper-parameters replace those that are read off the tensors, where weights do not tell them. */
  readonly read: (tensors: Tensors, stated?: HyperParameters) => NetworkPlan
}

/** A network recognised in a checkpoint, not built yet. */
export interface NetworkPlan {
  readonly hyperParameters: HyperParameters
  readonly facts: ArchitectureFacts
  readonly naming: TensorNaming
  readonly inputSize?: number
  readonly basis?: WeightBasis
  readonly build: (network: NetworkBuilder, coefficients: readonly number[]) => NetworkOutputs
}

export function defineArchitecture<H extends HyperParameters>(definition: ArchitectureDefinition<H>): Architecture {
  const { name, family, tensorNames, detect } = definition
  return {
    name,
    family,
    tensorNames,
    detect,
    read(tensors, stated = {}) {
      const hyperParameters = state(name, definition.hyperParameters(tensors, stated), stated)
      return {
        hyperParameters,
        facts: definition.facts(hyperParameters),
        naming: definition.naming?.(tensors) ?? ((canonical) => canonical),
        ...(definition.inputSize && { inputSize: definition.inputSize(hyperParameters) }),
        ...(definition.basis && { basis: definition.basis(hyperParameters) }),
        build: (network, coefficients) => definition.build(network, hyperParameters, coefficients),
      }
    },
  }
}

/** Replaces hyper-parameters by stated ones of the same names and types. Throws `E_HYPER_PARAMETER` for others. */
function state<H extends HyperParameters>(architecture: string, read: H, stated: HyperParameters): H {
  for (const [name, value] of Object.entries(stated)) {
    const known = read[name]
    if (known === undefined || typeof known !== typeof value || Array.isArray(known) !== Array.isArray(value)) {
      throw new KintsugiError('E_HYPER_PARAMETER', {
        message: `The hyper-parameter ${name} of ${architecture} cannot be set to ${JSON.stringify(value)}.`,
        expected:
          known === undefined ? `one of ${Object.keys(read).join(', ')}` : `a value like ${JSON.stringify(known)}`,
        found: `${name}: ${JSON.stringify(value)}`,
        fix: 'State only hyper-parameters that the weights do not tell.',
      })
    }
  }
  return { ...read, ...stated }
}

/** A stated hyper-parameter that is one of a few texts; `otherwise` if it is not stated. Throws `E_HYPER_PARAMETER`. */
export function statedChoice<T extends string>(
  stated: HyperParameters,
  name: string,
  choices: readonly T[],
  otherwise: T | undefined,
): T {
  const value = stated[name] ?? otherwise
  const chosen = choices.find((choice) => choice === value)
  if (chosen !== undefined) return chosen
  throw new KintsugiError('E_HYPER_PARAMETER', {
    message: `The tensors do not tell the hyper-parameter ${name}.`,
    expected: `${name} as one of ${choices.join(', ')}`,
    found: value === undefined ? 'nothing' : String(value),
    fix: `State it when converting: kintsugi convert IN OUT.onnx --set ${name}=${choices[0]}, and use the ONNX file.`,
  })
}
