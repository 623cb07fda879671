import assert from 'node:assert/strict'
import fc from 'fast-check'
import { evaluateForm, formUses, hasForms } from '../src/forms/index.js'
import { compile, type TestForm, values } from './forms-fixture.js'

const evaluate = (form: TestForm, seed = 0, given = {}, asked: string[] = []) =>
  evaluateForm(form, values(seed, given, asked))
const draws = (value: unknown, count = 4000, given = {}): unknown[] => {
  const form = compile(value)
  return Array.from({ length: count }, (_, seed) => evaluate(form, seed, given))
}
const mean = (numbers: unknown[]) => (numbers as number[]).reduce((sum, x) => sum + x, 0) / numbers.length

describe('values without forms', () => {
  it('are one literal and come out as they are', () => {
    const value = { a: [1, { b: null }], c: 'x' }
    const form = compile(value)
    assert.equal(form.kind, 'literal')
    assert.equal(evaluate(form), value)
  })

  it('are told from values with forms', () => {
    for (const value of [1, 'a', '$a', null, [], [1, '$x'], { a: { b: [] } }]) assert.equal(hasForms(value), false)
    for (const value of [{ $param: 'x' }, [[{ $x: 1 }]], { a: { b: [{ $y: 1 }] } }]) assert.equal(hasForms(value), true)
  })
})

describe('drawing forms', () => {
  it('$uniform is even on [low, high)', () => {
    const drawn = draws({ $uniform: [2, 6] }) as number[]
    assert.ok(drawn.every((x) => x >= 2 && x < 6))
    // The mean of 4000 draws has a standard deviation of 4 / sqrt(12 * 4000) = 0.018.
    assert.ok(Math.abs(mean(drawn) - 4) < 0.08)
    assert.ok(Math.abs(drawn.filter((x) => x < 3).length / 4000 - 0.25) < 0.03)
  })

  it('$loguniform is even in the logarithm', () => {
    const drawn = draws({ $loguniform: [0.01, 100] }) as number[]
    assert.ok(drawn.every((x) => x >= 0.01 && x <= 100))
    assert.ok(Math.abs(drawn.filter((x) => x < 0.1).length / 4000 - 0.25) < 0.03)
  })

  it('$int includes both ends', () => {
    const drawn = draws({ $int: [-1, 2] })
    for (const value of [-1, 0, 1, 2]) assert.ok(Math.abs(drawn.filter((x) => x === value).length / 4000 - 0.25) < 0.03)
  })

  it('$normal follows mean and std', () => {
    const drawn = draws({ $normal: { mean: 10, std: 2 } }) as number[]
    assert.ok(Math.abs(mean(drawn) - 10) < 0.15)
    assert.ok(Math.abs(Math.sqrt(mean(drawn.map((x) => (x - 10) ** 2))) - 2) < 0.1)
  })

  it('$normal redraws outside its bounds instead of clipping', () => {
    const drawn = draws({ $normal: { mean: 0, std: 1, min: -0.5, max: 2 } }) as number[]
    assert.ok(drawn.every((x) => x >= -0.5 && x <= 2))
    assert.equal(drawn.filter((x) => x === -0.5 || x === 2).length, 0)
  })

  it('$normal gives up on bounds that are out of reach', () => {
    assert.throws(() => evaluate(compile({ $normal: { mean: 0, std: 1, min: 50, max: 51 } })), {
      code: 'E_FORM',
      message: /10,000/,
    })
  })

  it('$choice follows its weights and never takes weight 0', () => {
    const drawn = draws({ $choice: { values: ['a', 'b', 'c'], weights: [3, 0, 1] } })
    assert.ok(Math.abs(drawn.filter((x) => x === 'a').length / 4000 - 0.75) < 0.03)
    assert.equal(drawn.includes('b'), false)
    const even = draws({ $choice: [1, 2] })
    assert.ok(Math.abs(even.filter((x) => x === 1).length / 4000 - 0.5) < 0.03)
  })

  it('$chance gives true and false', () => {
    const drawn = draws({ $chance: 0.8 })
    assert.ok(Math.abs(drawn.filter((x) => x === true).length / 4000 - 0.8) < 0.03)
    assert.deepEqual(new Set(draws({ $chance: 1 }, 50)), new Set([true]))
    assert.deepEqual(new Set(draws({ $chance: 0 }, 50)), new Set([false]))
  })

  it('nest: the published resize factor of Real-ESRGAN', () => {
    const drawn = draws({
      $choice: { values: [{ $uniform: [1, 1.2] }, { $uniform: [0.3, 1] }, 1], weights: [0.3, 0.4, 0.3] },
    }) as number[]
    assert.ok(Math.abs(drawn.filter((x) => x > 1).length / 4000 - 0.3) < 0.03)
    assert.ok(Math.abs(drawn.filter((x) => x < 1).length / 4000 - 0.4) < 0.03)
    assert.ok(Math.abs(drawn.filter((x) => x === 1).length / 4000 - 0.3) < 0.03)
  })

  it('follow the frozen formulas on one number of the stream', () => {
    const at = (u: number) => ({
      ...values(0, {}),
      stream: () => ({
        uniform: () => u,
        normal: () => u,
        integer: (low: number) => low,
        poisson: () => 0,
        uint32: () => 0,
        fillUniform: () => undefined,
        fillNormal: () => undefined,
        fillPoisson: () => undefined,
      }),
    })
    assert.equal(evaluateForm(compile({ $uniform: [1, 25] }), at(0.25)), 7)
    assert.equal(evaluateForm(compile({ $loguniform: [1, 16] }), at(0.5)), Math.exp(Math.log(16) / 2))
    assert.equal(evaluateForm(compile({ $normal: { mean: 3, std: 2 } }), at(0.5)), 4)
    assert.equal(evaluateForm(compile({ $int: [4, 9] }), at(0.5)), 4)
    assert.equal(evaluateForm(compile({ $choice: { values: ['a', 'b', 'c'], weights: [1, 2, 1] } }), at(0.25)), 'b')
    assert.equal(evaluateForm(compile({ $choice: { values: ['a', 'b', 'c'], weights: [1, 2, 1] } }), at(0.75)), 'c')
    assert.equal(evaluateForm(compile({ $chance: 0.5 }), at(0.5)), false)
  })

  it('stay within their range for any ends', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.nat(),
        (low, factor, seed) => {
          const x = evaluate(compile({ $loguniform: [low, low * factor] }), seed) as number
          assert.ok(x >= low && x <= low * factor)
        },
      ),
    )
  })
})

