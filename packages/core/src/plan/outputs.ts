import { nearest } from '../document/suggest.js'
import type { OutputDeclaration } from '../document/types.js'
import { KintsugiError } from '../errors/index.js'
import { checkEncodeOptions, encodeOptionNames } from '../image/encode-options.js'
import { formatOfPath, imageFormats } from '../image/format.js'
import type { Axis } from './axes.js'
import type { PlanBuilder } from './builder.js'
import type { PlanOutput, SaveTemplate, Source } from './plan.js'
import type { Scope } from './scope.js'

/** Resolves the outputs of a pipeline that is run on its own. */
export function planOutputs(builder: PlanBuilder, scope: Scope): PlanOutput[] {
  const outputs: PlanOutput[] = []
  for (const [name, declaration] of Object.entries(scope.document.outputs)) {
    const path = ['outputs', name]
    builder.attempt(() => {
      const declared = typeof declaration === 'string' ? { from: declaration } : declaration
      const source = scope.reference(declared.from, typeof declaration === 'string' ? path : [...path, 'from'])
      const save = declared.save === undefined ? undefined : saveTemplate(scope, name, declared.save, source)
      checkEncode(scope, name, declared, source)
      outputs.push({ name, source, save, encode: declared.encode ?? {}, place: () => scope.source.locate(path) })
    })
  }
  return outputs
}

/** File extensions that values of each port type can be saved with. */
export const SAVED_AS: Readonly<Record<string, readonly string[]>> = {
  image: Object.values(imageFormats).flatMap((format) => format.extensions.map((extension) => extension.slice(1))),
  model: ['onnx'],
  table: ['csv', 'json', 'md', 'tex'],
  text: ['txt', 'json'],
}

/** Throws `E_OUTPUT` for options that the encoder does not have, or where nothing is encoded. */
function checkEncode(scope: Scope, name: string, { save, encode }: OutputDeclaration, source: Source): void {
  if (encode === undefined) return
  const path = ['outputs', name, 'encode']
  if (save === undefined || source.type !== 'image') {
    throw scope.fault(
      'E_OUTPUT',
      path,
      {
        message: `Output "${name}" is not saved as an image, so "encode" has no meaning.`,
        expected: '"save" with the path of an image',
        fix: save === undefined ? 'Add "save", or remove "encode".' : 'Remove "encode".',
      },
      'key',
    )
  }
  for (const [option, value] of Object.entries(encode)) {
    try {
      checkEncodeOptions(formatOfPath(save), { [option]: value })
    } catch (error) {
      if (!(error instanceof KintsugiError)) throw error
      const { message, expected, found = option } = error
      const guess = nearest(option, encodeOptionNames(formatOfPath(save)))
      const misspelt = guess !== undefined && guess !== option
      const fix = misspelt ? `Write "${guess}".` : `Give ${expected ?? 'another value'}, or remove it.`
      throw scope.fault(
        'E_OUTPUT',
        [...path, option],
        { message, ...(expected !== undefined && { expected }), found, fix },
        'key',
      )
    }
  }
}

/** Reads a `save` template. Throws `E_OUTPUT` when it leaves the folder, misses an axis or has no usable extension. */
function saveTemplate(scope: Scope, name: string, text: string, source: Source): SaveTemplate {
  const path = ['outputs', name, 'save']
  const fail = (message: string, expected: string, fix: string): Error =>
    scope.fault('E_OUTPUT', path, { message, expected, found: text, fix })
  if (/^([/\\]|[A-Za-z]:)/.test(text) || text.split(/[/\\]/).includes('..')) {
    throw fail(
      `The path of output "${name}" leaves the output folder.`,
      'a path below the output folder',
      'Remove leading slashes and "..".',
    )
  }
  const allowed = SAVED_AS[source.type] ?? ['json']
  const extension = /\.([A-Za-z0-9]+)$/.exec(text)?.[1]?.toLowerCase()
  if (extension === undefined || !allowed.includes(extension)) {
    throw fail(
      `Output "${name}" (${source.type}) cannot be saved as "${text}".`,
      `a name ending in .${allowed.join(', .')}`,
      `Write "${text.replace(/\.[A-Za-z0-9]*$/, '')}.${allowed[0] ?? ''}".`,
    )
  }
  const used = new Set<Axis>()
  const parts: (string | { axis: Axis } | { source: Source })[] = []
  let end = 0
  for (const match of text.matchAll(/\{([^{}]*)\}/g)) {
    if (match.index > end) parts.push(text.slice(end, match.index))
    end = match.index + match[0].length
    const field = (match[1] ?? '').trim()
    const axis = source.axes.find((a) => a.name === field)
    if (axis !== undefined) {
      used.add(axis)
      parts.push({ axis })
      continue
    }
    const head = /^[^.[]*/.exec(field)?.[0] ?? ''
    if (!scope.names.has(head)) {
      const known = [...new Set([...source.axes.map(({ name: axisName }) => axisName), ...scope.names.keys()])]
      const guess = nearest(field, known)
      throw fail(
        `"{${field}}" in the path of output "${name}" names no axis and no node.`,
        `one of ${known
          .slice(0, 12)
          .map((one) => `{${one}}`)
          .join(', ')}`,
        guess === undefined ? `Remove "{${field}}".` : `Write "{${guess}}".`,
      )
    }
    const reference = scope.reference(field, path)
    const extra = reference.axes.find((a) => !source.axes.includes(a))
    if (extra !== undefined || !['label', 'text', 'number', 'boolean'].includes(reference.type)) {
      throw fail(
        `"{${field}}" cannot stand in the path of output "${name}".`,
        'an axis, or a label, text or number of the same item',
        extra === undefined ? `It is of type ${reference.type}.` : `It varies along axis "${extra.name}".`,
      )
    }
    parts.push({ source: reference })
  }
  if (end < text.length) parts.push(text.slice(end))
  const missing = source.axes.filter((axis) => !used.has(axis))
  if (missing.length > 0) {
    throw fail(
      `The path of output "${name}" does not name axis "${missing.map((axis) => axis.name).join('", "')}", so its files would overwrite each other.`,
      `a path with ${source.axes.map((axis) => `{${axis.name}}`).join(' and ')}`,
      `Add ${missing.map((axis) => `{${axis.name}}`).join(' and ')} to it.`,
    )
  }
  return { text, parts }
}
