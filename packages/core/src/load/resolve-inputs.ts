import { stat } from 'node:fs/promises'
import { extname, relative, resolve, sep } from 'node:path'
import type { LoadedDocument } from '../document/load.js'
import { nearest } from '../document/suggest.js'
import type { InputDeclaration } from '../document/types.js'
import { fileFault, KintsugiError } from '../errors/index.js'
import type { ResolvedInput } from '../plan/inputs.js'
import { readRows } from './rows.js'

/** What a caller gives for an input: a path, a glob, a literal, or a value made by the program. */
export type GivenInput = { text: string } | { value: unknown }

/** Lists the files of every input of a pipeline that is run on its own. */
export async function resolveInputs(
  document: LoadedDocument,
  given: Readonly<Record<string, GivenInput>>,
  cwd: string,
): Promise<Map<string, ResolvedInput>> {
  const declared = document.document.inputs ?? {}
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue
    const guess = nearest(name, Object.keys(declared))
    throw new KintsugiError('E_ARGUMENT', {
      message: `The pipeline has no input "${name}".`,
      expected: Object.keys(declared).length === 0 ? 'no inputs' : `one of ${Object.keys(declared).join(', ')}`,
      found: name,
      fix: guess === undefined ? 'Remove it.' : `Write "${guess}".`,
    })
  }
  const resolved = new Map<string, ResolvedInput>()
  const inner = new Set<string>()
  for (const [name, input] of Object.entries(declared)) {
    const own = Object.hasOwn(given, name) ? given[name] : undefined
    const place = document.source.locate(['inputs', name])
    try {
      const result =
        own !== undefined
          ? await resolveGiven(name, input, own, cwd)
          : await resolveDeclared(name, input, document.folder)
      if (result !== undefined) resolved.set(name, result)
      if (typeof input.each === 'object' && input.each.join === 'inner' && result?.kind === 'each')
        inner.add(result.axis)
    } catch (error) {
      throw error instanceof KintsugiError ? error.at(own === undefined ? place : {}) : error
    }
  }
  return joined(resolved, inner, document)
}

async function resolveGiven(
  name: string,
  input: InputDeclaration,
  given: GivenInput,
  cwd: string,
): Promise<ResolvedInput> {
  if ('value' in given) return { kind: 'given', value: given.value }
  if (input.each !== undefined || isPattern(given.text))
    return resolveEach(name, given.text, cwd, 'the working directory')
  return literalInput(name, input, given.text, cwd)
}

async function resolveDeclared(
  name: string,
  input: InputDeclaration,
  folder: string,
): Promise<ResolvedInput | undefined> {
  if (input.each !== undefined)
    return resolveEach(name, typeof input.each === 'string' ? input.each : input.each.glob, folder, 'the pipeline file')
  if (input.default !== undefined) return literalInput(name, input, input.default, folder)
  return undefined
}

async function literalInput(
  name: string,
  input: InputDeclaration,
  value: unknown,
  folder: string,
): Promise<ResolvedInput> {
  if (
    input.type === 'image' ||
    (input.type === 'model' && typeof value === 'string' && !value.startsWith('builtin:'))
  ) {
    if (typeof value !== 'string')
      throw new KintsugiError('E_INPUT', {
        message: `Input "${name}" is not a path.`,
        expected: 'the path of a file',
        found: JSON.stringify(value),
        fix: 'Give a path as text.',
      })
    const path = resolve(folder, value)
    await stat(path).catch((error: unknown) => {
      throw new KintsugiError('E_INPUT', {
        message: `The file "${value}" of input "${name}" cannot be read.`,
        expected: 'a readable file',
        found: fileFault(error),
        fix: 'Check the path.',
      })
    })
    return { kind: 'literal', value: path }
  }
  if (typeof value === 'string' && (input.type === 'number' || input.type === 'boolean')) {
    const parsed: unknown =
      input.type === 'number' ? Number(value) : value === 'true' ? true : value === 'false' ? false : undefined
    if (parsed === undefined || Number.isNaN(parsed))
      throw new KintsugiError('E_INPUT', {
        message: `Input "${name}" is no ${input.type}.`,
        expected: input.type,
        found: value,
        fix: `Give a ${input.type}.`,
      })
    return { kind: 'literal', value: parsed }
  }
  return { kind: 'literal', value }
}

