import assert from 'node:assert/strict'
import { fileURLToPath } from 'node:url'
import { inspectCheckpoint, readCheckpoint, type Tensor, writeSafetensors } from '../src/index.js'
import { requireShared, sharedFile } from './golden.js'
import { call, dict, int, pickle, tensor, text } from './pickle-bytes.js'
import { torchFile, zipFile } from './zip-bytes.js'

const floats = (...numbers: number[]) => new Uint8Array(Float32Array.from(numbers).buffer)
const one = (name = 'w') => ({ [name]: tensor({ storage: '0', type: 'FloatStorage', count: 6, shape: [2, 3] }) })
const six = { 0: floats(1, 2, 3, 4, 5, 6) }

async function numbers(file: Uint8Array, name = 'w'): Promise<number[]> {
  const { tensors } = await readCheckpoint(file)
  return Array.from(tensors.get(name)!.data as ArrayLike<number | bigint>, Number)
}

describe('a .pth file', () => {
  it('gives tensors by name, with type and shape', async () => {
    const { tensors, format, wrapper, prefix } = await readCheckpoint(torchFile(pickle(dict(one())), six))
    assert.deepEqual({ format, wrapper, prefix }, { format: 'torch-zip', wrapper: 'none', prefix: '' })
    assert.deepEqual(
      [...tensors],
      [['w', { dtype: 'float32', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }]],
    )
  })

  const types: [string, Uint8Array, number[]][] = [
    ['DoubleStorage', new Uint8Array(Float64Array.of(0.1, -2).buffer), [0.1, -2]],
    [
      'HalfStorage',
      new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x03ff, 0x7bff, 0x7c00).buffer),
      [1, -2, 2 ** -24, 1023 * 2 ** -24, 65504, Infinity],
    ],
    ['BFloat16Storage', new Uint8Array(Uint16Array.of(0x3f80, 0xc020).buffer), [1, -2.5]],
    ['LongStorage', new Uint8Array(BigInt64Array.of(-5n, 7n).buffer), [-5, 7]],
    ['IntStorage', new Uint8Array(Int32Array.of(-5, 7).buffer), [-5, 7]],
    ['ShortStorage', new Uint8Array(Int16Array.of(-5, 7).buffer), [-5, 7]],
    ['CharStorage', new Uint8Array(Int8Array.of(-5, 7).buffer), [-5, 7]],
    ['ByteStorage', Uint8Array.of(250, 7), [250, 7]],
    ['BoolStorage', Uint8Array.of(1, 0), [1, 0]],
  ]
  for (const [type, bytes, expected] of types) {
    it(`may hold a ${type}`, async () => {
      const count = expected.length
      const file = torchFile(pickle(dict({ w: tensor({ storage: '0', type, count, shape: [count] }) })), { 0: bytes })
      assert.deepEqual(await numbers(file), expected)
    })
  }

  it('reads zeros and NaN of half precision', async () => {
    const bytes = new Uint8Array(Uint16Array.of(0, 0x8000, 0x7e00).buffer)
    const file = torchFile(pickle(dict({ w: tensor({ storage: '0', type: 'HalfStorage', count: 3, shape: [3] }) })), {
      0: bytes,
    })
    assert.deepEqual(await numbers(file), [0, -0, NaN])
  })

  it('gathers transposed, offset and expanded tensors out of one storage', async () => {
    const at = (offset: number, shape: number[], strides: number[]) =>
      tensor({ storage: '0', type: 'FloatStorage', count: 6, offset, shape, strides })
    const described = {
      transposed: at(0, [3, 2], [1, 3]),
      tail: at(4, [2], [1]),
      column: at(1, [2], [3]),
      expanded: at(5, [2, 2], [0, 0]),
      scalar: at(2, [], []),
    }
    const file = torchFile(pickle(dict(described)), six)
    assert.deepEqual(await numbers(file, 'transposed'), [1, 4, 2, 5, 3, 6])
    assert.deepEqual(await numbers(file, 'tail'), [5, 6])
    assert.deepEqual(await numbers(file, 'column'), [2, 5])
    assert.deepEqual(await numbers(file, 'expanded'), [6, 6, 6, 6])
    assert.deepEqual(await numbers(file, 'scalar'), [3])
  })

  it('may be deflated', async () => {
    const zip = zipFile([
      { name: 'a/data.pkl', data: pickle(dict(one())), deflate: true },
      { name: 'a/data/0', data: six[0], deflate: true },
    ])
    assert.deepEqual(await numbers(zip), [1, 2, 3, 4, 5, 6])
  })

  it('prefers the running average and says so', async () => {
    const other = { w: tensor({ storage: '1', type: 'FloatStorage', count: 1, shape: [1] }) }
    const file = torchFile(pickle(dict({ params: dict(other), params_ema: dict(one()), epoch: int(3) })), {
      ...six,
      1: floats(9),
    })
    const { tensors, wrapper, passedOver } = await readCheckpoint(file)
    assert.deepEqual(
      { wrapper, passedOver, shape: tensors.get('w')!.shape },
      { wrapper: 'params_ema', passedOver: ['params'], shape: [2, 3] },
    )
  })

  it('strips prefixes that all names have, and only those', async () => {
    const { prefix, tensors } = await readCheckpoint(
      torchFile(pickle(dict({ state_dict: dict(one('module.netG.conv1.module.w')) })), six),
    )
    assert.equal(prefix, 'module.netG.')
    assert.deepEqual([...tensors.keys()], ['conv1.module.w'])
    const mixed = await readCheckpoint(torchFile(pickle(dict({ ...one('module.a'), ...one('b') })), six))
    assert.deepEqual([...mixed.tensors.keys()], ['module.a', 'b'])
  })

  it('may be a training checkpoint, with options, paths, arrays and counters beside the weights', async () => {
    const empty = Buffer.from(')')
    const state = (object: Buffer, values: Buffer) => Buffer.concat([object, values, Buffer.from('b')])
    const made = (module: string, name: string) =>
      Buffer.concat([Buffer.from(`c${module}\n${name}\n`), empty, Buffer.of(0x81)])
    const entries = Buffer.concat([Buffer.from('('), text('lr'), int(1), Buffer.from('u')])
    const file = torchFile(
      pickle(
        dict({
          args: state(made('argparse', 'Namespace'), dict({ lr: int(1), net: text('x') })),
          hyper_parameters: Buffer.concat([made('pytorch_lightning.utilities.parsing', 'AttributeDict'), entries]),
          counts: call('collections', 'Counter', dict({ a: int(2) })),
          folder: call('pathlib', 'PosixPath', text('out')),
          best: state(
            call('numpy.core.multiarray', '_reconstruct', Buffer.from('cnumpy\nndarray\n'), int(0), text('b')),
            Buffer.concat([Buffer.from('('), int(1), Buffer.from('t')]),
          ),
          tags: call('__builtin__', 'set', Buffer.from(']')),
          generator: tensor({ storage: '0', type: 'FloatStorage', count: 6, shape: [6] }),
          state_dict: dict(one()),
        }),
      ),
      six,
    )
    assert.deepEqual(await numbers(file), [1, 2, 3, 4, 5, 6])
    assert.equal((await readCheckpoint(file)).wrapper, 'state_dict')
  })

  it('may hold parameters, NumPy numbers and an ordered dict made of pairs', async () => {
    const parameter = call(
      'torch._utils',
      '_rebuild_parameter',
      one().w!,
      Buffer.of(0x88),
      call('collections', 'OrderedDict'),
    )
    const number = call('numpy.core.multiarray', 'scalar', call('numpy', 'dtype', text('f8')), text('x'))
    const pair = Buffer.concat([Buffer.from(']('), text('w'), parameter, Buffer.from('e')])
    const pairs = Buffer.concat([Buffer.from('('), Buffer.from(']('), pair, Buffer.from('et')])
    const ordered = Buffer.concat([Buffer.from('ccollections\nOrderedDict\n'), pairs, Buffer.from('R')])
    const file = torchFile(pickle(dict({ state_dict: ordered, best_prec1: number })), six)
    assert.deepEqual(await numbers(file), [1, 2, 3, 4, 5, 6])
  })

  it('of before PyTorch 1.6 is read too', async function () {
    requireShared(this, 'golden/dncnn/dncnn-25-published')
    const summary = await inspectCheckpoint(fileURLToPath(sharedFile('golden/dncnn/dncnn-25-published/dncnn_25.pth')))
    assert.equal(summary.format, 'torch-legacy')
    assert.deepEqual(summary.tensors[0], { name: 'model.0.weight', shape: [64, 1, 3, 3], type: 'float32' })
    assert.equal(summary.parameters, 555_137, '17 convolutions of DnCNN: 64x9+64, 15 times 64x64x9+64, 64x9+1')
  })
})

