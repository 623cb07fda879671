import { KintsugiError } from '@kintsugi/core/errors'
import type { Tensors } from '../checkpoint/tensor.js'
import { GraphBuilder } from '../graph/graph-builder.js'
import { alexNet } from './alexnet.js'
import type { Architecture } from './architecture.js'
import { dasrGenerator } from './dasr-generator.js'
import { dasrPredictor } from './dasr-predictor.js'
import { dnCnn } from './dncnn.js'
import { hyperRes } from './hyperres.js'
import { msrResNet } from './msrresnet.js'
import { NetworkBuilder } from './network-builder.js'
import { noiseNet } from './noisenet.js'
import { rrdbNet } from './rrdbnet.js'
import { squeezeNet } from './squeezenet.js'
import { srvggNetCompact } from './srvgg.js'
import { unetDiscriminator } from './unet-discriminator.js'
import { vgg16, vgg19 } from './vgg.js'

/** Every architecture that checkpoints are recognised as, the most specific first. */
export const architectures: readonly Architecture[] = [
  hyperRes,
  dasrGenerator,
  dasrPredictor,
  rrdbNet,
  msrResNet,
  srvggNetCompact,
  noiseNet,
  alexNet,
  squeezeNet,
  vgg19,
  vgg16,
  unetDiscriminator,
  dnCnn,
]

/** The architecture that the tensors are of; undefined if none. */
export function detectArchitecture(tensors: Tensors): Architecture | undefined {
  return architectures.find((architecture) => architecture.detect(tensors))
}

/** The architecture whose tensor names most of the given names are like; of several, the first whose sizes can be read off. */
export function nearestArchitecture(tensors: Tensors): { architecture: Architecture; share: number } {
  const names = [...tensors.keys()]
  const shares = architectures.map((architecture) => {
    const matching = names.filter((name) => architecture.tensorNames.test(name)).length
    return { architecture, share: matching / Math.max(names.length, 1) }
  })
  const share = Math.max(...shares.map((candidate) => candidate.share))
  const nearest = shares.filter((candidate) => candidate.share === share)
  return nearest.find(({ architecture }) => share > 0 && isReadable(architecture, tensors)) ?? nearest[0]!
}

/** The error for tensors that no architecture has. */
export function unknownArchitecture(file: string, tensors: Tensors): KintsugiError {
  const { architecture, share } = nearestArchitecture(tensors)
  const nearest =
    share > 0
      ? `; nearest to ${architecture.name}, with ${Math.round(share * 100)} % of the names like its own${differences(architecture, tensors)}`
      : ''
  return new KintsugiError('E_ARCHITECTURE_UNKNOWN', {
    message: `${file} is of no known architecture.`,
    expected: `the tensors of one of ${architectures.map(({ name }) => name).join(', ')}`,
    found: `${tensors.size} tensors, the first ${[...tensors.keys()].slice(0, 3).join(', ') || '(none)'}${nearest}`,
    fix: 'Export the network to ONNX with the program that made it, and use the .onnx file.',
  })
}

/** How tensors differ from those of an architecture, as the end of a sentence; empty if that cannot be told. */
function differences(architecture: Architecture, tensors: Tensors): string {
  try {
    const plan = architecture.read(tensors)
    const graph = new GraphBuilder(architecture.name)
    const image = graph.image('input', plan.facts.channels.input)
    const network = new NetworkBuilder(graph, image, tensors, plan.naming)
    plan.build(network, plan.basis?.names.map(() => 0) ?? [])
    network.finish(architecture.name, 'checkpoint')
    return ''
  } catch (error) {
    if (!(error instanceof KintsugiError)) throw error
    if (error.code !== 'E_ARCHITECTURE_TENSORS') return ''
    if (error.found === 'no such tensor') return `; missing: ${error.expected}`
    return error.found?.startsWith('one of') ? `; ${error.found} instead of ${error.expected}` : `; ${error.found}`
  }
}

function isReadable(architecture: Architecture, tensors: Tensors): boolean {
  try {
    architecture.read(tensors)
    return true
  } catch (error) {
    if (error instanceof KintsugiError) return false
    throw error
  }
}