function isPattern(text: string): boolean {
  return /[*?{[]/.test(text)
}

const CAPTURE = /\{([A-Za-z_][A-Za-z0-9_-]*)\}/g

/** Lists the files of an `each`: the axis is named by the input, or by a `{name}` in the pattern that captures the key. */
async function resolveEach(name: string, pattern: string, folder: string, base: string): Promise<ResolvedInput> {
  const extension = extname(pattern).toLowerCase()
  if (!isPattern(pattern) && ['.csv', '.jsonl', '.ndjson'].includes(extension)) {
    return { kind: 'each', axis: name, entries: await readRows(resolve(folder, pattern), pattern) }
  }
  const captures = [...pattern.matchAll(CAPTURE)]
  if (captures.length > 1) {
    throw new KintsugiError('E_INPUT', {
      message: `The pattern of input "${name}" captures more than one axis.`,
      expected: 'at most one {name}',
      found: pattern,
      fix: 'Use * for the other parts.',
    })
  }
  const absolute = resolve(folder, pattern).split(sep).join('/')
  const axis = captures[0]?.[1] ?? name
  const wildcard = absolute.replace(CAPTURE, '*')
  const fixed = fixedPart(wildcard)
  const { glob } = await import('tinyglobby')
  const files = await glob([wildcard.slice(fixed.length)], { cwd: fixed, absolute: true, onlyFiles: true, dot: false })
  const capture = captures.length === 0 ? undefined : captureOf(absolute)
  const entries = new Map<string, unknown>()
  for (const file of files.map((f) => resolve(f)).sort((a, b) => (a < b ? -1 : 1))) {
    const portable = file.split(sep).join('/')
    const key =
      capture === undefined
        ? relative(fixed, file)
            .split(sep)
            .join('/')
            .replace(/\.[^./]*$/, '')
        : capture.exec(portable)?.[1]
    if (key === undefined) continue
    const before = entries.get(key)
    if (before !== undefined) {
      throw new KintsugiError('E_INPUT', {
        message: `Two files of input "${name}" have the key "${key}".`,
        expected: 'names that differ without their extension',
        found: `${relative(folder, before as string)} and ${relative(folder, file)}`,
        fix: 'Narrow the pattern, or rename one.',
      })
    }
    entries.set(key, file)
  }
  if (entries.size === 0) {
    throw new KintsugiError('E_INPUT', {
      message: `No file matches the pattern of input "${name}".`,
      expected: `files matching ${pattern}`,
      found: 'no such file',
      fix: `Check the pattern; it is relative to ${base}.`,
    })
  }
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  return { kind: 'each', axis, entries: new Map(sorted) }
}

/** The folder before the first special character. */
function fixedPart(pattern: string): string {
  const special = pattern.search(/[*?{[!(]/)
  const head = special < 0 ? pattern : pattern.slice(0, special)
  return head.slice(0, head.lastIndexOf('/') + 1)
}

/** A regular expression whose group 1 is the captured key; it understands `*`, `**`, `?` and `{a,b}`. */
function captureOf(pattern: string): RegExp {
  let out = ''
  for (let i = 0; i < pattern.length; i++) {
    const rest = pattern.slice(i)
    const capture = /^\{[A-Za-z_][A-Za-z0-9_-]*\}/.exec(rest)?.[0]
    const braces = /^\{[^{}]*,[^{}]*\}/.exec(rest)?.[0]
    if (capture !== undefined) {
      out += '([^/]+?)'
      i += capture.length - 1
    } else if (braces !== undefined) {
      out += `(?:${braces
        .slice(1, -1)
        .split(',')
        .map((part) => part.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\*/g, '[^/]*'))
        .join('|')})`
      i += braces.length - 1
    } else if (rest.startsWith('**/')) {
      out += '(?:.*/)?'
      i += 2
    } else if (rest.startsWith('*')) out += '[^/]*'
    else if (rest.startsWith('?')) out += '[^/]'
    else out += rest[0]?.replace(/[.+^$()|[\]{}\\]/, '\\$&') ?? ''
  }
  return new RegExp(`^${out}$`)
}

/** Checks that inputs of one axis have the same keys; `join: inner` keeps the common ones. */
function joined(
  resolved: Map<string, ResolvedInput>,
  inner: ReadonlySet<string>,
  document: LoadedDocument,
): Map<string, ResolvedInput> {
  const byAxis = new Map<string, { name: string; entries: ReadonlyMap<string, unknown> }[]>()
  for (const [name, input] of resolved) {
    if (input.kind === 'each')
      byAxis.set(input.axis, [...(byAxis.get(input.axis) ?? []), { name, entries: input.entries }])
  }
  for (const [axis, inputs] of byAxis) {
    const [first, ...others] = inputs
    if (first === undefined || others.length === 0) continue
    if (inner.has(axis)) {
      const common = [...first.entries.keys()].filter((key) => others.every(({ entries }) => entries.has(key)))
      if (common.length === 0) throw joinFault(document, axis, first, others[0] ?? first, true)
      for (const { name, entries } of inputs)
        resolved.set(name, { kind: 'each', axis, entries: new Map(common.map((key) => [key, entries.get(key)])) })
      continue
    }
    for (const other of others) {
      const same =
        other.entries.size === first.entries.size && [...first.entries.keys()].every((key) => other.entries.has(key))
      if (!same) throw joinFault(document, axis, first, other)
    }
  }
  return resolved
}

function joinFault(
  document: LoadedDocument,
  axis: string,
  a: { name: string; entries: ReadonlyMap<string, unknown> },
  b: { name: string; entries: ReadonlyMap<string, unknown> },
  disjoint = false,
): KintsugiError {
  const list = (keys: string[]): string =>
    keys.length === 0
      ? 'nothing'
      : `${keys.slice(0, 5).join(', ')}${keys.length > 5 ? ` and ${keys.length - 5} more` : ''}`
  const onlyA = [...a.entries.keys()].filter((key) => !b.entries.has(key))
  const onlyB = [...b.entries.keys()].filter((key) => !a.entries.has(key))
  return new KintsugiError('E_AXIS_JOIN', {
    message: `Inputs "${a.name}" and "${b.name}" share axis "${axis}" but have ${disjoint ? 'no key in common' : 'different keys'}.`,
    expected: disjoint ? 'at least one key in both' : 'the same keys in both',
    found: `only in "${a.name}": ${list(onlyA)}; only in "${b.name}": ${list(onlyB)}`,
    fix: disjoint
      ? 'Correct the patterns: what {name} captures must agree.'
      : 'Add the missing files, or write "each: { glob: ..., join: inner }" to take the common ones.',
    place: document.source.locate(['inputs', b.name]),
  })
}