describe('a .safetensors file', () => {
  const tensors = new Map<string, Tensor>([
    ['a.weight', { dtype: 'float32', shape: [2, 2], data: Float32Array.of(1, -2, 3.5, 1e-30) }],
    ['b', { dtype: 'uint8', shape: [3], data: Uint8Array.of(1, 2, 255) }],
    ['c', { dtype: 'int64', shape: [], data: BigInt64Array.of(-(2n ** 60n)) }],
    ['d', { dtype: 'float64', shape: [0, 4], data: new Float64Array(0) }],
    ['e', { dtype: 'bool', shape: [1], data: Uint8Array.of(1) }],
  ])

  it('survives writing and reading', async () => {
    const read = await readCheckpoint(writeSafetensors(tensors, new Map([['format', 'pt']])))
    assert.equal(read.format, 'safetensors')
    assert.deepEqual([...read.tensors], [...tensors])
  })

  it('is laid out as the format demands', () => {
    const bytes = writeSafetensors(new Map([['w', { dtype: 'float32', shape: [1], data: Float32Array.of(1) }]]))
    const header = '{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}  '
    assert.equal(Buffer.from(bytes).toString('latin1'), `8\0\0\0\0\0\0\0${header}\0\0\x80?`)
  })

  const raw = (header: string, data: number) => {
    const length = Buffer.alloc(8)
    length.writeUInt32LE(Buffer.byteLength(header))
    return Buffer.concat([length, Buffer.from(header), Buffer.alloc(data)])
  }
  const entry = (name: string, shape: string, offsets: string, dtype = 'F32') =>
    `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`
  const faults: [string, Buffer, string, RegExp][] = [
    ['a tensor beyond the file', raw(`{${entry('w', '[4]', '[0,16]')}}`, 8), 'E_CHECKPOINT_TENSOR', /tensor w/],
    ['a size that contradicts the shape', raw(`{${entry('w', '[4]', '[0,8]')}}`, 8), 'E_CHECKPOINT_TENSOR', /tensor w/],
    [
      'overlapping tensors',
      raw(`{${entry('a', '[2]', '[0,8]')},${entry('w', '[2]', '[4,12]')}}`, 12),
      'E_CHECKPOINT_TENSOR',
      /tensor w/,
    ],
    ['a negative size', raw(`{${entry('w', '[-1,-2]', '[0,8]')}}`, 8), 'E_CHECKPOINT_TENSOR', /tensor w/],
    [
      'a size beyond counting',
      raw(`{${entry('w', '[9007199254740991,9007199254740991]', '[0,8]')}}`, 8),
      'E_CHECKPOINT_TENSOR',
      /tensor w/,
    ],
    ['an unknown type', raw(`{${entry('w', '[2]', '[0,8]', 'F4')}}`, 8), 'E_CHECKPOINT_TENSOR', /tensor w/],
    ['bytes after the last tensor', raw(`{${entry('w', '[2]', '[0,8]')}}`, 9), 'E_CHECKPOINT_FORMAT', /./],
    ['a header that is no JSON', raw('{"w":', 8), 'E_CHECKPOINT_FORMAT', /./],
  ]
  for (const [what, bytes, code, message] of faults) {
    it(`is refused for ${what}`, async () => {
      await assert.rejects(readCheckpoint(bytes, 'x.safetensors'), { code, message })
    })
  }
})
