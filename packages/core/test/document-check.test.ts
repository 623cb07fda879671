import assert from 'node:assert/strict'
import { Ajv } from 'ajv'
import { checkDocument } from '../src/document/check.js'
import { documentSchema } from '../src/document/schema.js'
import { readSource, sourceOfObject } from '../src/document/source.js'
import { nearest } from '../src/document/suggest.js'
import type { KintsugiError } from '../src/errors/error.js'

const good = {
  $schema: './pipeline.schema.json',
  kintsugi: 1,
  name: 'all',
  title: 'All',
  description: '',
  seed: 7,
  plugins: ['@kintsugi/plugin-degrade', './mine'],
  params: { strength: { type: 'number', default: 1, minimum: 0 } },
  axes: {
    sigma: [5, 15, 'x', true],
    task: [{ key: 'weak', sigma: 5 }],
    draw: { count: 5 },
    model: { base: './a.pth', count: 1 },
    level: { low: { q: 1 } },
  },
  inputs: {
    photo: { type: 'image', each: 'images/*.png', description: 'p' },
    lr: {
      type: 'image',
      each: { glob: 'x/{photo}.png', join: 'inner' },
      axes: ['photo'],
      optional: true,
      default: null,
    },
  },
  let: { sf: { $choice: [2, 4] } },
  nodes: {
    noisy: {
      use: 'degrade/noise',
      in: 'photo',
      with: { sigma: { $axis: 'sigma' } },
      when: { $chance: 0.8 },
      along: ['draw'],
      random: { by: ['task'], stream: 'tasks', pixels: { by: [] } },
      title: 't',
      description: 'd',
    },
    table: {
      use: 'stats/table',
      in: { columns: { psnr: 'noisy', b: 'x.y[model: tg]' }, many: ['a', 'b'], one: 'c' },
      over: '*',
      missing: 'skip',
      opens: 'row',
    },
    grouped: { use: 'stats/mean', in: 'psnr', over: ['photo'], by: 'kind.label', as: 'group', when: true },
    kept: { use: 'stats/mean', in: 'psnr', keep: 'model' },
    coin: {
      choose: {
        gentle: { weight: 0.7, steps: [{ use: 'a/b' }, { choose: { x: {} } }] },
        harsh: { weight: { $param: 'w' } },
      },
      in: 'photo',
    },
    mixed: {
      shuffle: { steps: { a: { use: 'a/b', when: false }, b: { use: 'a/c' } }, before: [['a', 'b']] },
      in: { image: 'photo' },
    },
    routed: {
      select: {
        by: 'kind.label',
        cases: { noise: 'noisy', 'jpeg 2000': 'photo' },
        default: 'noisy',
        min_confidence: 0.5,
      },
    },
    both: { stack: { network: 'noisy', image: 'photo', 3: { literal: { $axis: 'sigma' } } }, axis: 'method' },
  },
  outputs: {
    restored: { from: 'noisy', save: 'restored/{photo}.png', encode: { quality: 90 }, description: 'r' },
    kind: 'kind.label',
  },
}

const check = (text: string): KintsugiError[] => checkDocument(readSource(text, 'p.yaml'))
const start = 'kintsugi: 1\noutputs: { a: b }\n'

