import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError } from '@kintsugi/core/errors'
import fc from 'fast-check'
import { convertCheckpoint, readCheckpoint, type Tensor, writeSafetensors } from '../src/index.js'
import {
  call,
  dict,
  EMPTY_TUPLE,
  global,
  int,
  MARK,
  pickle,
  REDUCE,
  STOP,
  tensor,
  text,
  tuple,
} from './pickle-bytes.js'
import { torchFile, zipFile } from './zip-bytes.js'

const good = tensor({ storage: '0', type: 'FloatStorage', count: 2, shape: [2] })
const storage = { 0: new Uint8Array(Float32Array.of(1, 2).buffer) }

async function refusal(bytes: Uint8Array): Promise<KintsugiError> {
  try {
    await readCheckpoint(bytes, 'evil.pth')
  } catch (error) {
    assert.ok(error instanceof KintsugiError, `a plain error escaped: ${String(error)}`)
    assert.match(error.message, /evil\.pth/)
    assert.ok(error.expected && error.found && error.fix)
    return error
  }
  return assert.fail('the file was read')
}

describe('a hostile checkpoint', () => {
  const attacks: [string, Buffer][] = [
    ['posix.system', call('posix', 'system', text('touch /tmp/owned'))],
    ['os.system', dict({ params: call('os', 'system', text('x')) })],
    ['builtins.eval', dict({ w: good, x: call('builtins', 'eval', text('1')) })],
    ['builtins.getattr', call('builtins', 'getattr', global('os', 'path'), text('join'))],
    ['subprocess.Popen', Buffer.concat([MARK, global('subprocess', 'Popen'), text('x'), Buffer.from('o')])],
    ['torch.load', call('torch', 'load', text('x'))],
    ['torch.storage._load_from_bytes', call('torch.storage', '_load_from_bytes', text('x'))],
    ['__builtin__.exec', Buffer.concat([MARK, text('x'), Buffer.from('i__builtin__\nexec\n')])],
    [
      'collections.OrderedDict.__init__',
      Buffer.concat([text('collections'), text('OrderedDict.__init__'), Buffer.of(0x93)]),
    ],
    ['constructor.constructor', global('constructor', 'constructor')],
    ['__proto__.toString', global('__proto__', 'toString')],
  ]
  for (const [name, object] of attacks) {
    it(`that names ${name} is refused by that name`, async () => {
      const error = await refusal(torchFile(pickle(object), storage))
      assert.equal(error.code, 'E_CHECKPOINT_PICKLE')
      assert.equal(error.found, name)
    })
  }

  it('is refused where the attack lies deep inside harmless values', async () => {
    let object = call('posix', 'system', text('x'))
    for (let depth = 0; depth < 5000; depth++) object = tuple(object)
    const error = await refusal(torchFile(pickle(dict({ params_ema: dict({ w: good }), optimizer: object })), storage))
    assert.equal(error.found, 'posix.system')
  })

  it('leaves nothing behind in the process', async () => {
    const poisoned = Buffer.concat([global('collections', 'OrderedDict'), dict({ polluted: int(1) }), Buffer.from('b')])
    await refusal(torchFile(pickle(poisoned)))
    const proto = dict({ __proto__: int(1), constructor: int(2), w: good })
    const { tensors } = await readCheckpoint(torchFile(pickle(proto), storage))
    assert.deepEqual([...tensors.keys()], ['w'])
    assert.equal(({} as Record<string, unknown>).polluted, undefined)
  })

  const malformed: [string, Buffer][] = [
    ['an allowed name called with nonsense', pickle(call('torch._utils', '_rebuild_tensor_v2', int(1), int(2)))],
    ['a storage class called as a function', pickle(call('torch', 'FloatStorage', int(1)))],
    ['a call of a text', pickle(text('x'), EMPTY_TUPLE, REDUCE)],
    [
      'a negative length, which would go back and read for ever',
      Buffer.concat([Buffer.of(0x80, 2), Buffer.from('B'), Buffer.of(0xfb, 0xff, 0xff, 0xff), STOP]),
    ],
    [
      'a text longer than the file',
      Buffer.concat([Buffer.of(0x80, 2), Buffer.from('X'), Buffer.of(0xff, 0xff, 0xff, 0x7f)]),
    ],
    ['an unknown opcode', pickle(Buffer.of(0xff))],
    ['no end', Buffer.of(0x80, 2, 0x7d)],
    ['an empty stack', pickle(Buffer.from('R'))],
    [
      'a storage with two sizes',
      pickle(dict({ a: good, b: tensor({ storage: '0', type: 'FloatStorage', count: 3, shape: [3] }) })),
    ],
    ['a negative shape', pickle(dict({ w: tensor({ storage: '0', type: 'FloatStorage', count: 2, shape: [-2] }) }))],
  ]
  for (const [what, bytes] of malformed) {
    it(`with ${what} is refused as malformed`, async () => {
      assert.equal((await refusal(torchFile(bytes, storage))).code, 'E_CHECKPOINT_PICKLE')
    })
  }

  const beyond = { offset: { offset: 1 }, strides: { strides: [2] }, shape: { shape: [3] } }
  for (const [what, change] of Object.entries(beyond)) {
    it(`whose ${what} reaches beyond the storage is refused, naming the tensor`, async () => {
      const object = dict({
        'conv.weight': tensor({ storage: '0', type: 'FloatStorage', count: 2, shape: [2], ...change }),
      })
      const error = await refusal(torchFile(pickle(object), storage))
      assert.equal(error.code, 'E_CHECKPOINT_TENSOR')
      assert.match(error.message, /conv\.weight/)
    })
  }
})

