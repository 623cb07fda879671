import assert from 'node:assert/strict'
import { readSource, sourceOfObject } from '../src/document/source.js'
import { KintsugiError } from '../src/errors/error.js'

function fault(text: string, file?: string): KintsugiError {
  try {
    readSource(text, file)
  } catch (error) {
    assert.ok(error instanceof KintsugiError, String(error))
    assert.equal(error.code, 'E_DOCUMENT_SYNTAX')
    return error
  }
  return assert.fail(`was read: ${text.slice(0, 60)}`)
}

const yaml = `kintsugi: 1
nodes:
  noisy:
    use: degrade/gaussian-noise
    with: { sigma: 25, list: [1, 2] }
outputs: { a: noisy }
`

describe('readSource', () => {
  it('reads the same data from YAML and JSON', () => {
    const value = readSource(yaml, 'a.yaml').value
    assert.deepEqual(value, {
      kintsugi: 1,
      nodes: { noisy: { use: 'degrade/gaussian-noise', with: { sigma: 25, list: [1, 2] } } },
      outputs: { a: 'noisy' },
    })
    for (const text of [JSON.stringify(value), JSON.stringify(value, null, 2), `\ufeff${JSON.stringify(value)}`]) {
      assert.deepEqual(readSource(text, 'a.json').value, value)
      assert.deepEqual(readSource(text).value, value)
    }
  })

  it('reads JSON as JSON.parse does', () => {
    const text = '{ "a": [true, false, null, -0.5e-3, 12, "\\u00e9\\n\\"\\\\/"], "": {}, "constructor": { "b" : [ ] } }'
    assert.deepEqual(readSource(text, 'a.json').value, JSON.parse(text))
  })

  it('follows YAML 1.2: dates, yes and no stay texts, keys are texts as written', () => {
    const { value } = readSource('date: 2024-01-31\nyes: no\n1: a\n01: b\n1.50: c\nnull: d\nhex: 0x10\nempty:\n')
    assert.deepEqual(value, {
      date: '2024-01-31',
      yes: 'no',
      1: 'a',
      '01': 'b',
      '1.50': 'c',
      null: 'd',
      hex: 16,
      empty: null,
    })
  })

  it('reads a flow map in braces as YAML', () => {
    assert.deepEqual(readSource('{ a: 1, b: [x, y] } # more').value, { a: 1, b: ['x', 'y'] })
  })

  it('resolves anchors within bounds', () => {
    assert.deepEqual(readSource('a: &x { b: 1 }\nc: *x\nd: [*x, *x]\n').value, {
      a: { b: 1 },
      c: { b: 1 },
      d: [{ b: 1 }, { b: 1 }],
    })
  })

  it('locates values and keys, falls back to the deepest ancestor', () => {
    const source = readSource(yaml, 'a.yaml')
    const at = (path: (string | number)[], target?: 'key' | 'value') => {
      const { file, line, column } = source.locate(path, target)
      return [file, line, column]
    }
    assert.deepEqual(at(['nodes', 'noisy', 'with', 'sigma']), ['a.yaml', 5, 20])
    assert.deepEqual(at(['nodes', 'noisy', 'with', 'sigma'], 'key'), ['a.yaml', 5, 13])
    assert.deepEqual(at(['nodes', 'noisy', 'with', 'list', 1]), ['a.yaml', 5, 34])
    assert.deepEqual(at(['nodes', 'noisy', 'with', 'list', 7]), ['a.yaml', 5, 30])
    assert.deepEqual(at(['nodes', 'absent', 'with']), ['a.yaml', 3, 3])
    assert.deepEqual(at([]), ['a.yaml', 1, 1])
  })

  it('locates in JSON, with a frame of the lines around and no colours', () => {
    const source = readSource('{\r\n  "nodes": {\r\n    "a": [1,\r\n      { "b": 2 }]\r\n  }\r\n}', 'p.json')
    const place = source.locate(['nodes', 'a', 1, 'b'])
    assert.deepEqual([place.line, place.column], [4, 14])
    assert.match(place.frame!, /> 4 \| {7}\{ "b": 2 \}\]\n {4}\| {14}\^/)
    assert.equal(place.frame!.includes('\u001b'), false)
  })

  it('crops frames of very long lines', () => {
    const text = JSON.stringify({ a: 'x'.repeat(5000), b: { c: 1 } })
    const place = readSource(text, 'p.json').locate(['b', 'c'])
    assert.equal(place.column, text.indexOf('1}}') + 1)
    assert.ok(place.frame!.length < 600)
    const [shown, mark] = place.frame!.split('\n')
    assert.equal(shown![mark!.indexOf('^')], '1')
  })

  const malformed: [name: string, text: string, file: string | undefined, line: number, message: RegExp][] = [
    ['an empty file', '', 'a.yaml', 1, /empty/i],
    ['a file of comments', '# nothing\n', 'a.yaml', 1, /no pipeline/i],
    ['a list', '- a\n- b\n', 'a.yaml', 1, /no pipeline/i],
    ['a bare text', 'hello', 'a.yaml', 1, /no pipeline/i],
    ['a JSON list', '[1, 2]', 'a.json', 1, /no pipeline/i],
    ['a tab as indentation', 'a:\n\tb: 1\n', 'a.yaml', 2, /tab/i],
    ['an unclosed bracket', 'a: [1, 2\nb: 3\n', 'a.yaml', 2, /.+/i],
    ['bad indentation', 'a:\n    b: 1\n  c: 2\n', 'a.yaml', 3, /.+/i],
    ['two documents', 'a: 1\n---\nb: 2\n', 'a.yaml', 2, /more than one document/i],
    ['a duplicate key', 'a: 1\nb: 2\na: 3\n', 'a.yaml', 3, /"a" stands twice/i],
    ['a duplicate key, numbers', '1: x\n"1": y\n', 'a.yaml', 2, /"1" stands twice/i],
    ['__proto__', 'a:\n  __proto__: { b: 1 }\n', 'a.yaml', 2, /__proto__/i],
    ['a map as a key', '? { a: 1 }\n: b\n', 'a.yaml', 1, /key/i],
    ['a custom tag', 'a: !shell rm\n', 'a.yaml', 1, /tags/i],
    ['a YAML 1.1 directive', '%YAML 1.1\n---\na: 1\n', 'a.yaml', 1, /YAML 1.1/i],
    ['an unknown alias', 'a: *b\n', 'a.yaml', 1, /alias/i],
    ['an alias inside its anchor', 'a: &a { b: *a }\n', 'a.yaml', 1, /alias/i],
    ['infinity', 'a: .inf\n', 'a.yaml', 1, /finite/i],
    ['zero bytes', 'a: b\0\n', 'a.yaml', 1, /text file/i],
    ['deep YAML', `a: ${'['.repeat(300)}${']'.repeat(300)}`, 'a.yaml', 1, /deep/i],
    ['very deep YAML', `a: ${'['.repeat(50_000)}`, 'a.yaml', 1, /deep/i],
    ['many lists in one line', '- '.repeat(50_000), 'a.yaml', 1, /deep/i],
    [
      'many levels of indentation',
      Array.from({ length: 300 }, (_, i) => `${' '.repeat(i)}a:`).join('\n'),
      'a.yaml',
      203,
      /deep/i,
    ],
    ['an unclosed flow map', '{ a: 1, b: [2', 'a.yaml', 1, /missing/i],
    ['deep JSON', `{"a": ${'['.repeat(100_000)}`, 'a.json', 1, /deep/i],
    ['a duplicate JSON key', '{\n  "a": 1,\n  "\\u0061": 2\n}', 'a.json', 3, /"a" stands twice/i],
    ['__proto__ in JSON', '{ "__proto__": {} }', 'a.json', 1, /__proto__/i],
    ['a trailing comma', '{\n  "a": 1,\n}', 'a.json', 3, /malformed/i],
    ['a missing comma', '{\n  "a": 1\n  "b": 2\n}', 'a.json', 3, /malformed/i],
    ['a comment in JSON', '{\n  // no\n  "a": 1\n}', 'a.json', 2, /malformed/i],
    ['single quotes', "{'a': 1}", 'a.json', 1, /malformed/i],
    ['an unclosed text', '{"a": "b\n"}', 'a.json', 1, /not closed/i],
    ['an unknown escape', '{"a": "\\x"}', 'a.json', 1, /escape/i],
    ['JSON that ends early', '{"a": [1, 2', 'a.json', 1, /too early/i],
    ['text after the JSON', '{"a": 1} x', 'a.json', 1, /malformed/i],
    ['a leading zero', '{"a": 01}', 'a.json', 1, /malformed/i],
    ['a number too large', '{"a": 1e999}', 'a.json', 1, /too large/i],
    ['YAML in a .json file', 'a: 1\n', 'a.json', 1, /malformed/i],
    ['neither JSON nor YAML', '{"a": 1, "b" 2}', undefined, 1, /malformed/i],
  ]
  for (const [name, text, file, line, message] of malformed) {
    it(`refuses ${name}`, () => {
      const error = fault(text, file)
      assert.match(error.message, message)
      assert.equal(error.place.line, line, error.message)
      assert.equal(error.place.file, file)
      assert.ok(error.place.column! >= 1)
      assert.equal(typeof error.place.frame, 'string')
    })
  }

  it('refuses an alias bomb quickly', () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
    for (let i = 1; i < 20; i++)
      lines.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      )
    const start = performance.now()
    assert.match(fault(lines.join('\n')).message, /aliases expand/i)
    assert.ok(performance.now() - start < 1000)
  })

  it('refuses aliases that nest too deeply', () => {
    const lines = ['a0: &a0 [x]']
    for (let i = 1; i < 250; i++) lines.push(`a${i}: &a${i} [*a${i - 1}]`)
    assert.match(fault(lines.join('\n')).message, /deep/)
  })

  it('refuses files over 64 Mi characters', () => {
    assert.match(fault(`a: ${'x'.repeat(64 * 1024 * 1024)}`, 'a.yaml').message, /too large/)
  })

  it('reads 10,000 nodes fast', () => {
    const nodes = Array.from(
      { length: 10_000 },
      (_, i) => `  n${i}: { use: a/b, in: n${i - 1}, with: { sigma: { $uniform: [1, 25] }, gray: false } }`,
    )
    const text = `kintsugi: 1\nnodes:\n${nodes.join('\n')}\noutputs: { a: n9999 }\n`
    const timed = (source: string, file: string) => {
      const start = process.cpuUsage()
      const { value } = readSource(source, file)
      return [process.cpuUsage(start).user / 1000, value] as const
    }
    const [yamlTime, value] = timed(text, 'a.yaml')
    const [jsonTime, same] = timed(JSON.stringify(value), 'a.json')
    assert.deepEqual(same, value)
    assert.ok(yamlTime < 6000, `YAML took ${yamlTime} ms`)
    assert.ok(jsonTime < 2000, `JSON took ${jsonTime} ms`)
  })
})

describe('sourceOfObject', () => {
  it('copies and drops undefined members', () => {
    const value = { a: [1, { b: undefined, c: 'x' }] }
    const source = sourceOfObject(value)
    assert.deepEqual(source.value, { a: [1, { c: 'x' }] })
    assert.notEqual(source.value, value)
    assert.deepEqual(source.locate(['a']), {})
  })

  const circle: Record<string, unknown> = {}
  circle.self = circle
  const refused: [string, unknown][] = [
    ['a list', []],
    ['null', null],
    ['a function', { a: () => 1 }],
    ['a date', { a: new Date(0) }],
    ['NaN', { a: NaN }],
    ['a bigint', { a: 1n }],
    ['a circle', circle],
    ['an own __proto__', JSON.parse('{"__proto__": 1}')],
  ]
  for (const [name, value] of refused) {
    it(`refuses ${name}`, () => assert.throws(() => sourceOfObject(value), { code: 'E_DOCUMENT_SYNTAX' }))
  }
})
