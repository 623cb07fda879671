import { KintsugiError } from '@kintsugi/core'
import { discriminant } from './discriminant.js'

/** A list of numbers and the class it belongs to. */
export interface LabelledItem {
  readonly values: ArrayLike<number>
  /** Index of its class. */
  readonly label: number
}

/** From entries to the space in which neighbours are looked for. */
export interface Transform {
  /** Subtracted from each entry, which is then multiplied by `factor`. */
  readonly offset: Float32Array
  readonly factor: Float32Array
  /** Entries x directions, row by row; empty where entries are compared as they are. */
  readonly matrix: Float32Array
}

/** A classifier by nearest neighbours, as data. */
export interface KnnFit extends Transform {
  readonly k: number
  /** Items x directions (or entries), transformed. */
  readonly points: Float32Array
  readonly labels: readonly number[]
}

/** How well items are classified by others. */
export interface Trial {
  /** Share of the items that are classified rightly, 0..1. */
  readonly accuracy: number
  /** Items by true class and predicted class. */
  readonly confusion: readonly (readonly number[])[]
}

export interface FitOptions {
  readonly classes: number
  /** Numbers of neighbours to choose from. */
  readonly ks: readonly number[]
  readonly normalises: boolean
  readonly projects: boolean
  /** Called between steps. */
  readonly step: () => void
}

/** Standard deviations below this, times the mean where that is larger than 1, count as none: such entries are left out. */
const LEAST_DEVIATION = 1e-8

/** How many parts of the items are held out in turn where the transform is learnt from labels. */
const PARTS = 10

/**
 * Fits nearest neighbours. The k that classifies most items rightly is taken, of equals the smallest: by leave-one-out, or, with
 * a projection, which has seen all labels, by parts of successive items that are held out of projection and neighbours.
 */
export function fitKnn(items: readonly LabelledItem[], options: FitOptions): KnnFit & Trial {
  const { projects, ks, classes } = options
  const parts = projects ? Math.min(PARTS, items.length) : items.length
  const least = items.length - Math.ceil(items.length / parts)
  const fitting = ks.filter((k) => k <= least).sort((a, b) => a - b)
  if (fitting.length === 0) {
    throw new KintsugiError('E_DCPT_GROUPS', {
      message: 'There are too few labelled items for nearest neighbours.',
      expected: `at least ${Math.min(...ks)} items besides those that are held out`,
      found: `${least}`,
      fix: 'Use more items, or a smaller k.',
    })
  }
  const transform = learn(items, options)
  const points = apply(transform, items)
  const labels = items.map(({ label }) => label)
  const most = fitting[fitting.length - 1]!
  const neighbours = projects ? heldOut(items, parts, most, options) : leaveOneOut(points, items.length, most, options)
  let best: (Trial & { k: number }) | undefined
  for (const k of fitting) {
    const tried = trial(neighbours, labels, classes, k)
    if (best === undefined || tried.accuracy > best.accuracy) best = { k, ...tried }
  }
  return { ...transform, points, labels, ...best! }
}

function learn(items: readonly LabelledItem[], { classes, normalises, projects }: FitOptions): Transform {
  const size = items[0]!.values.length
  const scale = normalises
    ? normalisation(items)
    : { offset: new Float32Array(size), factor: new Float32Array(size).fill(1) }
  if (!projects) return { ...scale, matrix: new Float32Array(0) }
  const normalised = items.map(({ values, label }) => ({ label, values: normalise(values, scale) }))
  return { ...scale, matrix: discriminant(normalised, classes) }
}

/** Mean and deviation of each entry over the items become 0 and 1. */
function normalisation(items: readonly LabelledItem[]): { offset: Float32Array; factor: Float32Array } {
  const size = items[0]!.values.length
  const offset = new Float32Array(size)
  const factor = new Float32Array(size)
  for (let d = 0; d < size; d++) {
    let sum = 0
    for (const { values } of items) sum += values[d]!
    const mean = sum / items.length
    let squares = 0
    for (const { values } of items) squares += (values[d]! - mean) ** 2
    const deviation = Math.sqrt(squares / items.length)
    offset[d] = mean
    factor[d] = deviation > LEAST_DEVIATION * Math.max(1, Math.abs(mean)) ? 1 / deviation : 0
  }
  return { offset, factor }
}

function normalise(values: ArrayLike<number>, { offset, factor }: Pick<Transform, 'offset' | 'factor'>): Float64Array {
  return Float64Array.from(values, (value, d) => (value - offset[d]!) * factor[d]!)
}

/** Items x directions. */
function apply(transform: Transform, items: readonly LabelledItem[]): Float32Array {
  const { matrix, offset } = transform
  const size = offset.length
  const directions = matrix.length === 0 ? size : matrix.length / size
  const points = new Float32Array(items.length * directions)
  for (const [i, { values }] of items.entries()) {
    const normalised = normalise(values, transform)
    for (let j = 0; j < directions; j++) {
      let sum = 0
      if (matrix.length === 0) sum = normalised[j]!
      else for (let d = 0; d < size; d++) sum += normalised[d]! * matrix[d * directions + j]!
      points[i * directions + j] = sum
    }
  }
  return points
}

function leaveOneOut(points: Float32Array, count: number, k: number, { step }: FitOptions): number[][] {
  const size = points.length / count
  const all = Array.from({ length: count }, (_, i) => i)
  return all.map((i) => {
    step()
    return nearest(
      points,
      points.subarray(i * size, (i + 1) * size),
      all.filter((j) => j !== i),
      k,
    )
  })
}

/** Part p is items p count / parts to (p + 1) count / parts: items of one photo stay together where they follow each other. */
function heldOut(items: readonly LabelledItem[], parts: number, k: number, options: FitOptions): number[][] {
  const bound = (part: number) => Math.floor((part * items.length) / parts)
  return Array.from({ length: parts }, (_, part) => {
    options.step()
    const isOut = (i: number) => i >= bound(part) && i < bound(part + 1)
    const others = items.flatMap((_item, i) => (isOut(i) ? [] : [i]))
    const transform = learn(
      others.map((i) => items[i]!),
      options,
    )
    const points = apply(transform, items)
    const size = points.length / items.length
    return items.flatMap((_item, i) =>
      isOut(i) ? [nearest(points, points.subarray(i * size, (i + 1) * size), others, k)] : [],
    )
  }).flat()
}

/** The `k` of `others` that are nearest to a point by Euclidean distance, equal distances in the order of the items. */
function nearest(points: Float32Array, point: Float32Array, others: readonly number[], k: number): number[] {
  const size = point.length
  const distances = others.map((j) => {
    let sum = 0
    for (let d = 0; d < size; d++) sum += (points[j * size + d]! - point[d]!) ** 2
    return { j, sum }
  })
  distances.sort((a, b) => a.sum - b.sum || a.j - b.j)
  return distances.slice(0, k).map(({ j }) => j)
}

function trial(
  neighbours: readonly (readonly number[])[],
  labels: readonly number[],
  classes: number,
  k: number,
): Trial {
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0))
  for (const [i, others] of neighbours.entries()) {
    const votes = new Array<number>(classes).fill(0)
    for (const j of others.slice(0, k)) votes[labels[j]!]!++
    confusion[labels[i]!]![votes.indexOf(Math.max(...votes))]!++
  }
  const right = confusion.reduce((sum, row, label) => sum + row[label]!, 0)
  return { accuracy: right / labels.length, confusion }
}
