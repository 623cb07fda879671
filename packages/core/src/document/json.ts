import {
  checkKey,
  duplicateKey,
  MAX_DEPTH,
  type ParsedText,
  type Positions,
  TextFault,
  tooDeep,
} from './parsed-text.js'

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y
const SPACE = /[ \t\n\r]*/y
const words: Readonly<Record<string, unknown>> = { t: ['true', true], f: ['false', false], n: ['null', null] }

/**
 * Reads JSON (RFC 8259) with the place of every value. Stricter than `JSON.parse`: a key may stand only once in a map,
 * nesting is bounded and numbers must be finite. Throws `TextFault`.
 */
export function parseJson(text: string): ParsedText {
  const positions = new Map<object, Positions>()
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0

  let rootStart = 0

  const skipSpace = () => {
    if (text.charCodeAt(at) > 32) return
    SPACE.lastIndex = at
    SPACE.test(text)
    at = SPACE.lastIndex
  }
  const unexpected = (expected: string): TextFault => {
    if (at >= text.length)
      return new TextFault(text.length, 'the JSON text ends too early', {
        expected,
        found: 'the end of the text',
        fix: 'complete the file: some of it is missing at its end',
      })
    const character = text[at]!
    const fix =
      character === ',' || character === '}' || character === ']'
        ? 'remove the comma before it, if there is one'
        : character === '/' || character === '#' || character === "'"
          ? 'JSON has no comments and no single quotes: use double quotes, or write the file as YAML'
          : at === rootStart
            ? 'write JSON, or name the file .yaml'
            : 'look for a missing comma, quote or bracket here or before'
    return new TextFault(at, 'the JSON text is malformed', {
      expected,
      found: JSON.stringify(character),
      ...(fix && { fix }),
    })
  }

  const parseString = (): string => {
    const start = at
    for (at++; ; at++) {
      const code = text.charCodeAt(at)
      if (code === 34) break
      if (code === 92) at++
      else if (code < 32 || Number.isNaN(code))
        throw new TextFault(start, 'a text is not closed', {
          expected: 'a closing "',
          fix: 'add the closing ", and write \\n for a line break',
        })
    }
    at++
    try {
      return JSON.parse(text.slice(start, at)) as string
    } catch {
      throw new TextFault(start, 'a text has an unknown escape', {
        expected: 'one of \\" \\\\ \\/ \\b \\f \\n \\r \\t \\uXXXX',
        fix: 'write \\\\ for a backslash',
      })
    }
  }

  const parseMap = (depth: number): unknown => {
    const map: Record<string, unknown> = {}
    const keys: string[] = []
    const keyAt: number[] = []
    const valueAt: number[] = []
    positions.set(map, { keys, keyAt, valueAt })
    at++
    skipSpace()
    if (text[at] === '}') {
      at++
      return map
    }
    for (;;) {
      if (text[at] !== '"') throw unexpected('a key in double quotes')
      const start = at
      const key = parseString()
      checkKey(key, start)
      if (Object.hasOwn(map, key)) throw duplicateKey(key, start)
      skipSpace()
      if (text[at] !== ':') throw unexpected('":" after the key')
      at++
      skipSpace()
      keys.push(key)
      keyAt.push(start)
      valueAt.push(at)
      map[key] = parseValue(depth + 1)
      skipSpace()
      if (text[at] === '}') break
      if (text[at] !== ',') throw unexpected('"," or "}"')
      at++
      skipSpace()
    }
    at++
    return map
  }

  const parseList = (depth: number): unknown => {
    const list: unknown[] = []
    const valueAt: number[] = []
    positions.set(list, { keys: undefined, keyAt: valueAt, valueAt })
    at++
    skipSpace()
    if (text[at] === ']') {
      at++
      return list
    }
    for (;;) {
      valueAt.push(at)
      list.push(parseValue(depth + 1))
      skipSpace()
      if (text[at] === ']') break
      if (text[at] !== ',') throw unexpected('"," or "]"')
      at++
      skipSpace()
    }
    at++
    return list
  }

  const parseValue = (depth: number): unknown => {
    if (depth > MAX_DEPTH) throw tooDeep(at)
    const character = text[at]
    if (character === '"') return parseString()
    if (character === '{') return parseMap(depth)
    if (character === '[') return parseList(depth)
    const word = words[character ?? ''] as [string, unknown] | undefined
    if (word !== undefined && text.startsWith(word[0], at)) {
      at += word[0].length
      return word[1]
    }
    NUMBER.lastIndex = at
    if (!NUMBER.test(text)) throw unexpected('a value')
    const number = Number(text.slice(at, NUMBER.lastIndex))
    if (!Number.isFinite(number))
      throw new TextFault(at, 'a number is too large', {
        expected: 'a finite number',
        fix: 'give a finite number',
      })
    at = NUMBER.lastIndex
    return number
  }

  skipSpace()
  const rootAt = at
  rootStart = at
  const value = parseValue(0)
  skipSpace()
  if (at < text.length) throw unexpected('the end of the text')
  return { value, positions, rootAt }
}