describe('a bomb', () => {
  it('of tensors expanded from one number is refused before it takes memory', async () => {
    const object = dict({
      w: tensor({ storage: '0', type: 'FloatStorage', count: 2, shape: [30000, 30000], strides: [0, 0] }),
    })
    assert.equal((await refusal(torchFile(pickle(object), storage))).code, 'E_CHECKPOINT_LIMIT')
  })

  it('of deflated zeros is refused', async () => {
    const zeros = new Uint8Array(2 ** 27)
    const object = dict({ w: tensor({ storage: '0', type: 'FloatStorage', count: 2 ** 25, shape: [2 ** 25] }) })
    const file = zipFile([
      { name: 'a/data.pkl', data: pickle(object) },
      { name: 'a/data/0', data: zeros, deflate: true },
    ])
    assert.equal((await refusal(file)).code, 'E_CHECKPOINT_LIMIT')
  })

  it('that inflates to more than it says is refused', async () => {
    const file = zipFile([
      { name: 'a/data.pkl', data: pickle(dict({ w: good })) },
      { name: 'a/data/0', data: new Uint8Array(2 ** 20), deflate: true, claimedSize: 8 },
    ])
    assert.equal((await refusal(file)).code, 'E_CHECKPOINT_FORMAT')
  })

  it('of a giant pickle is refused', async () => {
    const file = zipFile([{ name: 'a/data.pkl', data: new Uint8Array(2 ** 26), deflate: true }])
    assert.equal((await refusal(file)).code, 'E_CHECKPOINT_LIMIT')
  })

  it('of work, one long list made into dictionaries again and again, is refused', async () => {
    const pair = Buffer.concat([Buffer.from(']('), text('k'), int(1), Buffer.from('e')])
    const long = Buffer.concat([Buffer.from(']('), ...Array<Buffer>(10_000).fill(pair), Buffer.from('eq\x01')])
    const copy = Buffer.concat([global('collections', 'OrderedDict'), Buffer.from('h\x01\x85R', 'latin1')])
    const file = torchFile(pickle(long, ...Array<Buffer>(2000).fill(copy)))
    assert.equal((await refusal(file)).code, 'E_CHECKPOINT_LIMIT')
  })
})

describe('a damaged or foreign file', () => {
  const whole = torchFile(pickle(dict({ w: good })), storage)

  it('cut off anywhere is refused with a clear error', async () => {
    for (let length = 0; length < whole.length; length += 7) {
      assert.match(
        (await refusal(whole.subarray(0, length))).code,
        /^E_CHECKPOINT_(FORMAT|PICKLE)$/,
        `cut at ${length}`,
      )
    }
    const tensors = new Map<string, Tensor>([['w', { dtype: 'float32', shape: [2], data: Float32Array.of(1, 2) }]])
    const safe = writeSafetensors(tensors)
    for (let length = 0; length < safe.length; length++) {
      assert.match((await refusal(safe.subarray(0, length))).code, /^E_CHECKPOINT_(FORMAT|TENSOR)$/, `cut at ${length}`)
    }
  })

  it('with random bytes changed is read or refused, never more', async () => {
    const change = fc.record({ at: fc.nat(whole.length - 1), byte: fc.nat(255) })
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 4 }), async (changes) => {
        const bytes = Buffer.from(whole)
        for (const { at, byte } of changes) bytes[at] = byte
        await readCheckpoint(bytes, 'evil.pth').catch((error: unknown) => {
          assert.ok(error instanceof KintsugiError, String(error))
        })
      }),
      { numRuns: 500 },
    )
  })

  const foreign: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(0), /empty/],
    ['a web page', Buffer.from('<!DOCTYPE html><html>'), /text file/],
    ['a Git LFS pointer', Buffer.from('version https://git-lfs.github.com/spec/v1\noid'), /LFS/],
    ['a PNG', Buffer.from('\x89PNG\r\n\x1a\n0000', 'latin1'), /89504e47/],
    ['another zip', zipFile([{ name: 'word/document.xml', data: Buffer.from('x') }]), /one with 0/],
    ['a state dict without tensors', torchFile(pickle(dict({ epoch: int(1), lr: int(2) }))), /keys epoch, lr/],
    ['a lone list', torchFile(pickle(Buffer.from(']'))), /no dictionary/],
  ]
  for (const [what, bytes, found] of foreign) {
    it(`that is ${what} is told from a checkpoint`, async () => {
      const error = await refusal(bytes)
      assert.equal(error.code, 'E_CHECKPOINT_FORMAT')
      assert.match(error.found!, found)
    })
  }

  it('of an unknown network is refused, with what it is nearest to', async () => {
    const object = dict({
      'conv_first.weight': good,
      'conv_last.weight': good,
      'other.weight': good,
      'more.weight': good,
    })
    await assert.rejects(convertCheckpoint(torchFile(pickle(object), storage), 'net.pth'), {
      code: 'E_ARCHITECTURE_UNKNOWN',
      found:
        /nearest to MSRResNetDynamic, with 50 % of the names like its own; one of shape 2 instead of conv_first\.weight with 5 dimensions/,
    })
  })

  it('that is not there is named', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-'))
    await assert.rejects(readCheckpoint(join(folder, 'none.pth')), { code: 'E_FILE', message: /none\.pth/ })
    const path = join(folder, 'net.pth')
    writeFileSync(path, whole)
    assert.equal((await readCheckpoint(path)).tensors.size, 1)
    rmSync(folder, { recursive: true })
  })
})