describe('purposes of draws', () => {
  const asked = (value: unknown, seed = 0): string[] => {
    const purposes: string[] = []
    evaluate(compile(value), seed, { 'axis sigma': 5 }, purposes)
    return purposes
  }

  it('are the path inside the value', () => {
    assert.deepEqual(asked({ sigma: { $uniform: [1, 2] }, size: [{ $int: [1, 3] }, 4, { deep: { $chance: 0.5 } }] }), [
      'with.sigma',
      'with.size.0',
      'with.size.2.deep',
    ])
    assert.deepEqual(asked({ 'a.b': { $chance: 1 }, a: { b: { $chance: 1 } }, 'a/b~': { $chance: 1 } }), [
      'with.a~1b',
      'with.a.b',
      'with.a~2b~0',
    ])
    const when: string[] = []
    evaluate(compile({ $chance: 0.8 }, 'when'), 0, {}, when)
    assert.deepEqual(when, ['when'])
  })

  it('go on inside forms, the same for both spellings of a choice', () => {
    const inner = { $uniform: [1, 1.2] }
    assert.deepEqual(asked({ factor: { $choice: [inner] } }), ['with.factor', 'with.factor/values.0'])
    assert.deepEqual(asked({ factor: { $choice: { values: [inner], weights: [{ $uniform: [1, 2] }] } } }), [
      'with.factor/weights.0',
      'with.factor',
      'with.factor/values.0',
    ])
    assert.deepEqual(asked({ a: { $uniform: [{ $uniform: [0, 1] }, { $int: [2, 3] }] } }), [
      'with.a/0',
      'with.a/1',
      'with.a',
    ])
    assert.deepEqual(asked({ a: { $normal: { mean: { $int: [1, 2] }, std: 1 } } }), ['with.a/mean', 'with.a'])
    assert.deepEqual(asked({ a: { $chance: { $choice: [0.1, 0.2] } } }), ['with.a/p', 'with.a'])
  })

  it('do not collide in one value', () => {
    const key = fc.constantFrom('a', 'b', 'a.b', 'a/b', '0', '~')
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.constant({ $int: [0, 1] }),
        fc.array(tie('value'), { maxLength: 3 }),
        fc.dictionary(key, tie('value'), { maxKeys: 3 }),
      ),
    }))
    fc.assert(
      fc.property(value, (tree) => {
        const purposes = asked(tree)
        assert.equal(new Set(purposes).size, purposes.length)
      }),
    )
  })

  it('keep a draw when siblings come and go', () => {
    const alone = evaluate(compile({ sigma: { $uniform: [0, 1] } }), 3) as { sigma: number }
    const beside = evaluate(
      compile({ before: { $uniform: [0, 1] }, sigma: { $uniform: [0, 1] }, after: { $chance: 0.5 } }),
      3,
    ) as typeof alone
    assert.equal(alone.sigma, beside.sigma)
  })

  it('draw only in the chosen branch', () => {
    const value = { $choice: { values: [{ $uniform: [0, 1] }, { $from: 'node' }], weights: [1, 0] } }
    const purposes = Array.from({ length: 20 }, (_, seed) => asked(value, seed)).flat()
    assert.deepEqual(new Set(purposes), new Set(['with', 'with/values.0']))
  })

  it('give the same value when evaluated again', () => {
    const form = compile({
      a: { $uniform: [0, 1] },
      b: [{ $normal: { mean: 0, std: 1 } }, { $choice: [1, 2, { $int: [5, 900] }] }],
    })
    assert.deepEqual(evaluate(form, 9), evaluate(form, 9))
    assert.notDeepEqual(evaluate(form, 9), evaluate(form, 10))
  })
})

