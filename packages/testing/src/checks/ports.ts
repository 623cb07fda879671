import { isDeepStrictEqual } from 'node:util'
import type { PortType } from '@kintsugi/core'
import { caseValues } from '../cases/case.js'
import { fingerprint } from '../fingerprint.js'
import type { Check } from './check.js'

/** Every value that goes in or out survives packing; what fills ports as a literal fits the port type's schema. */
export const checkPorts: Check = ({ bench, registered, cases, here }, report) => {
  for (const made of cases) {
    const values = [...caseValues(made.inputs)].map(({ port, value }) => ({
      port: `input "${port}"`,
      type: registered.inputs.get(port)?.type,
      value,
    }))
    const outputs = here.get(made.id)?.outputs ?? {}
    for (const [port, { type }] of registered.outputs) {
      const value = outputs[port]
      for (const one of value instanceof Map ? (value as Map<string, unknown>).values() : [value]) {
        if (one !== undefined) values.push({ port: `output "${port}"`, type, value: one })
      }
    }
    for (const { port, type, value } of values) {
      const fault = type === undefined ? undefined : packingFault(bench.portType(type), value)
      if (fault !== undefined)
        report.finding(
          'ports',
          `${made.title}, ${port}`,
          `a value of type ${type ?? ''} that comes back from packing as it was`,
          fault,
        )
    }
  }
}

/**
 * What is wrong with how a port type packs a value, or `undefined`: packed JSON must survive `JSON.stringify`, buffers must be
 * float32, and `unpack(pack(value))` must equal the value and pack alike.
 */
export function packingFault(type: PortType, value: unknown): string | undefined {
  const packed = type.pack(value)
  const text = JSON.stringify(packed.json)
  const json: unknown = text === undefined ? undefined : JSON.parse(text)
  if (!isDeepStrictEqual(withoutUndefined(packed.json), json))
    return `JSON that changes when written and read: ${text ?? 'nothing'}`
  const odd = packed.buffers.find((buffer) => !(buffer instanceof Float32Array))
  if (odd !== undefined) return 'a buffer that is no Float32Array'
  const back = type.unpack({ json, buffers: packed.buffers.map((samples) => Float32Array.from(samples)) })
  if (fingerprint(type, back) !== fingerprint(type, value)) return 'a value that packs differently'
  return isDeepStrictEqual(plain(back), plain(value)) ? undefined : 'another value'
}

/** `undefined` properties are absent in JSON, which is no loss. */
function withoutUndefined(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(withoutUndefined)
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, withoutUndefined(inner)]])),
  )
}

/** Typed arrays compare by content whether or not their memory is shared. */
function plain(value: unknown): unknown {
  if (value instanceof Float32Array) return Array.from(value)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, plain(inner)]])),
  )
}
