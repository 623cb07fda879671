import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertCheckpoint, readCheckpoint, type Tensor, type Tensors } from '../src/index.js'
import { fill, picture } from './filled.js'
import { type NcnnPair, NcnnWriter } from './ncnn-bytes.js'
import { openNetwork } from './session.js'

const compact = fill({
  'body.0': [7, 3, 3, 3],
  'body.1.weight': [7],
  'body.2': [7, 7, 3, 3],
  'body.3.weight': [7],
  'body.4': [12, 7, 3, 3],
})

/** The weights with as many digits as float16 has. */
const coarse = (tensors: Tensors): Tensors =>
  new Map(
    [...tensors].map(([name, tensor]): [string, Tensor] => [
      name,
      {
        ...tensor,
        data: Float32Array.from(tensor.data as Float32Array, (value) => (Math.round(value * 64) || 1) / 64),
      },
    ]),
  )

const srvgg = (tensors: Tensors, half = false) =>
  new NcnnWriter(tensors, half)
    .layer('Split')
    .convolution('body.0')
    .prelu('body.1')
    .convolution('body.2')
    .prelu('body.3')
    .convolution('body.4')
    .layer('PixelShuffle', '0=2')
    .layer('Interp', '0=1 1=2.000000e+00 2=2.000000e+00')
    .layer('BinaryOp', '0=0')

/** Without slopes, as a network with plain activations. */
const plain = new Map([...compact].filter(([name]) => !/body\.[13]\.weight/.test(name)))

describe('ncnn files', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-ncnn-'))
  })
  after(() => rmSync(folder, { recursive: true }))

  function write({ param, bin }: NcnnPair, name = 'net'): string {
    writeFileSync(join(folder, `${name}.param`), param)
    writeFileSync(join(folder, `${name}.bin`), bin)
    return join(folder, `${name}.bin`)
  }

  it('hold an SRVGGNetCompact in float32', async () => {
    const { tensors, format } = await readCheckpoint(write(srvgg(compact).finish()))
    assert.equal(format, 'ncnn')
    assert.deepEqual(new Map([...tensors].sort()), new Map([...compact].sort()))
  })

  it('hold one in float16, odd counts padded', async () => {
    const rounded = coarse(compact)
    const { tensors } = await readCheckpoint(write(srvgg(rounded, true).finish()))
    for (const [name, { data, shape }] of rounded) {
      assert.deepEqual(tensors.get(name)!.data, data, name)
      assert.deepEqual(tensors.get(name)!.shape, shape)
    }
    assert.equal(tensors.get('body.0.weight')!.dtype, 'float16')
  })

  it('run as the same network from PyTorch would', async () => {
    const path = write(srvgg(compact).finish())
    const { onnx, facts } = await convertCheckpoint(path)
    assert.deepEqual([facts.architecture, facts.scale], ['SRVGGNetCompact', 2])
    const { shape } = await (await openNetwork(onnx))(picture(3, 6, 8))
    assert.deepEqual(shape, [1, 3, 12, 16])
  })

  it('tell the activation that PyTorch’s files leave open', async () => {
    const fused = new NcnnWriter(plain)
      .convolution('body.0', '9=2 -23310=1,1.000000e-01')
      .convolution('body.2', '9=2 -23310=1,1.000000e-01')
      .convolution('body.4')
      .layer('PixelShuffle', '0=2')
      .layer('Interp', '0=1 1=2 2=2')
    const { facts } = await convertCheckpoint(write(fused.finish()))
    assert.equal(facts.hyperParameters?.act_type, 'leakyrelu')
  })

  it('hold an RRDBNet', async () => {
    const names = [1, 2, 3].flatMap((block) => [1, 2, 3, 4, 5].map((layer) => `body.0.rdb${block}.conv${layer}`))
    const shapes = names.map((name): [string, number[]] => {
      const layer = Number(name.at(-1))
      return [name, [layer === 5 ? 4 : 2, 2 + 2 * layer, 3, 3]]
    })
    const around = ['conv_body', 'conv_up1', 'conv_up2', 'conv_hr'].map((name): [string, number[]] => [
      name,
      [4, 4, 3, 3],
    ])
    const tensors = fill(
      Object.fromEntries([['conv_first', [4, 3, 3, 3]], ...shapes, ...around, ['conv_last', [3, 4, 3, 3]]]),
    )
    const writer = new NcnnWriter(tensors).convolution('conv_first')
    for (const name of names) {
      writer.layer('Concat')
      writer.convolution(name, name.endsWith('5') ? '' : '9=2 -23310=1,2.000000e-01')
    }
    for (const [name] of around) writer.convolution(name, name === 'conv_body' ? '' : '9=2 -23310=1,2.000000e-01')
    const path = write(writer.convolution('conv_last').finish())
    const found = (await readCheckpoint(path)).tensors
    assert.deepEqual(new Map([...found].sort()), new Map([...tensors].sort()))
    assert.deepEqual((await convertCheckpoint(path)).facts.hyperParameters, {
      num_in_ch: 3,
      num_out_ch: 3,
      scale: 4,
      num_feat: 4,
      num_block: 1,
      num_grow_ch: 2,
      num_upsample: 2,
      plus: false,
    })
  })

  it('are refused where they resize what their network gives', async () => {
    const path = write(srvgg(compact).layer('Interp', '0=2 1=0.5 2=0.5').finish())
    await assert.rejects(readCheckpoint(path), { code: 'E_CHECKPOINT_FORMAT', found: /by 0.5/ })
  })

  it('are refused with other layers, slopes, marks and sizes', async () => {
    const { param, bin } = srvgg(compact).finish()
    const refusals: [NcnnPair, RegExp][] = [
      [{ param: param.replace('Interp', 'Softmax'), bin }, /Softmax/],
      [{ param, bin: bin.subarray(0, -4) }, /ends at byte/],
      [{ param, bin: Buffer.concat([bin, Buffer.alloc(4)]) }, new RegExp(`${bin.length + 4}`)],
      [{ param: param.replace('6=189', '6=190'), bin }, /190 weights/],
      [{ param: param.replace('0=1 1=2', '0=2 1=2'), bin }, /type 2 by 2/],
      [{ param, bin: Buffer.concat([Buffer.of(0x38, 0x4b, 0x0d, 0), bin.subarray(4)]) }, /marked d4b38/],
      [{ param: param.replace(/^(\d+)\n(\d+)/, '$1\n99'), bin }, /10/],
    ]
    for (const [pair, found] of refusals) {
      await assert.rejects(readCheckpoint(write(pair, 'odd')), { code: 'E_CHECKPOINT_FORMAT', found })
    }
  })

  it('are named by their weights, which come in a pair', async () => {
    const path = write(srvgg(compact).finish(), 'pair')
    await assert.rejects(readCheckpoint(path.replace('.bin', '.param')), { found: /name its \.bin file/ })
    rmSync(path.replace('.bin', '.param'))
    await assert.rejects(readCheckpoint(path), { code: 'E_CHECKPOINT_FORMAT', expected: /pair\.param beside it/ })
  })
})
