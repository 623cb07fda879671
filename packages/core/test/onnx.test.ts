import assert from 'node:assert/strict'
import { create, toBinary } from '@bufbuild/protobuf'
import {
  decodeModel,
  encodeModel,
  type ModelFacts,
  type ModelProto,
  ModelProtoSchema,
  readFacts,
  readMetadata,
  readPartialFacts,
  TensorProto_DataType,
  writeFacts,
  writeMetadata,
} from '../src/onnx/index.js'

const weights = Float32Array.from({ length: 300 }, (_, i) => i / 7)

function smallModel(): ModelProto {
  const bytes = new Uint8Array(weights.buffer)
  return create(ModelProtoSchema, {
    irVersion: 8n,
    opsetImport: [{ domain: '', version: 17n }],
    graph: {
      name: 'small',
      node: [{ opType: 'Add', input: ['x', 'w'], output: ['y'] }],
      initializer: [
        { name: 'w', dims: [300n], dataType: TensorProto_DataType.FLOAT, rawData: bytes },
        { name: 'listed', dims: [2n], dataType: TensorProto_DataType.FLOAT, floatData: [1, 2] },
      ],
      input: [{ name: 'x' }],
      output: [{ name: 'y' }],
    },
    metadataProps: [{ key: 'author', value: 'somebody' }],
  })
}

const facts: ModelFacts = {
  family: 'esrgan',
  architecture: 'RRDBNet',
  hyperParameters: { num_feat: 64, scale: 4 },
  scale: 4,
  sizeMultiple: 1,
  halo: 349,
  bounded: { halo: 32, maxError: 0.002 },
  channels: { input: 3, output: 3 },
  inputRange: [0, 1],
  licence: 'MIT',
  description: 'four times as large – "sharp"',
}

describe('ONNX files', () => {
  it('are written as the protobuf library reads them, every field', () => {
    const model = smallModel()
    const bytes = encodeModel(model)
    assert.deepEqual(toBinary(ModelProtoSchema, decodeModel(bytes)), toBinary(ModelProtoSchema, model))
  })

  it('are read without copying weights', () => {
    const bytes = encodeModel(smallModel())
    assert.equal(decodeModel(bytes).graph?.initializer[0]?.rawData.buffer, bytes.buffer)
  })

  it('are told from other files', () => {
    for (const bytes of [
      new Uint8Array(0),
      Buffer.from('PK\x03\x04 no protobuf'),
      encodeModel(smallModel()).subarray(0, 500),
    ]) {
      assert.throws(() => decodeModel(bytes, 'net.onnx'), { code: 'E_MODEL_FORMAT', message: /net\.onnx/ })
    }
  })
})

describe('model facts', () => {
  it('survive in the metadata, beside that of others', () => {
    const model = smallModel()
    writeFacts(model, facts)
    writeFacts(model, { ...facts, halo: 'global' })
    const read = decodeModel(encodeModel(model))
    assert.deepEqual(readFacts(read), { ...facts, halo: 'global' })
    assert.equal(readMetadata(read).get('author'), 'somebody')
    assert.equal(readMetadata(read).get('kintsugi.channels'), '{"input":3,"output":3}')
    assert.equal(readMetadata(read).get('kintsugi.family'), 'esrgan')
  })

  it('are absent from foreign files, which may still state some', () => {
    const model = smallModel()
    assert.equal(readFacts(model), undefined)
    writeMetadata(model, new Map([['kintsugi.halo', '16']]))
    assert.equal(readFacts(model), undefined)
    assert.deepEqual(readPartialFacts(model), { halo: 16 })
  })

  for (const [key, value] of [
    ['halo', '-1'],
    ['halo', 'wide'],
    ['scale', '0'],
    ['sizeMultiple', '1.5'],
    ['channels', '{"input":3}'],
    ['inputRange', '[0]'],
    ['bounded', 'null'],
  ]) {
    it(`are refused where ${key} is ${value}`, () => {
      const model = smallModel()
      writeMetadata(model, new Map([[`kintsugi.${key}`, value!]]))
      assert.throws(() => readPartialFacts(model, 'net.onnx'), {
        code: 'E_MODEL_FORMAT',
        message: new RegExp(`net\\.onnx.*kintsugi\\.${key}`),
      })
    })
  }
})
