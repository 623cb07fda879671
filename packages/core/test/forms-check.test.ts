import assert from 'node:assert/strict'
import { Type } from 'typebox'
import { applyDefaults, checkForm, compileParams, compileSchema, possibleValues } from '../src/forms/index.js'
import { compile, possible, where } from './forms-fixture.js'

const schema = Type.Object({
  sigma: Type.Optional(Type.Number({ minimum: 0, maximum: 50, default: 25 })),
  count: Type.Optional(Type.Integer({ minimum: 1 })),
  mode: Type.Optional(Type.Enum(['nearest', 'bilinear', 'bicubic'])),
  size: Type.Optional(Type.Union([Type.Literal('auto'), Type.Tuple([Type.Number(), Type.Number()])])),
  ratio: Type.Optional(Type.Number({ exclusiveMaximum: 1 })),
})
const validate = compileParams(schema)
const check = (value: unknown, given: Record<string, readonly unknown[]> = {}) =>
  checkForm(compile(value), possible(given), validate, where())
const known = (value: unknown, given: Record<string, readonly unknown[]> = {}) =>
  possibleValues(compile(value), possible(given)).known

describe('possibleValues', () => {
  it('are the ends and the middle of ranges', () => {
    assert.deepEqual(known({ $uniform: [1, 3] }), [1, 2, 3 - 3 * 2 ** -52])
    assert.deepEqual(known({ $int: [1, 9] }), [1, 9])
    assert.deepEqual(known({ $normal: { mean: 5, std: 1 } }), [5, -3, 13])
    assert.deepEqual(known({ $normal: { mean: 5, std: 1, min: 0, max: 6 } }), [5, 0, 6])
    assert.deepEqual(known({ $uniform: [{ $int: [1, 2] }, { $choice: [4, 8] }] }), [1, 4.5, 8 - 2 ** -49])
  })

  it('are every choice that has a weight', () => {
    assert.deepEqual(known({ $choice: [1, 'a', { $int: [2, 3] }] }), [1, 'a', 2, 3])
    assert.deepEqual(known({ $choice: { values: [1, 2, 3], weights: [1, 0, 1] } }), [1, 3])
    assert.deepEqual(known({ $chance: 0.5 }), [true, false])
    assert.deepEqual(known({ $chance: 1 }), [true])
  })

  it('are the values of names, and of expressions over them', () => {
    const given = { 'axis sigma': [5, 15], 'axis task': [{ sigma: 1 }, { sigma: 2 }], 'let sf': [2, 4] }
    assert.deepEqual(known({ $axis: 'task.sigma' }, given), [1, 2])
    assert.deepEqual(known({ $expr: 'sf * 10 + sf' }, given), [22, 44])
    assert.deepEqual(known({ $expr: 'sf * sigma' }, given), [10, 30, 20, 60])
    assert.deepEqual(known({ a: { $let: 'sf' }, b: [{ $axis: 'sigma' }] }, given), [
      { a: 2, b: [5] },
      { a: 4, b: [5] },
      { a: 2, b: [15] },
    ])
  })

  it('are unknown where a part is', () => {
    for (const value of [
      { $from: 'node' },
      { $uniform: [0, { $from: 'node' }] },
      { $expr: 'sf + 1' },
      [{ $axis: 'sigma' }],
      { $choice: [1, { $from: 'node' }] },
    ]) {
      assert.equal(known(value), undefined)
    }
  })

  it('stay few and keep extremes of long axes', () => {
    const long = Array.from({ length: 100_000 }, (_, i) => (i === 54_321 ? -7 : i))
    const values = known({ $axis: 'sigma' }, { 'axis sigma': long })!
    assert.ok(values.length <= 256)
    for (const value of [0, -7, 99_999]) assert.ok(values.includes(value))
  })
})

