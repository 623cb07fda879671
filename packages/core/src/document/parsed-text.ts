import type { DocumentPath } from './types.js'

/** Deepest nesting of maps and lists that a document may have. A pipeline needs about ten; deeper input is a mistake or an attack. */
export const MAX_DEPTH = 200

/** Where the members of one map or list stand in the text, as offsets. */
export interface Positions {
  /** Keys in document order; `undefined` for a list. */
  readonly keys: string[] | undefined
  readonly keyAt: number[]
  readonly valueAt: number[]
}

/** A document as plain data, with the places of everything in it. */
export interface ParsedText {
  readonly value: unknown
  readonly positions: ReadonlyMap<object, Positions>
  /** Offset of the root value. */
  readonly rootAt: number
}

/** A fault in the text itself, before it has a file and a line. */
export class TextFault extends Error {
  constructor(
    readonly offset: number,
    message: string,
    readonly details: { expected?: string; found?: string; fix?: string } = {},
  ) {
    super(message)
  }
}

/** Offset of the value (or key) at `path`, or of its deepest ancestor that exists. */
export function offsetOf(parsed: ParsedText, path: DocumentPath, target: 'key' | 'value'): number {
  let container = parsed.value
  let offset = parsed.rootAt
  for (const [i, segment] of path.entries()) {
    const positions = typeof container === 'object' && container !== null ? parsed.positions.get(container) : undefined
    const at = positions === undefined ? -1 : (positions.keys?.indexOf(String(segment)) ?? Number(segment))
    const found = target === 'key' && i === path.length - 1 ? positions?.keyAt[at] : positions?.valueAt[at]
    if (found === undefined) break
    offset = found
    container = (container as Record<string | number, unknown>)[segment]
  }
  return offset
}

/** Refuses keys that would change the meaning of an object instead of being data in it. */
export function checkKey(key: string, offset: number): void {
  if (key === '__proto__')
    throw new TextFault(offset, 'the key "__proto__" is not allowed', {
      expected: 'keys that are plain data',
      fix: 'use another name',
    })
}

/** The fault of a key that stands twice in one map. */
export function duplicateKey(key: string, offset: number): TextFault {
  return new TextFault(offset, `the key "${key}" stands twice in this map`, {
    expected: 'each key once',
    fix: `rename or remove one "${key}"`,
  })
}

/** The fault of a document that nests beyond `MAX_DEPTH`. */
export function tooDeep(offset: number): TextFault {
  return new TextFault(offset, 'the document is nested too deeply', {
    expected: `at most ${MAX_DEPTH} levels`,
    fix: 'use fewer levels, and look for a bracket or an indentation that repeats',
  })
}