describe('naming forms', () => {
  const given = {
    'axis sigma': 15,
    'axis task': { sigma: 5, kernel: { size: 7 } },
    'param strength': 2,
    'let sf': 4,
    'node.score': 31.5,
    'param two': [1, 3],
  }

  it('take values and their fields', () => {
    const value = {
      a: { $axis: 'sigma' },
      b: { $axis: 'task.kernel.size' },
      c: { $param: 'strength' },
      d: { $let: 'sf' },
      e: { $from: 'node.score' },
      f: { $axis: 'task' },
    }
    assert.deepEqual(evaluate(compile(value), 0, given), { a: 15, b: 7, c: 2, d: 4, e: 31.5, f: given['axis task'] })
  })

  it('may stand for a whole range', () => {
    assert.ok((evaluate(compile({ $uniform: { $param: 'two' } }), 0, given) as number) >= 1)
    assert.deepEqual(new Set(draws({ $choice: { $param: 'two' } }, 50, given)), new Set([1, 3]))
  })

  it('let what the values throw pass', () => {
    assert.throws(() => evaluate(compile([{ $from: 'node.other' }])), { message: 'asked for node.other' })
  })

  it('refuse a field that is not there, and what every object inherits', () => {
    assert.throws(() => evaluate(compile({ $axis: 'task.sgima' }), 0, given), {
      code: 'E_FORM',
      fix: 'Did you mean "sigma"?',
    })
    assert.throws(() => evaluate(compile({ $axis: 'task.constructor' }), 0, given), { code: 'E_FORM' })
    assert.throws(() => evaluate(compile({ $axis: 'sigma.toFixed' }), 0, given), { code: 'E_FORM' })
  })

  it('$literal keeps what looks like a form', () => {
    assert.deepEqual(evaluate(compile({ a: { $literal: { $uniform: [1, 2], $x: 3 } }, b: { $chance: 1 } })), {
      a: { $uniform: [1, 2], $x: 3 },
      b: true,
    })
    assert.deepEqual(draws({ $choice: [{ $literal: { $param: 'p' } }] }, 1), [{ $param: 'p' }])
  })

  it('tell what they use, each once', () => {
    const form = compile({
      a: { $uniform: [{ $axis: 'sigma' }, { $axis: 'sigma' }] },
      b: { $choice: [{ $let: 'sf' }, { $from: 'node.x' }] },
      c: { $expr: 'strength + sf + task.sigma' },
    })
    assert.deepEqual(formUses(form), {
      axes: ['axis sigma', 'axis task'],
      lets: ['let sf', 'param strength'],
      sources: ['node.x'],
      draws: true,
    })
    assert.equal(formUses(compile({ a: { $expr: '1 + 2' }, b: { $axis: 'sigma' } })).draws, false)
    assert.deepEqual(formUses(compile({ a: { $literal: { $axis: 'x' } } })), {
      axes: [],
      lets: [],
      sources: [],
      draws: false,
    })
  })
})