describe('checkDocument', () => {
  it('accepts everything that a pipeline may say', () => assert.deepEqual(checkDocument(sourceOfObject(good)), []))

  const cases: [name: string, text: string, line: number, column: number, message: RegExp, fix?: RegExp][] = [
    ['no version', 'nodes: {}\noutputs: { a: b }\n', 1, 1, /lacks the key "kintsugi"/i],
    ['another version', 'kintsugi: 2\nnodes: {}\noutputs: { a: b }\n', 1, 11, /version/i, /Install/],
    ['no nodes', start, 1, 1, /lacks the key "nodes"/i],
    ['no outputs', 'kintsugi: 1\nnodes: {}\noutputs: {}\n', 3, 10, /at least 1/i],
    [
      'a misspelt key that is required',
      'kintsugi: 1\noutput: { a: b }\nnodes: {}\n',
      2,
      1,
      /no key "output"/i,
      /Did you mean "outputs"/,
    ],
    ['an empty place', `${start}nodes:\n`, 3, 7, /"nodes" is not a map/i],
    ['a node that is a text', `${start}nodes:\n  a: b\n`, 4, 6, /"nodes.a" is not a node/i],
    ['a node without a kind', `${start}nodes:\n  a: { in: b }\n`, 4, 3, /"a" does not say what it does/i],
    [
      'a misspelt kind',
      `${start}nodes:\n  a: { ues: b/c, in: d }\n`,
      4,
      8,
      /"a" does not say what it does/i,
      /Did you mean "use"/,
    ],
    [
      'two kinds',
      `${start}nodes:\n  a: { use: b/c, select: { by: x, cases: { y: z } } }\n`,
      4,
      18,
      /"use" and "select"/i,
    ],
    [
      'three kinds',
      `${start}nodes:\n  a: { use: b/c, select: 1, stack: 2, axis: 3 }\n`,
      4,
      18,
      /"use", "select" and "stack"/i,
    ],
    [
      'a misspelt node key',
      `${start}nodes:\n  a: { use: b/c, wiht: { x: 1 } }\n`,
      4,
      18,
      /no key "wiht"/i,
      /Did you mean "with"/,
    ],
    [
      'a key of another kind',
      `${start}nodes:\n  a: { select: { by: x, cases: { y: z } }, over: q }\n`,
      4,
      44,
      /no key "over"/i,
    ],
    ['by without as', `${start}nodes:\n  a: { use: b/c, by: d.e }\n`, 4, 18, /"by" stands without "as"/i],
    ['as without by', `${start}nodes:\n  a: { use: b/c, as: d }\n`, 4, 18, /"as" stands without "by"/i],
    ['over and keep', `${start}nodes:\n  a: { use: b/c, over: d, keep: e }\n`, 4, 27, /exclude each other/i],
    [
      'a wrong enum',
      `${start}nodes:\n  a: { use: b/c, missing: skp }\n`,
      4,
      27,
      /"fail" or "skip"/i,
      /Did you mean "skip"/,
    ],
    ['a name with a dot', `${start}nodes:\n  a.b: { use: b/c }\n`, 4, 3, /"a.b" is not a name/i, /Write "a_b"/],
    ['a name with a slash', `${start}nodes: {}\naxes: { a/b: [1] }\n`, 4, 9, /"a\/b" is not a name/i],
    [
      'a name that starts with a digit',
      `${start}nodes: {}\nlet: { 2x: 1 }\n`,
      4,
      8,
      /"2x" is not a name/i,
      /Write "_2x"/,
    ],
    [
      'a form for all of with',
      `${start}nodes:\n  a: { use: b/c, with: { $param: p } }\n`,
      4,
      26,
      /"\$param" cannot be a key/i,
    ],
    ['a number as reference', `${start}nodes:\n  a: { use: b/c, in: 3 }\n`, 4, 22, /"nodes.a.in" is not/i],
    ['a text as when', `${start}nodes:\n  a: { use: b/c, when: sometimes }\n`, 4, 24, /true or false or a value form/i],
    ['an axis without keys', `${start}nodes: {}\naxes: { a: [] }\n`, 4, 12, /at least 1/i],
    ['a count of zero', `${start}nodes: {}\naxes: { a: { count: 0 } }\n`, 4, 21, /whole number from 1/i],
    ['a record without key', `${start}nodes: {}\naxes: { a: [{ sigma: 1 }] }\n`, 4, 13, /"key"/i],
    ['an input without type', `${start}nodes: {}\ninputs: { a: { each: x.png } }\n`, 4, 11, /lacks the key "type"/i],
    ['a stack without axis', `${start}nodes:\n  a: { stack: { b: c } }\n`, 4, 3, /lacks the key "axis"/i],
    [
      'a pair of three',
      `${start}nodes:\n  a: { shuffle: { steps: { x: { use: a/b } }, before: [[a, b, c]] } }\n`,
      4,
      56,
      /2 of them/i,
    ],
    [
      'a bad step',
      `${start}nodes:\n  a: { choose: { x: { steps: [{ use: a/b, inn: c }] } } }\n`,
      4,
      43,
      /no key "inn"/i,
      /Did you mean "in"/,
    ],
    ['a negative weight', `${start}nodes:\n  a: { choose: { x: { weight: -1 } } }\n`, 4, 31, /number from 0/i],
    ['a seed that is no number', `${start}nodes: {}\nseed: seven\n`, 4, 7, /"seed" is not a whole number/i],
    [
      'an output without from',
      `kintsugi: 1\nnodes: {}\noutputs: { a: { save: x.png } }\n`,
      3,
      12,
      /lacks the key "from"/i,
    ],
  ]
  for (const [name, text, line, column, message, fix] of cases) {
    it(`says one thing about ${name}`, () => {
      const errors = check(text)
      assert.equal(errors.length, 1, errors.map((error) => error.message).join('; '))
      const [error] = errors
      assert.equal(error!.code, 'E_DOCUMENT_SCHEMA')
      assert.match(error!.message, message)
      assert.deepEqual([error!.place.file, error!.place.line, error!.place.column], ['p.yaml', line, column])
      assert.ok(error!.expected !== undefined || error!.fix !== undefined)
      if (fix !== undefined) assert.match(error!.fix!, fix)
    })
  }

  it('tells several faults at once, in document order', () => {
    const errors = check(`${start}seed: x\nnodes:\n  a: { use: 3 }\n  b: { use: c/d, kep: e }\n`)
    assert.deepEqual(
      errors.map(({ place }) => place.line),
      [3, 5, 6],
    )
  })

  it('checks 10,000 nodes fast', () => {
    const node = good.nodes.noisy
    const source = sourceOfObject({
      ...good,
      nodes: Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`n${i}`, node])),
    })
    const begin = performance.now()
    assert.deepEqual(checkDocument(source), [])
    assert.ok(performance.now() - begin < 1000)
  })
})

