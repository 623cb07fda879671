import { createHash } from 'node:crypto'
import { canonicalize } from 'json-canonicalize'
import type { PackedValue } from '../plugin/port-type.js'
import type { Model, PortTypeName } from '../plugin/values.js'
import type { Bound } from './cell.js'
import type { RunState } from './run-state.js'

/** A literal as a bound value, with an identity that is its content. */
export function literalBound(
  state: Pick<RunState, 'portType'>,
  type: PortTypeName,
  value: unknown,
): Bound & { kind: 'literal' } {
  if (type === 'model') {
    const { hash } = value as Model
    return { kind: 'literal', id: `model:${hash}`, type, value, model: hash }
  }
  return {
    kind: 'literal',
    id: `${type}:${contentOf(state.portType(type).pack(value))}`,
    type,
    value,
    model: undefined,
  }
}

/** A text that is the same for equal packed values: JSON when short, a hash when not. */
function contentOf(packed: PackedValue): string {
  const json = canonicalize(packed.json) ?? 'null'
  if (packed.buffers.length === 0 && json.length <= 200) return json
  const hash = createHash('sha256').update(json)
  for (const samples of packed.buffers) {
    hash.update('\0')
    hash.update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  }
  return hash.digest('hex')
}
