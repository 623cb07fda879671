import { KintsugiError } from '@kintsugi/core/errors'
import type { ModelFacts } from '@kintsugi/core/onnx'
import type { Tensors } from '../checkpoint/tensor.js'
import type { Value } from '../graph/graph-builder.js'
import type { NetworkBuilder } from './network-builder.js'

/** Hyper-parameters under the names of the authors' code. */
export type HyperParameters = NonNullable<ModelFacts['hyperParameters']>

/** What an architecture knows of its networks. The halo is derived from the graph unless it is stated here. */
export type ArchitectureFacts = Pick<
  ModelFacts,
  'scale' | 'sizeMultiple' | 'tileMultiple' | 'channels' | 'inputRange' | 'halo' | 'bounded'
>

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
  /** Reads hyper-parameters off names and shapes; takes `stated` ones to complete them. May throw `E_ARCHITECTURE_TENSORS`. */
  readonly hyperParameters: (tensors: Tensors, stated: HyperParameters) => H
  readonly facts: (hyper: H) => ArchitectureFacts
  /** Adds the layers to the network and gives its output image. */
  readonly build: (network: NetworkBuilder, hyper: H) => Value
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
  readonly build: (network: NetworkBuilder) => Value
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
        build: (network) => definition.build(network, hyperParameters),
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
