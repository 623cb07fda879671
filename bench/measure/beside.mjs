import { createImage, createStream } from '@kintsugi/core'
import { timed } from './time.mjs'

/** Times of an operator beside its reference: both are called in turn, so that what else the machine does slows both, and the best of each counts. */
const LEAST_ROUNDS = 5
const MOST_ROUNDS = 25
const MILLISECONDS = 1500

/** A context that gives images in memory that is used again and zeroed, as worker threads do. */
export function recycling() {
  const free = new Map()
  let taken = []
  const allocate = (length) => {
    const memory = free.get(length)?.pop() ?? new SharedArrayBuffer(Math.ceil(length / 2) * 8)
    taken.push([length, memory])
    new Float64Array(memory).fill(0)
    return new Float32Array(memory, 0, length)
  }
  return {
    context: (seed) => ({
      random: createStream(new Uint8Array(16).fill(seed)),
      createImage: (shape) => createImage(shape, allocate),
      throwIfCancelled: () => undefined,
      progress: () => undefined,
      warn: () => undefined,
    }),
    /** Takes back all images given since the last time. */
    recycle() {
      for (const [length, memory] of taken) free.set(length, [...(free.get(length) ?? []), memory])
      taken = []
    },
  }
}

/** Parameters with the defaults of their node type filled in. */
export function completed(definition, params) {
  const defaults = Object.entries(definition.params.properties).filter(([, property]) => property.default !== undefined)
  return { ...Object.fromEntries(defaults.map(([name, property]) => [name, property.default])), ...params }
}

/** The best time of each of two works called in turn, ms. */
export async function best(ours, theirs) {
  const least = { ours: Number.POSITIVE_INFINITY, theirs: Number.POSITIVE_INFINITY }
  const started = performance.now()
  for (let round = 0; round < MOST_ROUNDS; round++) {
    if (round >= LEAST_ROUNDS && performance.now() - started > MILLISECONDS) break
    least.ours = Math.min(least.ours, await ours(round))
    least.theirs = Math.min(least.theirs, await theirs(round))
  }
  return least
}

/** The weights, row by row, with which a node that correlates forms its output: the output at one bright pixel, turned by half a turn. */
export async function kernelOf(run) {
  const side = 2 * REACH + 1
  const impulse = createImage({ width: side, height: side, channels: 1 })
  impulse.data[REACH * side + REACH] = 1
  const { data } = (await run(impulse)).image
  const rows = Array.from({ length: side }, (_, y) =>
    Array.from(data.subarray(y * side, (y + 1) * side)).reverse(),
  ).reverse()
  const used = (y, x) => rows[y][x] !== 0 || rows[side - 1 - y][side - 1 - x] !== 0
  const all = Array.from({ length: side }, (_, i) => i)
  const top = all.findIndex((y) => all.some((x) => used(y, x)))
  const left = all.findIndex((x) => all.some((y) => used(y, x)))
  return rows.slice(top, side - top).map((row) => row.slice(left, side - left))
}

const REACH = 60
