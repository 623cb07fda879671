import { KintsugiError, type Place } from '../errors/error.js'
import { sentence } from './describe.js'
import { LineMap } from './frame.js'
import { parseJson } from './json.js'
import { MAX_DEPTH, offsetOf, type ParsedText, TextFault } from './parsed-text.js'
import type { DocumentPath } from './types.js'
import { parseYaml } from './yaml.js'

/** Longest text of a document, in UTF-16 units (64 Mi). */
const MAX_LENGTH = 64 * 1024 * 1024

/** A document as plain data that still knows where everything stood. */
export interface SourceDocument {
  /** Plain JSON data; the root is a map. */
  readonly value: unknown
  readonly file?: string
  /** Place of the value or key at `path`, or of its deepest ancestor that exists; computed when asked. */
  locate(path: DocumentPath, target?: 'key' | 'value'): Place
}

/**
 * Reads a pipeline document from JSON or YAML 1.2 text; `file` is its name in messages, and `.json` demands JSON.
 * Throws `E_DOCUMENT_SYNTAX` with place and frame: bad syntax, duplicate keys, several documents, no map at the root,
 * nesting beyond 200 levels, alias bombs, texts over 64 Mi characters.
 */
export function readSource(text: string, file?: string): SourceDocument {
  const name = file === undefined ? {} : { file }
  const lines = new LineMap(text, file)
  try {
    const parsed = parse(text, file)
    return {
      value: parsed.value,
      ...name,
      locate: (path, target = 'value') => lines.place(offsetOf(parsed, path, target)),
    }
  } catch (error) {
    if (!(error instanceof TextFault)) throw error
    const place = text.length > MAX_LENGTH ? name : lines.place(error.offset)
    const { fix } = error.details
    throw new KintsugiError('E_DOCUMENT_SYNTAX', {
      ...error.details,
      message: sentence(error.message),
      ...(fix && { fix: sentence(fix) }),
      place,
    })
  }
}

/**
 * The same for a document made in code: a deep copy without members that are `undefined`. Throws `E_DOCUMENT_SYNTAX`
 * for what JSON cannot say: functions, class instances, numbers that are not finite, circles.
 */
export function sourceOfObject(value: unknown): SourceDocument {
  const copy = copyData(value, [])
  if (!isMap(copy))
    throw new KintsugiError('E_DOCUMENT_SYNTAX', {
      message: 'A pipeline document is an object.',
      expected: 'an object with "kintsugi: 1", "nodes" and "outputs"',
      fix: 'Give an object.',
      found: describeRoot(copy),
    })
  return { value: copy, locate: () => ({}) }
}

function parse(text: string, file: string | undefined): ParsedText {
  if (text.length > MAX_LENGTH) {
    throw new TextFault(0, 'the file is too large for a pipeline', {
      expected: `at most ${MAX_LENGTH / 1024 / 1024} Mi characters`,
      found: `${text.length}`,
      fix: 'use axes and nested files instead of repeated nodes',
    })
  }
  const zero = text.indexOf('\0')
  if (zero >= 0)
    throw new TextFault(zero, 'the file is not a text file', {
      expected: 'YAML or JSON in UTF-8',
      fix: 'give a pipeline file in YAML or JSON',
    })
  const parsed = parseEither(text, file)
  if (!isMap(parsed.value)) {
    throw new TextFault(parsed.rootAt, text.trim() === '' ? 'the file is empty' : 'the file holds no pipeline', {
      expected: 'a map with "kintsugi: 1", "nodes" and "outputs"',
      found: describeRoot(parsed.value),
      fix: 'start with "kintsugi: 1", then give "nodes" and "outputs"',
    })
  }
  return parsed
}

function parseEither(text: string, file: string | undefined): ParsedText {
  if (file !== undefined && /\.json$/i.test(file)) return parseJson(text)
  if (!/^\ufeff?\s*\{/.test(text)) return parseYaml(text)
  try {
    return parseJson(text)
  } catch (error) {
    // A brace may also open a YAML flow map; a text without a name that is neither is told what JSON says of it.
    if (!(error instanceof TextFault)) throw error
    try {
      return parseYaml(text)
    } catch (other) {
      throw file !== undefined && /\.ya?ml$/i.test(file) ? other : error
    }
  }
}

function copyData(value: unknown, path: DocumentPath): unknown {
  if (path.length > MAX_DEPTH) throw notData(path, 'nesting that is too deep, or a circle')
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    if (Number.isFinite(value)) return value
    throw notData(path, String(value))
  }
  if (Array.isArray(value)) return value.map((item, i) => copyData(item, [...path, i]))
  if (typeof value !== 'object') throw notData(path, typeof value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) throw notData(path, 'an instance of a class')
  const copy: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(value)) {
    if (key === '__proto__') throw notData([...path, key], 'the key "__proto__"')
    if (member !== undefined) copy[key] = copyData(member, [...path, key])
  }
  return copy
}

function notData(path: DocumentPath, found: string): KintsugiError {
  return new KintsugiError('E_DOCUMENT_SYNTAX', {
    message: `The pipeline holds something that a file could not say, at "${path.slice(0, 12).join('.')}".`,
    expected: 'texts, finite numbers, true, false, null, lists and plain objects',
    fix: 'Give plain data instead.',
    found,
  })
}

function isMap(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function describeRoot(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  return Array.isArray(value) ? 'a list' : `a ${typeof value === 'string' ? 'text' : typeof value}`
}
