import { type Cell, type Metric, metricDifferences } from '@kintsugi/core'
import { maximum, mean, median, minimum, standardDeviation } from './statistics.js'
import { halfWidth } from './student.js'

/** Statistics of a table's cells. */
export const statisticNames = ['mean', 'median', 'std', 'interval', 'min', 'max', 'n'] as const
export type StatisticName = (typeof statisticNames)[number]

/** A column of a table before it is one: its head, what it measures, its cells. */
export interface TableColumn {
  readonly head: string
  readonly metric: Metric | null
  readonly cells: Cell[]
  /** For each cell, which cells it may be ranked with: those of equal text; null for none. */
  readonly league: (string | null)[]
}

/** A statistic of the values of one cell; null where there are too few. */
export function statisticOf(name: StatisticName, values: readonly number[], level: number): number | null {
  if (name === 'n') return values.length
  if (values.length === 0) return null
  switch (name) {
    case 'mean':
      return mean(values)
    case 'median':
      return median(values)
    case 'min':
      return minimum(values)
    case 'max':
      return maximum(values)
    case 'std':
      return values.length < 2 ? null : standardDeviation(values, 1)
    case 'interval':
      return halfWidth(values, level) ?? null
  }
}

/** What a statistic of a metric measures: not ranked where neither more nor less of it is better. */
export function metricOfStatistic(metric: Metric | undefined, name: StatisticName, aggregated: boolean): Metric | null {
  if (metric === undefined || name === 'n') return null
  if (!aggregated && name === 'mean') return metric
  const { direction, statistic, ...rest } = metric
  const ranks = name !== 'std' && name !== 'interval' && direction !== undefined
  return {
    ...rest,
    ...(ranks ? { direction } : {}),
    statistic: statistic === undefined ? name : `${name} of ${statistic}`,
  }
}

/** Whether two metrics are the same but for how they were taken over axes; what differs otherwise. A fact that is not stated equals nothing. */
export function protocolDifferences(a: Metric, b: Metric): string[] {
  const bare = ({ statistic: _statistic, ...rest }: Metric): Metric => rest
  const open = Object.keys(a.protocol).filter(
    (key) => a.protocol[key] === 'not stated' || b.protocol[key] === 'not stated',
  )
  return [...new Set([...metricDifferences(bare(a), bare(b)), ...open])]
}

/** Ranks of a column's cells within their leagues: 1 the best, 2 the second, equal cells alike, 0 otherwise. */
export function ranksOf({ metric, cells, league }: TableColumn): number[] {
  const direction = metric?.direction
  if (direction === undefined) return cells.map(() => 0)
  const sign = direction === 'lower' ? -1 : 1
  return cells.map((cell, i) => {
    if (typeof cell !== 'number' || league[i] === null) return 0
    const others = cells.filter((other, j): other is number => typeof other === 'number' && league[j] === league[i])
    const distinct = [...new Set(others)].sort((a, b) => sign * (b - a))
    const rank = distinct.indexOf(cell) + 1
    return distinct.length > 1 && rank <= 2 ? rank : 0
  })
}