describe('malformed forms', () => {
  const cases: [name: string, value: unknown, code: string, path: string, text: RegExp][] = [
    ['an unknown form', { a: { $unifrom: [1, 2] } }, 'E_FORM', 'a.$unifrom', /Did you mean "\$uniform"/],
    ['a form beside other keys', { a: { $uniform: [1, 2], min: 0 } }, 'E_FORM', 'a.$uniform', /other keys/],
    ['two forms in one', { a: { $uniform: [1, 2], $int: [1, 2] } }, 'E_FORM', 'a.$uniform', /other keys/],
    ['a range of one', { a: { $uniform: [1] } }, 'E_FORM', 'a', /\[low, high\]/],
    ['a range of one form', { a: { $uniform: [{ $axis: 'sigma' }] } }, 'E_FORM', 'a', /\[low, high\]/],
    ['a range of texts', { a: { $uniform: ['1', '2'] } }, 'E_FORM', 'a', /two numbers/],
    ['a range backwards', { a: { $uniform: [2, 1] } }, 'E_FORM', 'a', /not above/],
    ['a map as a range', { a: { $uniform: { min: 1, max: 2 } } }, 'E_FORM', 'a', /two numbers/],
    ['a range too wide', { a: { $uniform: [-1e308, 1e308] } }, 'E_FORM', 'a', /apart/],
    ['a logarithm of zero', { a: { $loguniform: [0, 1] } }, 'E_FORM', 'a', /above 0/],
    ['fractions in $int', { a: { $int: [1, 2.5] } }, 'E_FORM', 'a', /whole numbers/],
    ['$normal without std', { a: { $normal: { mean: 1 } } }, 'E_FORM', 'a.$normal', /lacks "std"/],
    [
      '$normal with a misspelt key',
      { a: { $normal: { mean: 1, std: 1, mni: 0 } } },
      'E_FORM',
      'a.$normal.mni',
      /Did you mean "min"/,
    ],
    ['$normal with a negative std', { a: { $normal: { mean: 1, std: -1 } } }, 'E_FORM', 'a', /std/],
    ['$normal with min above max', { a: { $normal: { mean: 1, std: 1, min: 3, max: 2 } } }, 'E_FORM', 'a', /below/],
    ['$normal as a list', { a: { $normal: [1, 2] } }, 'E_FORM', 'a', /mean, std/],
    ['an empty choice', { a: { $choice: [] } }, 'E_FORM', 'a', /at least one/],
    ['a choice that is a number', { a: { $choice: 3 } }, 'E_FORM', 'a', /list/],
    ['too few weights', { a: { $choice: { values: [1, 2], weights: [1] } } }, 'E_FORM', 'a', /2 numbers/],
    ['negative weights', { a: { $choice: { values: [1, 2], weights: [1, -1] } } }, 'E_FORM', 'a', /0 or more/],
    ['weights of zero', { a: { $choice: { values: [1, 2], weights: [0, 0] } } }, 'E_FORM', 'a', /above 0/],
    [
      'a choice with a misspelt key',
      { a: { $choice: { value: [1] } } },
      'E_FORM',
      'a.$choice.value',
      /Did you mean "values"/,
    ],
    ['a chance above 1', { a: { $chance: 1.2 } }, 'E_FORM', 'a', /0 to 1/],
    ['an unknown axis', { a: { $axis: 'sgima' } }, 'E_AXIS', 'a.$axis', /sgima/],
    ['an unknown let deep inside', { a: { $choice: [1, { $let: 'x' }] } }, 'E_FORM', 'a.$choice.1.$let', /x/],
    ['an unknown reference', { a: { $from: 'x.y' } }, 'E_REFERENCE', 'a.$from', /x\.y/],
    ['an axis that is no text', { a: { $axis: 3 } }, 'E_FORM', 'a', /name/],
    ['an axis with an empty field', { a: { $axis: 'task.' } }, 'E_FORM', 'a', /name/],
    ['a bad expression', { a: { $expr: '1 +' } }, 'E_EXPRESSION', 'a.$expr', /cannot be read/],
  ]
  for (const [name, value, code, path, text] of cases) {
    it(`refuses ${name}, with its place`, () => {
      assert.throws(
        () => compile(value),
        (error: {
          code: string
          message: string
          expected?: string
          found?: string
          fix?: string
          place: { file: string }
        }) => {
          assert.equal(error.code, code, error.message)
          assert.equal(error.place.file, `nodes.a.with.${path}`)
          assert.match([error.message, error.expected, error.found, error.fix].join(' | '), text)
          return true
        },
      )
    })
  }

  it('are refused in the run too, with the values', () => {
    const run = (value: unknown, given: object) => () => evaluate(compile(value), 0, given)
    assert.throws(run({ $uniform: [{ $axis: 'sigma' }, 3] }, { 'axis sigma': 5 }), { code: 'E_FORM', found: '[5,3]' })
    assert.throws(run({ $uniform: [{ $axis: 'sigma' }, 3] }, { 'axis sigma': 'x' }), { code: 'E_FORM' })
    assert.throws(run({ $chance: { $axis: 'sigma' } }, { 'axis sigma': 5 }), { code: 'E_FORM', found: '5' })
    assert.throws(run({ $choice: { values: [1, 2], weights: [{ $axis: 'sigma' }, 0] } }, { 'axis sigma': 0 }), {
      code: 'E_FORM',
    })
    assert.throws(run({ $choice: { $param: 'two' } }, { 'param two': [] }), { code: 'E_FORM' })
    assert.throws(run({ $normal: { mean: { $axis: 'sigma' }, std: 1 } }, { 'axis sigma': null }), { code: 'E_FORM' })
  })
})
