import { KERNEL_BASE, kernels } from '../kernels/kernels.js'

/** A plane of float64 samples, row by row. */
export interface Field {
  readonly width: number
  readonly height: number
  readonly data: Float64Array
}

export function fieldOf(width: number, height: number, samples: Float32Array): Field {
  return { width, height, data: new Float64Array(samples) }
}

/** What lies outside: `replicate` repeats the edge, `symmetric` mirrors with the edge repeated, `reflect` without, `zero` is 0. */
export type Border = 'replicate' | 'symmetric' | 'reflect' | 'zero'

/** Correlates rows, then columns, with `taps` where the window lies inside; the result is smaller by one less than their number. */
export function separableValid(field: Field, taps: Float64Array): Field {
  return separable(field, taps)
}

/** As `separableValid` for a plane extended beyond its border; the result is as large as the plane. */
export function separableSame(field: Field, taps: Float64Array, border: Border): Field {
  return separable(field, taps, border)
}

function separable(field: Field, taps: Float64Array, border?: Border): Field {
  const { width, height } = field
  const side = taps.length
  const radius = border === undefined ? 0 : (side - 1) / 2
  const across = width + 2 * radius - side + 1
  const down = height + 2 * radius - side + 1
  const out = new Float64Array(across * down)
  const line = 8 * (width + 2 * radius + 2)
  const weights = KERNEL_BASE
  const rows = weights + 8 * side
  const row = Math.ceil((rows + 4 * side) / 16) * 16
  const sums = row + line
  const ring = sums + line
  const run = kernels(ring + side * line)
  const doubles = new Float64Array(run.memory.buffer)
  const addresses = new Uint32Array(run.memory.buffer, rows, side)
  doubles.set(taps, weights >> 3)
  for (let y = 0; y < height + 2 * radius; y++) {
    placeRow(doubles, row >> 3, field, y - radius, radius, border ?? 'zero')
    run.correlateRow(ring + (y % side) * line, row, weights, side, across)
    const top = y - side + 1
    if (top < 0) continue
    for (let k = 0; k < side; k++) addresses[k] = ring + ((top + k) % side) * line
    run.correlateColumns(sums, rows, weights, side, across)
    out.set(doubles.subarray(sums >> 3, (sums >> 3) + across), top * across)
  }
  return { width: across, height: down, data: out }
}

/** Writes row `y` of a plane, inside it or not, to `doubles` from `at` on, with `radius` samples beyond each of its ends. */
export function placeRow(
  doubles: Float64Array,
  at: number,
  { width, height, data }: Field,
  y: number,
  radius: number,
  border: Border,
): void {
  const row = inside(y, height, border)
  if (row < 0) {
    doubles.fill(0, at, at + width + 2 * radius)
    return
  }
  const from = row * width
  doubles.set(data.subarray(from, from + width), at + radius)
  for (let x = 0; x < radius; x++) {
    const left = inside(x - radius, width, border)
    const right = inside(width + x, width, border)
    doubles[at + x] = left < 0 ? 0 : data[from + left]!
    doubles[at + radius + width + x] = right < 0 ? 0 : data[from + right]!
  }
}

/** Correlates with a square of weights, row by row, given the border rule; takes every `step`th position from the first on. */
export function correlate(field: Field, weights: ArrayLike<number>, border: Border, step = 1): Field {
  const side = Math.sqrt(weights.length)
  const { width: line, data } = extend(field, (side - 1) / 2, border)
  const across = Math.ceil(field.width / step)
  const down = Math.ceil(field.height / step)
  const out = new Float64Array(across * down)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      let sum = 0
      for (let dy = 0, k = 0; dy < side; dy++) {
        const row = (y * step + dy) * line + x * step
        for (let dx = 0; dx < side; dx++, k++) sum += weights[k]! * data[row + dx]!
      }
      out[y * across + x] = sum
    }
  }
  return { width: across, height: down, data: out }
}

/** The plane with a frame of `radius` pixels. */
function extend(field: Field, radius: number, border: Border): Field {
  const width = field.width + 2 * radius
  const height = field.height + 2 * radius
  const data = new Float64Array(width * height)
  for (let y = 0; y < height; y++) placeRow(data, y * width, field, y - radius, radius, border)
  return { width, height, data }
}

/** The index that stands for one outside, or -1 for zero. */
function inside(i: number, size: number, border: Border): number {
  if (i >= 0 && i < size) return i
  if (border === 'zero') return -1
  if (border === 'replicate') return i < 0 ? 0 : size - 1
  const period = border === 'symmetric' ? 2 * size : Math.max(2 * size - 2, 1)
  const at = ((i % period) + period) % period
  return at < size ? at : period - at - (border === 'symmetric' ? 1 : 0)
}
