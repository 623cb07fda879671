import type { Vector } from '@kintsugi/core'
import { codecOf, type Level, SLOTS } from './codecs.js'

/** The codec of numbers in physical units, entry by entry; those that have none, such as one-hot ones, stay as they are. */
export const PHYSICAL = 'dasr/33-physical@1'

const UNITS: readonly (readonly [end: RegExp, unit: string])[] = [
  [/\.size$/, 'px'],
  [/\.sigma_[xy]$/, 'px'],
  [/\.(rotation|cutoff)$/, 'rad'],
  [/^resize\d\.factor$/, 'x'],
  [/^noise\d\.level$/, 'of 255, or Poisson scale'],
  [/\.quality$/, 'JPEG quality'],
]

/** The unit of an entry in physical units; empty for those without. */
export function unitOf(slot: string): string {
  return UNITS.find(([end]) => end.test(slot))?.[1] ?? ''
}

/** In `dasr/33@1`, what is at most this stands for something that is not there. */
const ABSENT = -0.5

/**
 * A vector in physical units: low + value (high - low) of each entry's range. The -1 of `dasr/33@1` for what is not there stays. The
 * numbers of `dasr/33-released@1` do not tell their level, which must be given, nor 0 for "not there" from the low end of a range.
 * Throws `E_PARAM` for another codec, and without a level that is needed.
 */
export function toPhysical(vector: Vector, level: Level | undefined): Vector {
  const ranges = codecOf(vector).ranges(vector.values, level)
  const isOff = (value: number) => vector.codec === 'dasr/33@1' && value <= ABSENT
  const values = vector.values.map((value, slot) => {
    const range = ranges[slot]
    return range === undefined || isOff(value) ? value : range[0] + value * (range[1] - range[0])
  })
  return { codec: PHYSICAL, names: [...SLOTS], values }
}

/** A physical value of one entry as a number of the vector's codec. */
export function fromPhysical(vector: Vector, slot: number, value: number, level: Level | undefined): number {
  const range = codecOf(vector).ranges(vector.values, level)[slot]
  return range === undefined ? value : (value - range[0]) / (range[1] - range[0])
}

/** A change of one entry in physical units as a change of the vector's number. */
export function shiftFromPhysical(vector: Vector, slot: number, change: number, level: Level | undefined): number {
  const range = codecOf(vector).ranges(vector.values, level)[slot]
  return range === undefined ? change : change / (range[1] - range[0])
}