describe('checkForm', () => {
  it('accepts forms whose every value fits', () => {
    const value = {
      sigma: { $uniform: [0, 50] },
      count: { $int: [1, 3] },
      mode: { $choice: ['nearest', 'bicubic'] },
      size: { $choice: ['auto', [{ $uniform: [1, 2] }, 3]] },
      ratio: { $uniform: [0, 1] },
    }
    assert.deepEqual(check(value), [])
    assert.deepEqual(check({ sigma: 3 }), [])
    assert.deepEqual(check({ sigma: { $axis: 'sigma' }, mode: { $from: 'node' } }, { 'axis sigma': [1, 2] }), [])
  })

  const refused: [
    name: string,
    value: unknown,
    given: Record<string, readonly unknown[]>,
    path: string,
    code: string,
    text: RegExp,
  ][] = [
    ['a literal out of range', { sigma: 51 }, {}, 'sigma', 'E_PARAM', /out of range.*from 0 to 50.*51/],
    [
      'a range end out of range',
      { sigma: { $uniform: [10, 60] } },
      {},
      'sigma',
      'E_PARAM',
      /from 0 to 50.*60, a value that \$uniform can give/,
    ],
    ['a normal without bounds', { sigma: { $normal: { mean: 1, std: 1 } } }, {}, 'sigma', 'E_PARAM', /-7/],
    [
      'one choice of three',
      { mode: { $choice: ['nearest', 'bicubc', 'bilinear'] } },
      {},
      'mode',
      'E_PARAM',
      /"bicubc".*Did you mean "bicubic"/,
    ],
    [
      'a branch of a choice',
      { sigma: { $choice: [1, { $uniform: [2, 70] }] } },
      {},
      'sigma',
      'E_PARAM',
      /from 0 to 50/,
    ],
    ['a fraction for a whole number', { count: { $uniform: [1, 4] } }, {}, 'count', 'E_PARAM', /whole number/],
    [
      'one value of an axis',
      { sigma: { $axis: 'sigma' } },
      { 'axis sigma': [5, 15, 55] },
      'sigma',
      'E_PARAM',
      /55, a value of the axis "sigma"/,
    ],
    [
      'an expression of a let',
      { sigma: { $expr: 'sf * 20' } },
      { 'let sf': [2, 4] },
      'sigma',
      'E_PARAM',
      /80, a value that \$expr/,
    ],
    ['a chance where a number belongs', { sigma: { $chance: 0.5 } }, {}, 'sigma', 'E_PARAM', /not a number/],
    ['a form inside a list', { size: [1, { $choice: [2, 'x'] }] }, {}, 'size.1', 'E_PARAM', /not a number/],
    [
      'a misspelt name',
      { sgima: { $uniform: [1, 2] } },
      {},
      'sgima',
      'E_PARAM',
      /no parameter "sgima".*Did you mean "sigma"/,
    ],
    [
      'a misspelt name of an unknown value',
      { sgima: { $from: 'node' } },
      {},
      'sgima',
      'E_PARAM',
      /no parameter "sgima"/,
    ],
    [
      'a range backwards by an axis',
      { sigma: { $uniform: [{ $axis: 'sigma' }, 10] } },
      { 'axis sigma': [5, 15] },
      'sigma',
      'E_FORM',
      /not above.*\[15,10\]/,
    ],
    [
      'a chance from an axis',
      { sigma: { $choice: { values: [1, 2], weights: [{ $axis: 'sigma' }, 1] } } },
      { 'axis sigma': [-1] },
      'sigma',
      'E_FORM',
      /0 or more/,
    ],
    [
      'a field that is not there',
      { sigma: { $axis: 'task.sgima' } },
      { 'axis task': [{ sigma: 1 }] },
      'sigma',
      'E_FORM',
      /no field "sgima".*Did you mean "sigma"/,
    ],
    [
      'a division by zero',
      { sigma: { $expr: '1 / sigma' } },
      { 'axis sigma': [1, 0] },
      'sigma',
      'E_EXPRESSION',
      /finite.*where sigma = 0/,
    ],
  ]
  for (const [name, value, given, path, code, text] of refused) {
    it(`says one thing about ${name}`, () => {
      const errors = check(value, given)
      assert.equal(errors.length, 1, errors.map(({ message }) => message).join('; '))
      const [error] = errors
      assert.equal(error!.code, code)
      assert.equal(error!.place.file, `nodes.a.with.${path}`)
      assert.match([error!.message, error!.expected, error!.found, error!.fix].join(' | '), text)
    })
  }

  it('tells several faults at once', () => {
    assert.deepEqual(
      check({ sigma: { $uniform: [-1, 60] }, count: 0, mode: { $choice: ['a', 'b'] } }).map(({ place }) => place.file),
      ['sigma', 'count', 'mode'].map((name) => `nodes.a.with.${name}`),
    )
  })

  it('leaves faults around unknown values to the run, and those only', () => {
    assert.deepEqual(check({ size: [{ $from: 'node' }, 2], mode: { $from: 'node' } }), [])
    assert.equal(check({ size: [{ $from: 'node' }, 2], sigma: -1 }).length, 1)
  })

  it('gives no false alarm for ends that vary together', () => {
    assert.deepEqual(check({ sigma: { $uniform: [{ $let: 'sf' }, { $expr: 'sf + 1' }] } }, { 'let sf': [1, 20] }), [])
    assert.deepEqual(check({ sigma: { $expr: '10 / (sf - sigma)' } }, { 'let sf': [2, 3], 'axis sigma': [1, 2] }), [])
    assert.equal(check({ sigma: { $uniform: [{ $int: [5, 9] }, { $int: [1, 3] }] } })[0]?.code, 'E_FORM')
  })
})

