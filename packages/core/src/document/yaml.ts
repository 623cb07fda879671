import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import type { Alias, CST, Document, ParsedNode, YAMLError } from 'yaml'
import {
  checkKey,
  duplicateKey,
  MAX_DEPTH,
  type ParsedText,
  type Positions,
  TextFault,
  tooDeep,
} from './parsed-text.js'

const require = createRequire(import.meta.url)

/** The package is loaded on first use: threads that run nodes read no documents. */
function loadYaml(): typeof Yaml {
  return require('yaml') as typeof Yaml
}

/** How many values repeated use of anchors may add to a document before it is refused as an alias bomb. */
const MAX_ALIASED = 100_000

interface Meaning {
  message: string
  expected: string
  fix: string
}

const meanings: Readonly<Record<string, Meaning>> = {
  BAD_INDENT: {
    message: 'the indentation does not fit',
    expected: 'the members of one map or list in one column',
    fix: 'indent the members of one map or list by the same number of spaces',
  },
  BAD_ALIAS: {
    message: 'an alias (*name) is malformed or has no anchor (&name) before it',
    expected: 'an alias of an anchor',
    fix: 'put a text that starts with "*" in quotes, or add the anchor',
  },
  BLOCK_IN_FLOW: {
    message: 'an indented block stands inside { } or [ ]',
    expected: 'maps and lists in brackets inside brackets',
    fix: 'close the brackets, or write the inner part in brackets too',
  },
  MISSING_CHAR: {
    message: 'a character is missing',
    expected: 'texts and brackets that are closed',
    fix: 'look for a quote, comma or colon that is missing here or before',
  },
  MULTILINE_IMPLICIT_KEY: {
    message: 'a key spans several lines',
    expected: '"key: value" in one line',
    fix: 'look for a missing ":" or a wrong indentation',
  },
  NON_STRING_KEY: {
    message: 'a key is not a plain text',
    expected: 'a name before ":"',
    fix: 'put a name before ":"; a text that starts with "{" or "[" needs quotes',
  },
  TAB_AS_INDENT: {
    message: 'a tab is used as indentation',
    expected: 'indentation by spaces',
    fix: 'indent with spaces',
  },
  TAG_RESOLVE_FAILED: { message: 'tags (!name) are not supported', expected: 'plain data', fix: 'remove the tag' },
}

const malformed: Meaning = {
  message: 'the YAML text is malformed',
  expected: 'YAML 1.2',
  fix: 'look for a missing quote, bracket or colon here or in the line before',
}

/**
 * Reads YAML 1.2 (core schema) with the place of every value. Keys are texts as written; anchors and aliases work, within
 * bounds; tags of other schemas, several documents and duplicate keys are refused. Throws `TextFault`.
 */
export function parseYaml(text: string): ParsedText {
  const document = compose(text)
  const fault = document.errors[0] ?? document.warnings[0]
  if (fault !== undefined) throw faultOf(fault, text)
  const { version, explicit } = document.directives.yaml
  if (explicit && version !== '1.2')
    throw new TextFault(0, `YAML ${version} is not supported`, { expected: 'YAML 1.2', fix: 'remove the %YAML line' })
  return new Converter().convert(document)
}

function compose(text: string): Document.Parsed {
  // Duplicate keys are found by the converter, in linear time.
  const composer = new (loadYaml().Composer)({ version: '1.2', schema: 'core', stringKeys: true, uniqueKeys: false })
  const [document, second] = composer.compose(tokensOf(text), true, text.length)
  if (second !== undefined)
    throw new TextFault(second.range[0], 'the file holds more than one document', {
      expected: 'one pipeline in a file',
      fix: 'remove the lines "---" and "..." and keep one pipeline in a file',
    })
  return document as Document.Parsed
}

/** The text's syntax, refused as soon as it nests too deeply: the composer recurses, and its stack must not run out. */
function* tokensOf(text: string): Generator<CST.Token, void> {
  const { Lexer, Parser } = loadYaml()
  const parser = new Parser()
  for (const lexeme of new Lexer().lex(text)) {
    yield* parser.next(lexeme)
    if (parser.stack.length > MAX_DEPTH + 3) throw tooDeep(parser.offset)
  }
  yield* parser.end()
}

function faultOf(error: YAMLError, text: string): TextFault {
  const found = error.message.split('\n', 1)[0]!
  const bracket = /end with a ([\]}])/.exec(found)?.[1]
  const unclosed: Meaning = {
    message: `"${bracket}" is missing, or the lines before it are not indented`,
    expected: `"${bracket}"`,
    fix: `add "${bracket}"`,
  }
  const { message, expected, fix } = bracket === undefined ? (meanings[error.code] ?? malformed) : unclosed
  // What is indented wrongly stands after its indentation.
  const indent = error.code === 'BAD_INDENT' ? (/ */y.exec(text.slice(error.pos[0]))?.[0].length ?? 0) : 0
  return new TextFault(error.pos[0] + indent, message, { expected, found, fix })
}

