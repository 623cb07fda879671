import type { HyperParameters } from '../architectures/architecture.js'
import { formatError } from './format-error.js'
import type { NcnnLayer } from './ncnn.js'
import type { Tensor, Tensors } from './tensor.js'

/** What an ncnn network says in the terms of PyTorch's checkpoints. */
export interface NcnnStateDict {
  readonly tensors: Tensors
  readonly hyperParameters: HyperParameters
}

/** Of convolutions with a built-in activation (ncnn, src/layer/fused_activation.h). */
const FUSED = ['none', 'relu', 'leakyrelu']
const ACTIVATION_TYPE = 9
const ACTIVATION_PARAMETERS = 10

/**
 * The tensors under the names that BasicSR's classes have. Layers stand in the order in which they run, so that convolutions are told
 * apart by their order: those of an SRVGGNetCompact if there is a pixel shuffle, those of an RRDBNet if features are joined.
 * Throws `E_CHECKPOINT_FORMAT` for other networks, and for files that resize the result of their network.
 */
export function ncnnStateDict(layers: readonly NcnnLayer[], file: string): NcnnStateDict {
  const has = (type: string) => layers.some((layer) => layer.type === type)
  if (has('PixelShuffle')) return srvgg(layers, file)
  if (has('Concat')) return rrdbNet(layers, file)
  throw formatError(
    file,
    'an SRVGGNetCompact or an RRDBNet',
    `layers ${[...new Set(layers.map(({ type }) => type))].join(', ')}`,
  )
}

function srvgg(layers: readonly NcnnLayer[], file: string): NcnnStateDict {
  const tensors = new Map<string, Tensor>()
  const activations = new Set<string>()
  let convolutions = 0
  for (const layer of layers) {
    if (layer.type === 'Convolution') {
      putConvolution(tensors, `body.${2 * convolutions++}`, layer)
      activations.add(fusedActivation(layer, 0.1, file))
    } else if (layer.type === 'PReLU') {
      tensors.set(`body.${2 * convolutions - 1}.weight`, layer.weight!)
      activations.add('prelu')
    } else if (layer.type === 'ReLU') activations.add(activation(layer.parameters.get(0)?.[0] ?? 0, 0.1, file))
  }
  activations.delete('none')
  const [act_type = 'prelu', ...others] = activations
  if (others.length > 0) throw formatError(file, 'one kind of activation', [...activations].join(', '))
  checkEnlargement(layers, file)
  return { tensors, hyperParameters: { act_type } }
}

/** The image is enlarged once, by nearest neighbour, as much as the pixel shuffle does. */
function checkEnlargement(layers: readonly NcnnLayer[], file: string): void {
  const number = ({ parameters }: NcnnLayer, key: number) => parameters.get(key)?.[0] ?? 0
  const factor = number(layers.find(({ type }) => type === 'PixelShuffle')!, 0)
  const resizes = layers.filter(({ type }) => type === 'Interp')
  const [base] = resizes
  if (resizes.length === 1 && number(base!, 0) === 1 && number(base!, 1) === factor) return
  throw formatError(
    file,
    `one enlargement of the image, by nearest neighbour and ${factor}, as in files of the network's own scale`,
    resizes.map((resize) => `a resize of type ${number(resize, 0)} by ${number(resize, 1)}`).join(', ') || 'none',
  )
}

function rrdbNet(layers: readonly NcnnLayer[], file: string): NcnnStateDict {
  const reorder = layers.find(({ type, parameters }) => type === 'Reorg' && parameters.get(1)?.[0] === 1)
  if (reorder !== undefined) throw formatError(file, 'blocks folded in PyTorch’s order', `${reorder.name} with mode 1`)
  const convolutions = layers.filter(({ type }) => type === 'Convolution')
  const doublings = [0, 1, 2, 3].find((count) => (convolutions.length - 4 - count) % 15 === 0)
  if (doublings === undefined)
    throw formatError(file, '15 convolutions in each block of an RRDBNet', `${convolutions.length} in all`)
  const blocks = (convolutions.length - 4 - doublings) / 15
  const tensors = new Map<string, Tensor>()
  for (const [i, name] of rrdbNames(blocks, doublings).entries()) {
    const layer = convolutions[i]!
    putConvolution(tensors, name, layer)
    fusedActivation(layer, 0.2, file)
  }
  for (const { type, parameters } of layers) {
    if (type === 'ReLU') activation(parameters.get(0)?.[0] ?? 0, 0.2, file)
  }
  return { tensors, hyperParameters: {} }
}

function rrdbNames(blocks: number, doublings: number): string[] {
  const count = (length: number) => Array.from({ length }, (_, i) => i)
  return [
    'conv_first',
    ...count(blocks).flatMap((block) =>
      [1, 2, 3].flatMap((dense) => [1, 2, 3, 4, 5].map((layer) => `body.${block}.rdb${dense}.conv${layer}`)),
    ),
    'conv_body',
    ...count(doublings).map((stage) => `conv_up${stage + 1}`),
    'conv_hr',
    'conv_last',
  ]
}

function putConvolution(tensors: Map<string, Tensor>, name: string, { weight, bias }: NcnnLayer): void {
  tensors.set(`${name}.weight`, weight!)
  if (bias !== undefined) tensors.set(`${name}.bias`, bias)
}

function fusedActivation({ parameters, name }: NcnnLayer, slope: number, file: string): string {
  const type = parameters.get(ACTIVATION_TYPE)?.[0] ?? 0
  const known = FUSED[type]
  if (known === undefined) throw formatError(file, `no activation, ReLU or leaky ReLU in ${name}`, `activation ${type}`)
  return known === 'leakyrelu' ? activation(parameters.get(ACTIVATION_PARAMETERS)?.[0] ?? 0, slope, file) : known
}

/** The activation of a slope, which must be 0 or the one that the network's class has. */
function activation(found: number, slope: number, file: string): string {
  if (found === 0) return 'relu'
  if (Math.abs(found - slope) < 1e-6) return 'leakyrelu'
  throw formatError(file, `activations of slope ${slope}`, `one of slope ${found}`)
}
