import assert from 'node:assert/strict'
import fc from 'fast-check'
import { parseReference } from '../src/document/references.js'

describe('parseReference', () => {
  const good: [string, ReturnType<typeof parseReference>][] = [
    ['node', { node: 'node', record: false, index: [] }],
    ['node-1.port_2', { node: 'node-1', port: 'port_2', record: false, index: [] }],
    ['node.$record', { node: 'node', record: true, index: [] }],
    ['node[model: tg]', { node: 'node', record: false, index: [{ axis: 'model', key: 'tg' }] }],
    [
      'node.port[model: tg, sigma:15]',
      {
        node: 'node',
        port: 'port',
        record: false,
        index: [
          { axis: 'model', key: 'tg' },
          { axis: 'sigma', key: '15' },
        ],
      },
    ],
    ['node [ photo : a/b c.d ] ', { node: 'node', record: false, index: [{ axis: 'photo', key: 'a/b c.d' }] }],
    [
      `node[a: "x, y]", b: 'it"s']`,
      {
        node: 'node',
        record: false,
        index: [
          { axis: 'a', key: 'x, y]' },
          { axis: 'b', key: 'it"s' },
        ],
      },
    ],
    ['node[time: 12:30]', { node: 'node', record: false, index: [{ axis: 'time', key: '12:30' }] }],
    ['node.$record[model: k]', { node: 'node', record: true, index: [{ axis: 'model', key: 'k' }] }],
  ]
  for (const [text, reference] of good) it(`reads ${text}`, () => assert.deepEqual(parseReference(text), reference))

  for (const text of [
    '',
    ' ',
    '.port',
    'a.',
    'a.b.c',
    'a..b',
    '1a',
    'a b',
    'a/b',
    'a.$recrd',
    'a[',
    'a[]',
    'a[b]',
    'a[b:]',
    'a[b: c',
    'a[b: c,]',
    'a[b: c]d',
    'a[b: c, b: d]',
    'a[b: "c]',
    'a{b: c}',
    '$record',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () =>
      assert.throws(() => parseReference(text), { code: 'E_REFERENCE', name: 'KintsugiError', expected: /./ }))
  }

  it('answers or refuses any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', 'b', '.', '[', ']', ':', ',', '$', '"', "'", ' ', '1') }),
        (text) => {
          try {
            assert.ok(parseReference(text).node.length > 0)
          } catch (error) {
            assert.equal((error as { code?: string }).code, 'E_REFERENCE')
          }
        },
      ),
    )
  })
})
