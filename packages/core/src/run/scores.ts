import { type Metric, metricLabel } from '../plugin/metric.js'
import type { Cell } from '../plugin/values.js'
import { csvLine } from './table-text.js'

/** A scalar output at one item: its cells, or the code of the fault that left it without. */
export interface ScoreRow {
  output: string
  /** Axis keys. */
  item: Readonly<Record<string, string>>
  /** Value and further columns, by suffix; the value itself has the empty suffix. */
  cells: Readonly<Record<string, Cell>>
  /** Code of the fault, for items without a value. */
  error?: string
  /** Members left out of a reduction. */
  missing?: number
}

/** What the scores of a run measure, by output. */
export type ScoreMetrics = Readonly<Record<string, Metric>>

/** The text of `scores.json`: a list of rows for each output, axes first, and what each output measures. Infinity and NaN are written as text. */
export function scoresJson(
  rows: readonly ScoreRow[],
  tables: Readonly<Record<string, unknown>>,
  metrics: ScoreMetrics,
): string {
  const outputs: Record<string, Record<string, unknown>[]> = {}
  for (const { output, item, cells, error } of rows) {
    const list = (outputs[output] ??= [])
    const values = Object.fromEntries(
      Object.entries(cells).map(([suffix, cell]) => [suffix === '' ? 'value' : suffix, cell]),
    )
    list.push({ ...item, ...values, ...(error === undefined ? {} : { error }) })
  }
  const some = (record: Readonly<Record<string, unknown>>): boolean => Object.keys(record).length > 0
  const content = { outputs, ...(some(metrics) ? { metrics } : {}), ...(some(tables) ? { tables } : {}) }
  return `${JSON.stringify(content, (_key, value: unknown) => finiteJson(value), 2)}\n`
}

/** The text of `scores.csv`: one row for each output at each item; axes, output, value, further columns, metric with its protocol, error. */
export function scoresCsv(rows: readonly ScoreRow[], metrics: ScoreMetrics): string {
  const axes = new Set<string>()
  const suffixes = new Set<string>()
  for (const row of rows) {
    for (const axis of Object.keys(row.item)) axes.add(axis)
    for (const suffix of Object.keys(row.cells)) if (suffix !== '') suffixes.add(suffix)
  }
  const header = [...axes, 'output', 'value', ...suffixes, 'metric', 'error']
  const lines = rows.map((row) =>
    csvLine([
      ...[...axes].map((axis) => row.item[axis] ?? ''),
      row.output,
      row.cells[''] ?? '',
      ...[...suffixes].map((suffix) => row.cells[suffix] ?? ''),
      metrics[row.output] === undefined ? '' : metricLabel(metrics[row.output] as Metric),
      row.error ?? '',
    ]),
  )
  return `${[csvLine(header), ...lines].join('\n')}\n`
}

/** JSON has neither Infinity nor NaN. */
function finiteJson(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
