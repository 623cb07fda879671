import assert from 'node:assert/strict'
import fc from 'fast-check'
import { evaluateForm } from '../src/forms/index.js'
import { compile, values } from './forms-fixture.js'

const given = {
  'let sf': 4,
  'param strength': 0.5,
  'axis sigma': 15,
  'axis task': { sigma: 25, name: 'weak', on: true },
  'let both': 1,
  'param both': 2,
  'axis both': 3,
}
interface Part {
  text: string
  value: number
  level: number
}

const evaluate = (text: unknown) => evaluateForm(compile({ $expr: text }), values(0, given))

describe('$expr', () => {
  const results: [string, unknown][] = [
    ['4 + sf', 8],
    ['1 + 2 * 3 - 4 / 2', 5],
    ['2 ** 3 ** 2', 512],
    ['-2 + +3', 1],
    ['7 % 4', 3],
    ['(1 + 2) * 3', 9],
    ['1 / (2 * sf)', 0.125],
    ['task.sigma / 5', 5],
    ['sf > 2 ? 10 : 20', 10],
    ['sf > 2 && strength >= 0.5 || false', true],
    ['!(sf == 4)', false],
    ['sf != 4', false],
    ["task.name == 'weak'", true],
    ["task.name === 'strong'", false],
    ['"4" == sf', false],
    ['task.on ? 1 : 0', 1],
    ['min(3, sf, 9) + max(1, 2)', 5],
    ['floor(2.7) + ceil(2.1) + round(2.5) + abs(-1)', 9],
    ['sqrt(16) + pow(2, 10) + exp(0) + log(1)', 1029],
    ['both', 1],
    ['true', true],
    ['1e3 + .5', 1000.5],
    ['false && 1 / 0 > 1', false],
    ['sf < 0 ? 1 / 0 : 7', 7],
  ]
  for (const [text, result] of results)
    it(`${text} is ${JSON.stringify(result)}`, () => assert.deepEqual(evaluate(text), result))

  it('computes with the precedence of the language', () => {
    const operators = {
      '+': [1, (a: number, b: number) => a + b],
      '-': [1, (a: number, b: number) => a - b],
      '*': [2, (a: number, b: number) => a * b],
      '/': [2, (a: number, b: number) => a / b],
      '%': [2, (a: number, b: number) => a % b],
    } as const
    const within = ({ text, level }: Part, least: number) => (level < least ? `(${text})` : text)
    const { part } = fc.letrec<{ part: Part }>((tie) => ({
      part: fc.oneof(
        { maxDepth: 4 },
        fc.integer({ min: 0, max: 20 }).map((value): Part => ({ text: String(value), value, level: 3 })),
        fc
          .tuple(tie('part'), fc.constantFrom(...(Object.keys(operators) as (keyof typeof operators)[])), tie('part'))
          .map(([a, operator, b]): Part => {
            const [level, apply] = operators[operator]
            return {
              text: `${within(a, level)} ${operator} ${within(b, level + 1)}`,
              value: apply(a.value, b.value),
              level,
            }
          }),
      ),
    }))
    fc.assert(
      fc.property(part, ({ text, value }) => {
        try {
          assert.equal(evaluate(text), value)
        } catch (error) {
          // A part may be infinite or NaN although the whole is finite.
          if ((error as { code?: string }).code !== 'E_EXPRESSION') throw error
          assert.match(text, /[/%]/)
        }
      }),
    )
  })

  for (const text of ['1 / 0', '0 / 0', 'log(-1)', 'sqrt(-1)', 'log(0)', '10 ** 400', '5 % 0', 'exp(1000)']) {
    it(`${text} is refused in the run: not finite`, () =>
      assert.throws(() => evaluate(text), { code: 'E_EXPRESSION', message: /finite/ }))
  }
  for (const text of [
    "1 + 'a'",
    'task.name * 2',
    'task + 1',
    'true + 1',
    '1 && true',
    'sf ? 1 : 2',
    '!sf',
    "'a' < 'b'",
    'min(task.name)',
    'task.absent',
    'sf.a',
    'task.toString',
    'task.sigma.toFixed',
  ]) {
    it(`${text} is refused in the run: wrong kind`, () => assert.throws(() => evaluate(text), { code: 'E_EXPRESSION' }))
  }

  const hostile = [
    '',
    ' ',
    '1 +',
    '* 2',
    '(1',
    '1)',
    '1 2',
    '1; 2',
    '1, 2',
    'sf = 3',
    'sf += 1',
    'sf++',
    'a => a',
    'constructor',
    '__proto__',
    'prototype',
    'sf.constructor',
    "sf['constructor']",
    'task["sigma"]',
    'task[0]',
    'task?.sigma',
    'sf.__proto__',
    'min.constructor',
    "min.constructor('return process')()",
    'process',
    'process.exit()',
    'globalThis',
    'this',
    'this.sf',
    'require("fs")',
    'eval("1")',
    'Function("1")()',
    'Math.max(1)',
    'min',
    'min()',
    'pow(1)',
    'sqrt(1, 2)',
    'floor?.(1)',
    '[1]',
    '[]',
    '{}',
    '`a`',
    '`${sf}`',
    '1 | 2',
    '1 & 2',
    '1 ^ 2',
    '~1',
    '1 << 2',
    '1 >> 2',
    '1 >>> 2',
    'sf ?? 1',
    'new Date',
    'typeof sf',
    'void 0',
    'delete sf',
    "'a' in task",
    'sf instanceof sf',
    '/a/',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    '1e999',
    '0x10',
    '1n',
    '@',
    '\\u0061',
    'sf sigma',
    'toString',
    'hasOwnProperty("a")',
    'valueOf()',
    '('.repeat(900),
    '-'.repeat(900),
    '1'.repeat(1001),
    `${'1+'.repeat(600)}1`,
    'sf'.repeat(300),
    'true ? '.repeat(140),
  ]
  for (const text of hostile) {
    it(`refuses ${text.length > 40 ? `${text.slice(0, 20)}... (${text.length})` : JSON.stringify(text)} before the run`, () => {
      assert.throws(
        () => compile({ $expr: text }),
        (error: { name: string; code: string; found?: string; place: { line?: number } }) => {
          assert.equal(error.name, 'KintsugiError')
          assert.equal(error.code, 'E_EXPRESSION')
          assert.ok(error.place.line !== undefined)
          return true
        },
      )
    })
  }
  for (const value of [3, null, ['1'], { a: 1 }])
    it(`refuses ${JSON.stringify(value)} as an expression`, () =>
      assert.throws(() => compile({ $expr: value }), { code: 'E_EXPRESSION' }))

  it('says where in the expression', () => {
    assert.throws(() => compile({ $expr: '1 + sff * 2' }), {
      found: '"1 + sff * 2", character 5',
      fix: 'Did you mean "sf"?',
    })
    assert.throws(() => compile({ $expr: '1 + flor(2)' }), {
      found: '"1 + flor(2)", character 5',
      fix: 'Did you mean "floor"?',
    })
    assert.throws(() => compile({ $expr: 'sf + (2 | 3)' }), {
      message: /operator "\|"/,
      found: '"sf + (2 | 3)", character 6',
    })
  })

  it('answers or refuses any text, and never more', () => {
    const token = fc.constantFrom(
      'sf',
      'task',
      '.',
      'sigma',
      '(',
      ')',
      '1',
      '+',
      '-',
      '*',
      '!',
      '&&',
      '?',
      ':',
      ',',
      '[',
      ']',
      'min',
      "'",
      ' ',
      '=',
      '`',
      '$',
      '{',
      '}',
      'constructor',
      '|',
    )
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        try {
          evaluate(tokens.join(''))
        } catch (error) {
          assert.equal((error as { code?: string }).code, 'E_EXPRESSION', String(error))
        }
      }),
      { numRuns: 1000 },
    )
  })
})
