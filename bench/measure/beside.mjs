import { createImage, createStream, PixelArena } from '@kintsugi/core'
import { median } from './statistics.mjs'
import { timed } from './time.mjs'

/** Times of an operator beside its reference: both are called in turn, so that what else the machine does slows both, and the median of their ratios counts. */
const LEAST_ROUNDS = 9
const MOST_ROUNDS = 300
const MILLISECONDS = 2000

/** Bytes of linear memory for images. */
const ARENA = 2 ** 30

/** A context that gives images in linear memory that is used again, zeroed where a node asks for it, as worker threads do. */
export function recycling() {
  const arena = PixelArena.create(ARENA, 0)
  const free = new Map()
  let taken = []
  const allocate = (length, cleared) => {
    const address = free.get(length)?.pop() ?? arena.heap.extend(8 * Math.ceil(length / 2))
    taken.push([length, address])
    const memory = arena.pixels.bufferTo(address + 4 * length)
    if (cleared) new Float64Array(memory, address, Math.ceil(length / 2)).fill(0)
    return new Float32Array(memory, address, length)
  }
  return {
    context: (seed) => ({
      random: createStream(new Uint8Array(16).fill(seed)),
      createImage: (shape) => createImage(shape, allocate),
      throwIfCancelled: () => undefined,
      progress: () => undefined,
      warn: () => undefined,
    }),
    /** An image in the same memory. */
    place(image) {
      const { width, height, channels } = image
      const placed = createImage({ width, height, channels }, allocate)
      placed.data.set(image.data)
      taken = []
      return placed
    },
    /** Takes back all images given since the last time. */
    recycle() {
      for (const [length, address] of taken) free.set(length, [...(free.get(length) ?? []), address])
      taken = []
    },
  }
}

/** Parameters with the defaults of their node type filled in. */
export function completed(definition, params) {
  const defaults = Object.entries(definition.params.properties).filter(([, property]) => property.default !== undefined)
  return { ...Object.fromEntries(defaults.map(([name, property]) => [name, property.default])), ...params }
}

/** The medians of the times of two works called in turn, ms, and of their ratios. Works give a time; short ones are called again, and their best counts. */
export async function paired(ours, theirs) {
  const rounds = []
  const started = performance.now()
  await ours()
  while (rounds.length < MOST_ROUNDS) {
    if (rounds.length >= LEAST_ROUNDS && performance.now() - started > MILLISECONDS) break
    rounds.push([await bestOf(ours), await bestOf(theirs)])
  }
  return {
    ours: median(rounds.map(([time]) => time)),
    theirs: median(rounds.map(([, time]) => time)),
    ratio: median(rounds.map(([time, other]) => time / other)),
  }
}

/** Until so many ms a work is called again. */
const SHORT = 10

async function bestOf(work) {
  let best = Number.POSITIVE_INFINITY
  for (const started = performance.now(); ; ) {
    best = Math.min(best, await work())
    if (performance.now() - started > SHORT) return best
  }
}

/**
 * The weights, row by row, with which a node that correlates forms its output: what one sample adds to the output on middle gray, turned by half
 * a turn. It is so bright, and the gray such, that rounding hardly shows. Without a `size` no more than those within the outermost that are not 0.
 */
export async function kernelOf(run, size) {
  const side = 2 * REACH + 1
  const impulse = createImage({ width: side, height: side, channels: 1 })
  impulse.data.fill(GRAY)
  impulse.data[REACH * side + REACH] += BRIGHT
  const { data } = (await run(impulse)).image
  const weights = Float64Array.from(data, (value) => (value - data[0]) / BRIGHT)
  const least = ROUNDING * weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0)
  const rows = Array.from({ length: side }, (_, y) =>
    Array.from(weights.subarray(y * side, (y + 1) * side), (weight) =>
      Math.abs(weight) < least ? 0 : weight,
    ).reverse(),
  ).reverse()
  const used = (y, x) => rows[y][x] !== 0 || rows[side - 1 - y][side - 1 - x] !== 0
  const all = Array.from({ length: side }, (_, i) => i)
  const top = size ? REACH - (size - 1) / 2 : all.findIndex((y) => all.some((x) => used(y, x)))
  const left = size ? top : all.findIndex((x) => all.some((y) => used(y, x)))
  return rows.slice(top, side - top).map((row) => row.slice(left, side - left))
}

const REACH = 60
const GRAY = 0.5
const BRIGHT = 1024
/** Share of the largest weight below which a value is no weight but the rounding of a Fourier transform. */
const ROUNDING = 1e-6
