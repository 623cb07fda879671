import { KintsugiError } from '../errors/error.js'

/** What a reference names: a node's or input's value, one of its ports, or its record, at some keys of its axes. */
export interface Reference {
  node: string
  /** Absent: the first output. */
  port?: string
  /** `node.$record`: the value's lineage instead of the value. */
  record: boolean
  index: { axis: string; key: string }[]
}

const HEAD = /^([A-Za-z_][A-Za-z0-9_-]*)(?:\.([A-Za-z_][A-Za-z0-9_-]*|\$record))?\s*/
const ENTRY = /\s*([A-Za-z_][A-Za-z0-9_-]*)\s*:\s*(?:"([^"]*)"|'([^']*)'|([^,\]"']*[^,\]"'\s]))\s*([,\]])/y

/**
 * Reads `node`, `node.port`, `input`, `node.$record` and `node.port[axis: key, axis: key]`; a key with a comma, bracket
 * or quote stands in quotes. Throws `E_REFERENCE`.
 */
export function parseReference(text: string): Reference {
  const head = HEAD.exec(text)
  if (head === null) throw malformed(text, 'a name of letters, digits, "_" and "-"')
  const [whole, node, port] = head
  const reference: Reference = { node: node!, record: port === '$record', index: [] }
  if (port !== undefined && port !== '$record') reference.port = port
  if (whole.length === text.length) return reference
  if (text[whole.length] !== '[') throw malformed(text, `nothing, ".port" or "[axis: key]" after "${whole.trim()}"`)
  ENTRY.lastIndex = whole.length + 1
  for (;;) {
    const start = ENTRY.lastIndex
    const entry = ENTRY.exec(text)
    if (entry === null) throw malformed(text, `"axis: key" at character ${start + 1}, then "," or "]"`)
    const [, axis, double, single, bare, end] = entry
    if (reference.index.some((known) => known.axis === axis)) throw malformed(text, `the axis "${axis}" only once`)
    reference.index.push({ axis: axis!, key: double ?? single ?? bare ?? '' })
    if (end === ']') break
  }
  if (ENTRY.lastIndex < text.trimEnd().length) throw malformed(text, 'nothing after "]"')
  return reference
}

function malformed(text: string, expected: string): KintsugiError {
  return new KintsugiError('E_REFERENCE', {
    message: `"${text.length > 80 ? `${text.slice(0, 77)}...` : text}" is not a reference.`,
    expected,
    fix: 'Write node, node.port, node.$record or node.port[axis: key]; a file of a model goes under "with".',
  })
}
