import { type Metric, metricDifferences, metricLabel } from '@kintsugi/core'
import { halfWidth, mean, median, standardDeviation } from '@kintsugi/plugin-metrics'
import { itemAxes, itemOf, variantOf } from './items.js'
import type { WrittenRun } from './read-run.js'

/** Scores of one output at one combination of the axes besides those of the items. */
export interface Series {
  /** Such as `psnr, model tg`. */
  label: string
  /** By item key; null where there is none. */
  values: ReadonlyMap<string, number | null>
}

/** Series that may be compared: one metric under one protocol. */
export interface Comparison {
  title: string
  metric: Metric | undefined
  series: readonly Series[]
  /** All item keys, in the order of the run. */
  items: readonly string[]
}

/** What a series comes to. */
export interface Summary {
  n: number
  missing: number
  /** Infinite values, left out of the figures. */
  infinite: number
  mean: number | undefined
  median: number | undefined
  deviation: number | undefined
  /** Half the width of the 95 % confidence interval of the mean (Student t). */
  halfWidth: number | undefined
}

/**
 * Scores of items grouped by what they measure, and over which axes: scores of different protocols never stand in one group, nor do
 * those of photographs and those of their repetitions.
 */
export function comparisonsOf(run: WrittenRun): Comparison[] {
  const over = itemAxes(run)
  const others = run.graph.axes.map(({ name }) => name).filter((name) => !over.includes(name))
  const groups: {
    metric: Metric | undefined
    axes: string
    title: string
    series: Map<string, Map<string, number | null>>
  }[] = []
  for (const [output, rows] of Object.entries(run.scores)) {
    const metric = run.metrics[output]
    const scored = rows.flatMap((row) => {
      const item = itemOf(row, over)
      const value = numberOf(row.value)
      return item === undefined || (value === undefined && row.error === undefined) ? [] : [{ row, item, value }]
    })
    const [first] = scored
    if (first === undefined || scored.every(({ value }) => value === undefined)) continue
    const axes = over.filter((name) => first.row[name] !== undefined).join()
    let group = groups.find(
      (one) =>
        one.metric !== undefined &&
        metric !== undefined &&
        one.axes === axes &&
        metricDifferences(one.metric, metric).length === 0,
    )
    if (group === undefined) {
      group = { metric, axes, title: metric === undefined ? output : metricLabel(metric), series: new Map() }
      groups.push(group)
    }
    for (const { row, item, value } of scored) {
      const label = [output, variantOf(row, others)].filter((part) => part !== '').join(', ')
      const values = group.series.get(label) ?? new Map<string, number | null>()
      group.series.set(label, values)
      values.set(item, value ?? null)
    }
  }
  // What says which way is better comes first: that is what a run is looked at for.
  groups.sort((a, b) => Number(b.metric?.direction !== undefined) - Number(a.metric?.direction !== undefined))
  return groups.map(({ metric, title, series }) => ({
    title,
    metric,
    series: [...series].map(([label, values]) => ({ label, values })),
    items: [...new Set([...series.values()].flatMap((values) => [...values.keys()]))],
  }))
}

/** Figures of a series. Infinite values (identical images) are counted, and left out of the rest. */
export function summaryOf({ values }: Series, items: readonly string[]): Summary {
  const all = items.map((item) => values.get(item) ?? null)
  const numbers = all.filter((value) => value !== null)
  const finite = numbers.filter(Number.isFinite)
  return {
    n: numbers.length,
    missing: all.length - numbers.length,
    infinite: numbers.length - finite.length,
    mean: finite.length === 0 ? undefined : mean(finite),
    median: finite.length === 0 ? undefined : median(finite),
    deviation: finite.length < 2 ? undefined : standardDeviation(finite, 1),
    halfWidth: halfWidth(finite),
  }
}

/** For each number: 1 the best, 2 the second, 0 the others, equal ones alike; all 0 without a direction or with one number. */
export function ranksOf(numbers: readonly (number | undefined)[], direction: Metric['direction']): number[] {
  const sign = direction === 'lower' ? -1 : 1
  const distinct = [...new Set(numbers.filter((value) => value !== undefined))].sort((a, b) => sign * (b - a))
  if (direction === undefined || distinct.length < 2) return numbers.map(() => 0)
  return numbers
    .map((value) => (value === undefined ? 0 : distinct.indexOf(value) + 1))
    .map((rank) => (rank > 2 ? 0 : rank))
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value
  return value === 'Infinity' ? Number.POSITIVE_INFINITY : value === '-Infinity' ? Number.NEGATIVE_INFINITY : undefined
}