class Converter {
  readonly #yaml = loadYaml()
  readonly #positions = new Map<object, Positions>()
  readonly #anchors = new Map<string, { value: unknown; size: number; depth: number }>()
  readonly #open = new Set<string>()
  #size = 0
  #aliased = 0
  /** Deepest level below the node converted last, so that aliases count with what they bring. */
  #deepest = 0

  convert(document: Document.Parsed): ParsedText {
    const root = document.contents
    if (root === null) return { value: null, positions: this.#positions, rootAt: 0 }
    return { value: this.#node(root, 0), positions: this.#positions, rootAt: root.range[0] }
  }

  #node(node: ParsedNode | null, depth: number): unknown {
    if (node === null) return null
    if (depth > MAX_DEPTH) throw tooDeep(node.range[0])
    if (this.#yaml.isAlias(node)) return this.#alias(node, depth)
    const anchor = node.anchor
    if (anchor === undefined) return this.#plain(node, depth)
    const before = this.#size
    const deepest = this.#deepest
    this.#deepest = depth
    this.#open.add(anchor)
    const value = this.#plain(node, depth)
    this.#open.delete(anchor)
    this.#anchors.set(anchor, { value, size: this.#size - before, depth: this.#deepest - depth })
    this.#deepest = Math.max(this.#deepest, deepest)
    return value
  }

  #plain(node: ParsedNode, depth: number): unknown {
    this.#size++
    if (depth > this.#deepest) this.#deepest = depth
    if (this.#yaml.isScalar(node)) {
      const { value } = node
      if (typeof value === 'number' && !Number.isFinite(value)) {
        throw new TextFault(node.range[0], 'a number is not finite', {
          expected: 'a finite number',
          found: node.source ?? String(value),
          fix: 'give a finite number',
        })
      }
      return value
    }
    if (this.#yaml.isSeq(node)) {
      const list: unknown[] = []
      const valueAt: number[] = []
      this.#positions.set(list, { keys: undefined, keyAt: valueAt, valueAt })
      for (const item of node.items as (ParsedNode | null)[]) {
        valueAt.push(item?.range[0] ?? node.range[0])
        list.push(this.#node(item, depth + 1))
      }
      return list
    }
    if (!this.#yaml.isMap(node)) return null
    const map: Record<string, unknown> = {}
    const keys: string[] = []
    const keyAt: number[] = []
    const valueAt: number[] = []
    this.#positions.set(map, { keys, keyAt, valueAt })
    for (const pair of node.items as { key: ParsedNode | null; value: ParsedNode | null }[]) {
      const start = pair.key?.range[0] ?? node.range[0]
      if (!this.#yaml.isScalar(pair.key) || typeof pair.key.value !== 'string') {
        throw new TextFault(start, 'a key is not a plain text', {
          expected: 'a name before ":"',
          fix: 'put a name before ":"',
        })
      }
      const key = pair.key.value
      checkKey(key, start)
      if (Object.hasOwn(map, key)) throw duplicateKey(key, start)
      keys.push(key)
      keyAt.push(start)
      valueAt.push(pair.value?.range[0] ?? start)
      map[key] = this.#node(pair.value, depth + 1)
    }
    return map
  }

  #alias(node: Alias.Parsed, depth: number): unknown {
    const target = this.#anchors.get(node.source)
    if (target === undefined) {
      const message = this.#open.has(node.source)
        ? `the alias *${node.source} stands inside its own anchor`
        : `the alias *${node.source} has no anchor`
      throw new TextFault(node.range[0], message, {
        expected: 'an alias of something that is complete',
        fix: this.#open.has(node.source)
          ? 'write out what is meant instead of the alias'
          : `put &${node.source} before what is meant, above this place`,
      })
    }
    this.#size += target.size
    this.#aliased += target.size
    if (depth + target.depth > MAX_DEPTH) throw tooDeep(node.range[0])
    this.#deepest = Math.max(this.#deepest, depth + target.depth)
    if (this.#aliased > MAX_ALIASED) {
      throw new TextFault(node.range[0], 'aliases expand to too many values', {
        expected: `at most ${MAX_ALIASED.toLocaleString('en')} values from aliases`,
        fix: 'use fewer aliases',
      })
    }
    return target.value
  }
}
