import type { PooledBuffer } from '../memory/buffer-pool.js'
import { pixelMemoryOf } from '../memory/pixel-memory.js'
import type { StoredValue } from '../memory/stored-value.js'
import type { WireInput, WireSeries, WireValue } from './protocol.js'
import type { SeriesSource, TaskInput } from './task.js'

/** A stored value as it is sent to a thread. */
export function wireValue(type: string, value: StoredValue): WireValue {
  return {
    type,
    json: value.json,
    slices: value.slices.map(({ buffer, byteOffset, length }) => ({
      id: buffer.id,
      memory: memoryOf(buffer),
      byteOffset,
      length,
    })),
  }
}

/** The memory of a buffer as it is sent to a thread: none for what lies in the linear memory that all threads have. */
export function memoryOf({ memory }: PooledBuffer): SharedArrayBuffer | undefined {
  return pixelMemoryOf({ buffer: memory }) === undefined ? memory : undefined
}

function wireSeries({ members, missing }: SeriesSource): WireSeries {
  return { members: [...members], missing }
}

/** What fills an input port as it is sent to a thread. */
export function wireInput(type: string, input: TaskInput): WireInput {
  switch (input.kind) {
    case 'one':
      return { kind: 'one', value: wireValue(type, input.value) }
    case 'many':
      return {
        kind: 'many',
        values: Object.fromEntries(Object.entries(input.values).map(([name, value]) => [name, wireValue(type, value)])),
      }
    case 'series':
      return { kind: 'series', series: wireSeries(input.series) }
    case 'many-series':
      return {
        kind: 'many-series',
        series: Object.fromEntries(Object.entries(input.series).map(([name, series]) => [name, wireSeries(series)])),
      }
  }
}
