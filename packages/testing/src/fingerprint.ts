import { createHash } from 'node:crypto'
import type { PortType } from '@kintsugi/core'

/** SHA-256, hex, of a value as its port type packs it; equal for equal values, bit for bit. */
export function fingerprint(type: PortType, value: unknown): string {
  const { json, buffers } = type.pack(value)
  const hash = createHash('sha256').update(stableJson(json))
  for (const samples of buffers) {
    hash.update(`\0${samples.length}\0`)
    hash.update(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength))
  }
  return hash.digest('hex')
}

/** The fingerprint of an output: of a value, or of a value for each key. */
export function outputFingerprint(type: PortType, value: unknown): string {
  if (!(value instanceof Map)) return fingerprint(type, value)
  return JSON.stringify([...(value as Map<string, unknown>)].map(([key, one]) => [key, fingerprint(type, one)]))
}

/** JSON text in which the order of keys does not show. */
export function stableJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
        : typeof inner === 'number' && !Number.isFinite(inner)
          ? String(inner)
          : inner,
    ) ?? 'undefined'
  )
}