describe('documentSchema', () => {
  const validate = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allowUnionTypes: true }).compile(
    documentSchema,
  )

  it('accepts what checkDocument accepts', () => assert.ok(validate(good), JSON.stringify(validate.errors)))

  it('agrees with checkDocument on every change of one place', () => {
    const values: unknown[] = [
      null,
      true,
      0,
      1,
      -1,
      1.5,
      'x',
      '',
      'a b',
      '*',
      'skip',
      [],
      ['a'],
      [1],
      [['a', 'b']],
      {},
      { a: 1 },
      { a: 'b' },
      { count: 2 },
      { $param: 'p' },
      { key: 'k' },
      { use: 'a/b' },
      { from: 'a' },
    ]
    let accepted = 0
    let refused = 0
    const compare = (document: unknown, what: string) => {
      const errors = checkDocument(sourceOfObject(document))
      const fits = validate(document)
      assert.equal(
        errors.length === 0,
        fits,
        `${what}: ${errors[0]?.message ?? 'no error'} | ${JSON.stringify(validate.errors?.[0])}`,
      )
      if (fits) accepted++
      else refused++
    }
    for (const path of paths(good)) {
      const name = path.join('.')
      for (const value of values)
        compare(
          changed(good, path, () => value),
          `${name} = ${JSON.stringify(value)}`,
        )
      compare(
        changed(good, path, (old) => (isMap(old) ? { ...old, zzz: 1 } : old)),
        `${name} with zzz`,
      )
      compare(
        changed(good, path, (old) => (isMap(old) ? { ...old, 'z.z': 'a' } : old)),
        `${name} with z.z`,
      )
      compare(
        changed(good, path, () => undefined),
        `without ${name}`,
      )
    }
    assert.ok(accepted > 100 && refused > 1000, `${accepted} accepted, ${refused} refused`)
  })

  it('describes every key', () => {
    for (const [key, property] of Object.entries(
      documentSchema.properties as Record<string, { description?: string }>,
    )) {
      assert.ok(property.description !== undefined, key)
    }
  })
})

describe('nearest', () => {
  it('finds swaps, omissions and additions, and not everything', () => {
    const names = ['use', 'with', 'when', 'sigma', 'min_confidence']
    assert.equal(nearest('ues', names), 'use')
    assert.equal(nearest('wiht', names), 'with')
    assert.equal(nearest('sgima', names), 'sigma')
    assert.equal(nearest('Sigma', names), 'sigma')
    assert.equal(nearest('minconfidence', names), 'min_confidence')
    assert.equal(nearest('blur', names), undefined)
    assert.equal(nearest('x', ['y']), undefined)
    assert.equal(nearest('', names), undefined)
  })
})

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function paths(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [path]
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value)
  return [path, ...entries.flatMap(([key, member]) => paths(member, [...path, key]))].filter((one) => one.length > 0)
}

function changed(
  value: unknown,
  [key, ...rest]: readonly (string | number)[],
  change: (old: unknown) => unknown,
): unknown {
  if (key === undefined) return change(value)
  if (Array.isArray(value))
    return value
      .map((item: unknown, i) => (i === key ? changed(item, rest, change) : item))
      .filter((item) => item !== undefined)
  const entries = Object.entries(value as object).map(
    ([name, member]: [string, unknown]) => [name, name === key ? changed(member, rest, change) : member] as const,
  )
  return Object.fromEntries(entries.filter(([, member]) => member !== undefined))
}