describe('compileSchema', () => {
  const one = (schemaOf: object, value: unknown) => {
    const faults = compileParams(schemaOf)(value)
    assert.equal(faults.length, 1, JSON.stringify(faults))
    return faults[0]!
  }

  it('compiles each schema object once', () => assert.equal(compileSchema(schema), compileSchema(schema)))

  it('names missing and misspelt parameters once', () => {
    const required = Type.Object({
      model: Type.String({ description: 'A path.' }),
      scale: Type.Optional(Type.Number()),
    })
    assert.deepEqual(one(required, {}), {
      path: [],
      keyword: 'required',
      message: '"model" is missing',
      expected: 'a text',
      found: 'nothing',
    })
    const misspelt = one(required, { modle: 'x' })
    assert.deepEqual(
      [misspelt.path, misspelt.suggestion, misspelt.expected],
      [['modle'], 'model', '"model" or "scale"'],
    )
    const closed = Type.Object({ a: Type.Object({ width: Type.Number() }, { additionalProperties: false }) })
    assert.deepEqual(one(closed, { a: { widht: 1 } }).path, ['a', 'widht'])
  })

  it('takes no parameters without a schema', () => {
    assert.deepEqual(compileParams(undefined)({}), [])
    assert.equal(compileParams(undefined)({ a: 1 })[0]!.expected, 'no parameters')
  })

  it('knows the properties of intersections, and leaves open what says so', () => {
    const both = Type.Intersect([Type.Object({ a: Type.Number() }), Type.Object({ b: Type.Number() })])
    assert.deepEqual(compileParams(both)({ a: 1, b: 2 }), [])
    assert.equal(one(both, { a: 1, b: 2, c: 3 }).path[0], 'c')
    assert.deepEqual(compileParams({ type: 'object', additionalProperties: true })({ anything: 1 }), [])
  })

  it('speaks of the alternative of a union that was meant', () => {
    const union = Type.Object({
      v: Type.Union([
        Type.Literal('auto'),
        Type.Literal('none'),
        Type.Number({ minimum: 0 }),
        Type.Object({ w: Type.Number() }),
      ]),
    })
    assert.deepEqual(compileParams(union)({ v: 'none' }), [])
    assert.match(one(union, { v: -1 }).message, /"v" is out of range/)
    assert.equal(one(union, { v: 'atuo' }).suggestion, 'auto')
    assert.deepEqual(one(union, { v: { w: 'x' } }).path, ['v', 'w'])
    assert.equal(one(union, { v: [] }).expected, '"auto" or "none" or a number of at least 0 or a map')
    const tagged = Type.Object({
      s: Type.Union([
        Type.Object({ kind: Type.Literal('a'), x: Type.Number() }),
        Type.Object({ kind: Type.Literal('b'), y: Type.Number() }),
      ]),
    })
    assert.equal(one(tagged, { s: { kind: 'b' } }).message, '"s.y" is missing')
  })

  it('gives one plain fault for each keyword', () => {
    const cases: [object, unknown, RegExp][] = [
      [{ type: 'number' }, 'x', /"v" is not a number/],
      [{ type: ['number', 'null'] }, 'x', /a number or nothing/],
      [{ type: 'integer' }, 1.5, /whole number/],
      [{ type: 'boolean' }, 1, /true or false/],
      [{ type: 'number', exclusiveMinimum: 0, 'x-unit': 'px' }, 0, /above 0 \(px\)/],
      [{ type: 'number', multipleOf: 2 }, 3, /steps of 2/],
      [
        { type: 'array', items: { type: 'number' }, minItems: 2, maxItems: 2 },
        [1],
        /1 entries.*a list of 2, each a number/,
      ],
      [{ type: 'array', uniqueItems: true }, [1, 1], /twice/],
      [{ type: 'array', items: { type: 'number' } }, [1, 'a'], /"v.1" is not a number/],
      [{ type: 'string', pattern: '^a' }, 'b', /matches \^a/],
      [{ type: 'string', minLength: 1 }, '', /not empty/],
      [{ type: 'string', format: 'uri' }, 'not one', /form "uri"/],
      [{ const: 3 }, 4, /3/],
      [{ enum: [1, 2] }, 4, /1 or 2/],
      [{ type: 'object', required: ['a'] }, {}, /"v.a" is missing/],
      [{ type: 'object', properties: {}, additionalProperties: false }, { b: 1 }, /"v" has no property "b"/],
      [{ type: 'object', minProperties: 1 }, {}, /"v"/],
      [{ not: { type: 'string' } }, 'a', /"v" is one of the values that are left out/],
      [{ type: 'integer', minimum: 1, not: { multipleOf: 2 } }, 8, /"v" is even.*an odd number of at least 1/],
      [{ if: { type: 'number' }, then: { minimum: 3 } }, 1, /out of range/],
    ]
    for (const [inside, value, text] of cases) {
      const { message, expected } = one({ type: 'object', properties: { v: inside } }, { v: value })
      assert.match(`${message} ${expected}`, text)
    }
  })

  it('refuses schemas that are none', () => {
    assert.throws(() => compileSchema({ type: 'numbr' }), { code: 'E_PARAM' })
    assert.throws(() => compileSchema({ type: 'number', minimun: 0 }), {
      code: 'E_PARAM',
      message: /minimun/,
      fix: 'Did you mean "minimum"?',
    })
  })
})

describe('applyDefaults', () => {
  it('fills what is missing and changes nothing given', () => {
    const withDefaults = Type.Object({
      a: Type.Number({ default: 1 }),
      b: Type.Object({ c: Type.String({ default: 'x' }) }, { default: {} }),
      d: Type.Array(Type.Object({ e: Type.Boolean({ default: true }) })),
    })
    const value = { d: [{}, { e: false }] }
    assert.deepEqual(applyDefaults(withDefaults, value), { a: 1, b: { c: 'x' }, d: [{ e: true }, { e: false }] })
    assert.deepEqual(value, { d: [{}, { e: false }] })
    const first = applyDefaults(withDefaults, value) as { b: { c: string } }
    first.b.c = 'changed'
    assert.equal((applyDefaults(withDefaults, value) as typeof first).b.c, 'x')
  })
})
