import assert from 'node:assert/strict'
import { buildNetwork, detectArchitecture, type HyperParameters, type Tensor, type Tensors } from '../src/index.js'
import { assertSummary, fill, picture, weight } from './filled.js'
import type { GoldenTensor } from './golden.js'
import { openOutputs } from './session.js'

const alex = { 'slice1.0': [64, 3, 11, 11], 'slice2.3': [192, 64, 5, 5], 'slice3.6': [384, 192, 3, 3] }
const alexTensors = () => lpips({ ...alex, 'slice4.8': [256, 384, 3, 3], 'slice5.10': [256, 256, 3, 3] })

function vggLayers(depths: readonly number[]): [slice: number, index: number, shape: number[]][] {
  const widths = [64, 128, 256, 512, 512]
  let [index, from] = [0, 3]
  return depths.flatMap((depth, block) => {
    const layers = Array.from({ length: depth }, (_, i): [number, number, number[]] => {
      const layer: [number, number, number[]] = [block + 1, index + 2 * i, [widths[block]!, from, 3, 3]]
      from = widths[block]!
      return layer
    })
    index += 2 * depth + 1
    return layers
  })
}

const vgg16 = () =>
  lpips(Object.fromEntries(vggLayers([2, 2, 3, 3, 3]).map(([slice, i, shape]) => [`slice${slice}.${i}`, shape])))

function squeeze(): Tensors {
  const fires: [string, number, number, number][] = [
    ['slice2.3', 64, 16, 64],
    ['slice2.4', 128, 16, 64],
    ['slice3.6', 128, 32, 128],
    ['slice3.7', 256, 32, 128],
    ['slice4.9', 256, 48, 192],
    ['slice5.10', 384, 48, 192],
    ['slice6.11', 384, 64, 256],
    ['slice7.12', 512, 64, 256],
  ]
  const layers = fires.flatMap(([name, from, narrow, half]): [string, number[]][] => [
    [`${name}.squeeze`, [narrow, from, 1, 1]],
    [`${name}.expand1x1`, [half, narrow, 1, 1]],
    [`${name}.expand3x3`, [half, narrow, 3, 3]],
  ])
  return lpips(Object.fromEntries([['slice1.0', [64, 3, 3, 3]], ...layers]))
}

/** Tensors under LPIPS's names. */
function lpips(layers: Readonly<Record<string, readonly number[]>>): Tensors {
  return fill(Object.fromEntries(Object.entries(layers).map(([name, shape]) => [`net.${name}`, shape])))
}

async function features(
  tensors: Tensors,
  image: GoldenTensor,
  stated?: HyperParameters,
): Promise<Record<string, GoldenTensor>> {
  const { model, facts } = buildNetwork(detectArchitecture(tensors)!, tensors, undefined, stated)
  assert.equal(facts.output, 'features')
  return (await openOutputs(model))(image)
}

/** LPIPS's arithmetic (richzhang/PerceptualSimilarity 082bb24): unit vectors over channels, squared differences, heads, means. */
function distance(a: Record<string, GoldenTensor>, b: Record<string, GoldenTensor>): number[] {
  return Object.keys(a).map((name, layer) => {
    const [, channels = 0, height = 0, width = 0] = a[name]!.shape
    const head = weight(`lin${layer}.model.1.weight`, [1, channels, 1, 1]).data as Float32Array
    const area = height * width
    let sum = 0
    for (let pixel = 0; pixel < area; pixel++) {
      const unit = ({ data }: GoldenTensor) => {
        let squares = 0
        for (let c = 0; c < channels; c++) squares += data[c * area + pixel]! ** 2
        return (c: number) => data[c * area + pixel]! / (Math.sqrt(squares) + 1e-10)
      }
      const [ofA, ofB] = [unit(a[name]!), unit(b[name]!)]
      for (let c = 0; c < channels; c++) sum += head[c]! * (ofA(c) - ofB(c)) ** 2
    }
    return sum / area
  })
}

function mirrored({ data, shape }: GoldenTensor): GoldenTensor {
  const width = shape[3]!
  return { shape, data: data.map((_, i) => data[i - (i % width) + (width - 1 - (i % width))]!) }
}

describe('trunks of perceptual metrics', () => {
  const image = picture(3, 64, 64)
  const total = (layers: readonly number[]) => layers.reduce((sum, layer) => sum + layer, 0)

  it('give LPIPS of AlexNet, layer by layer', async () => {
    const layers = distance(await features(alexTensors(), image), await features(alexTensors(), mirrored(image)))
    const expected = [0.0402035, -0.0012258, -0.00094278, -0.00068773, 0.00051736]
    assert.ok(Math.abs(total(layers) - 0.0378646) < 1e-6, String(total(layers)))
    for (const [i, layer] of layers.entries()) assert.ok(Math.abs(layer - expected[i]!) < 1e-6, `${i}: ${layer}`)
  })

  it('give LPIPS of VGG16', async () => {
    const layers = distance(await features(vgg16(), image), await features(vgg16(), mirrored(image)))
    assert.ok(Math.abs(total(layers) - 0.0316305) < 1e-6, String(total(layers)))
  })

  it('give LPIPS of SqueezeNet, with poolings that overhang', async () => {
    const layers = distance(await features(squeeze(), image), await features(squeeze(), mirrored(image)))
    assert.equal(layers.length, 7)
    assert.ok(Math.abs(total(layers) - 0.0334748) < 1e-6, String(total(layers)))
  })

  it('are found under torchvision’s names, classifier and heads aside', async () => {
    const renamed = (tensors: Tensors) =>
      new Map<string, Tensor>([
        ...[...tensors].map(([name, tensor]) => [name.replace(/^net\.slice\d/, 'features'), tensor] as const),
        ['classifier.1.weight', weight('classifier.1.weight', [2, 2])],
      ])
    for (const tensors of [alexTensors(), squeeze()]) {
      const [found, expected] = [await features(renamed(tensors), image), await features(tensors, image)]
      for (const name of Object.keys(expected)) assert.deepEqual(found[name], expected[name])
    }
  })

  it('give VGG19 before its activations, and after them on request', async () => {
    const layers = vggLayers([2, 2, 4, 4, 4]).map(([, i, shape]): [string, number[]] => [`features.${i}`, shape])
    const tensors = fill(Object.fromEntries(layers))
    const small = picture(3, 32, 32)
    const before = await features(tensors, small)
    assert.deepEqual(Object.keys(before), ['conv1_2', 'conv2_2', 'conv3_4', 'conv4_4', 'conv5_4'])
    const after = await features(tensors, small, { taps: 'relu' })
    const { data } = before.conv4_4!
    assert.ok(data.some((value) => value < 0))
    assert.deepEqual(
      after.relu4_4!.data,
      data.map((value) => Math.max(value, 0)),
    )
    assert.deepEqual(after.relu5_4!.shape, [1, 512, 2, 2])
  })

  it('pool by DISTS’s rule for its names', async () => {
    const tensors = new Map([...vgg16()].map(([name, tensor]) => [name.replace('net.slice', 'stage'), tensor]))
    const { relu1_2: first, relu2_2: second } = await features(tensors, picture(3, 17, 22))
    assert.deepEqual(first!.shape, [1, 64, 17, 22])
    assert.deepEqual(second!.shape, [1, 128, 9, 11])
    // PyTorch 1.13, with the pooling of DISTS_pytorch.
    assertSummary(second!.data, [0.7088942, 1.0552261, 0.0047662, 0.1518649, 0.5695243])
  })
})
