import assert from 'node:assert/strict'
import { Ajv } from 'ajv'
import { Type } from 'typebox'
import { editorSchema } from '../src/document/editor-schema.js'
import { defineNode } from '../src/plugin/node.js'

const noise = defineNode({
  name: 'degrade/noise',
  title: 'Noise',
  description: 'Adds noise.',
  inputs: { image: { type: 'image', description: 'What to spoil.' }, model: 'model' },
  outputs: { image: 'image' },
  params: Type.Object({
    sigma: Type.Number({ default: 25, minimum: 0, description: 'Strength.', 'x-unit': '/255' }),
    kind: Type.Enum(['gaussian', 'poisson']),
    window: Type.Optional(Type.Object({ size: Type.Array(Type.Integer()) }, { additionalProperties: false })),
  }),
  run: ({ image }) => ({ image }),
})
const table = defineNode({
  name: 'stats/table',
  title: 'Table',
  description: 'Collects columns.',
  kind: 'reduce',
  inputs: { columns: { type: 'number', many: true } },
  outputs: { table: 'table' },
  run: () => ({ table: { columns: [], rows: [] } }),
})
const pipeline = {
  name: 'degrade/real-esrgan',
  description: 'Second order.',
  params: { scale: { type: 'integer' }, strength: { type: 'number', default: 1 } },
  inputs: ['hq'],
}

describe('editorSchema', () => {
  const schema = editorSchema([noise, table], [pipeline])
  const ajv = new Ajv({ strict: false, allErrors: true })
  const validate = ajv.compile(schema)
  const document = (node: object) => ({ kintsugi: 1, nodes: { a: node }, outputs: { b: 'a' } })

  const good: [string, object][] = [
    ['literals', { use: 'degrade/noise', in: 'photo', with: { kind: 'gaussian', sigma: 3 } }],
    [
      'forms at any depth',
      {
        use: 'degrade/noise',
        in: { image: 'photo' },
        with: {
          kind: { $choice: ['gaussian'] },
          sigma: { $uniform: [{ $param: 'a' }, 3] },
          window: { size: [1, { $int: [1, 2] }] },
        },
      },
    ],
    [
      'a form for a map',
      { use: 'degrade/noise', in: 'photo', with: { kind: 'poisson', window: { $axis: 'task.window' } } },
    ],
    [
      'a literal in place of a connection',
      { use: 'degrade/noise', in: 'photo', with: { kind: 'poisson', model: './x.onnx' } },
    ],
    ['many connections', { use: 'stats/table', in: { columns: { a: 'x', b: 'y' } }, over: '*' }],
    ['a nested pipeline', { use: 'degrade/real-esrgan', in: { hq: 'photo' }, with: { scale: 4 } }],
    ['a pipeline file', { use: './mine.yaml', in: { anything: 'photo' }, with: { whatever: 1 } }],
    [
      'a structural node',
      { choose: { a: { steps: [{ use: 'degrade/noise', with: { kind: 'poisson' } }] } }, in: 'photo' },
    ],
  ]
  for (const [name, node] of good)
    it(`accepts ${name}`, () => assert.ok(validate(document(node)), JSON.stringify(validate.errors)))

  const bad: [string, object][] = [
    ['a node type that is not installed', { use: 'degrade/nois', in: 'photo' }],
    ['a misspelt parameter', { use: 'degrade/noise', in: 'photo', with: { kind: 'poisson', sgima: 1 } }],
    ['a wrong value', { use: 'degrade/noise', in: 'photo', with: { kind: 'poisson', sigma: -1 } }],
    ['a wrong enum', { use: 'degrade/noise', in: 'photo', with: { kind: 'gauss' } }],
    ['a missing parameter', { use: 'degrade/noise', in: 'photo' }],
    ['an unknown form', { use: 'degrade/noise', in: 'photo', with: { kind: { $chioce: [] } } }],
    [
      'a wrong value deep inside',
      { use: 'degrade/noise', in: 'photo', with: { kind: 'poisson', window: { size: ['x'] } } },
    ],
    ['an unknown port', { use: 'degrade/noise', in: { imgae: 'photo' }, with: { kind: 'poisson' } }],
    ['a parameter of a node without any', { use: 'stats/table', in: 'x', with: { a: 1 } }],
    ['a missing parameter of a pipeline', { use: 'degrade/real-esrgan', in: 'photo', with: {} }],
    ['a mistake in a step', { choose: { a: { steps: [{ use: 'degrade/noise', with: { kind: 'x' } }] } }, in: 'photo' }],
  ]
  for (const [name, node] of bad) it(`refuses ${name}`, () => assert.equal(validate(document(node)), false))

  it('is a valid draft-07 schema', () => assert.ok(ajv.validateSchema(schema)))

  it('keeps descriptions, defaults and titles for the editor', () => {
    const text = JSON.stringify(schema)
    for (const part of ['"Strength."', '"default":25', '"What to spoil."', '"Adds noise."', '"Second order."'])
      assert.ok(text.includes(part), part)
  })
})
