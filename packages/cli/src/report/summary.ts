import { join } from 'node:path'
import type { Plan, RunResult } from '@kintsugi/core'
import { colorsFor } from './colors.js'
import { formatDuration, formatNumber, formatTable } from './table.js'

/** Largest tables of scores that are printed. */
const MAX_ROWS = 24
const MAX_COLUMNS = 10

/** What a run came to: where pictures and scores are, the scores if they are few, and what was done. */
export function summarise(
  plan: Plan,
  result: RunResult,
  {
    out,
    report,
    milliseconds,
    cached,
  }: { out: string; report: string | undefined; milliseconds: number; cached: boolean },
): string {
  const c = colorsFor(process.stdout)
  const lines: string[] = []
  const tables = result.cancelled ? [] : scoreTables(result.rows)
  for (const table of tables) lines.push('', table)
  if (lines.length > 0) lines.push('')
  const { saved, failures } = result
  const line = (name: string, text: string): void => void lines.push(`${c.bold(name.padEnd(9))} ${text}`)
  if (result.cancelled)
    line('cancelled', cached ? 'what was computed is in the cache; run again to go on' : 'run again to begin anew')
  if (saved.length > 0)
    line(
      'saved',
      `${saved.length} ${saved.length === 1 ? 'file' : 'files'} in ${out}, such as ${join(out, saved[0]?.path ?? '')}`,
    )
  if (!result.cancelled) {
    if (result.rows.length > 0) line('scores', `${join(out, 'scores.csv')} and scores.json, ${result.rows.length} rows`)
    line('record', join(out, 'run.json'))
    if (report !== undefined) line('report', report)
  }
  if (failures.length > 0)
    line(c.red('failed'.padEnd(9)), `${failures.length} ${failures.length === 1 ? 'output' : 'outputs'}, see above`)
  const tasks = `${result.ran} ran, ${result.cached} from the cache`
  line(
    plan.name,
    `${formatDuration(milliseconds)}; tasks: ${tasks}; compute ${formatDuration(result.computeMilliseconds)}`,
  )
  return `${lines.join('\n')}\n`
}

interface ScoreItem {
  item: readonly string[]
  cells: Map<string, string>
}

interface ScoreGroup {
  axes: readonly string[]
  columns: Set<string>
  items: Map<string, ScoreItem>
}

/** Outputs that vary along the same axes side by side. */
function scoreTables(rows: RunResult['rows']): string[] {
  const groups = new Map<string, ScoreGroup>()
  for (const { output, item, cells, error } of rows) {
    const axes = Object.keys(item)
    const name = axes.join('\0')
    const group: ScoreGroup = groups.get(name) ?? {
      axes,
      columns: new Set<string>(),
      items: new Map<string, ScoreItem>(),
    }
    groups.set(name, group)
    const keys = Object.values(item)
    const id = keys.join('\0')
    const entry: ScoreItem = group.items.get(id) ?? { item: keys, cells: new Map<string, string>() }
    group.items.set(id, entry)
    const values = error === undefined ? Object.entries(cells) : [['', error] as const]
    for (const [suffix, cell] of values) {
      const column = suffix === '' ? output : `${output}.${suffix}`
      group.columns.add(column)
      entry.cells.set(column, typeof cell === 'number' ? formatNumber(cell) : String(cell ?? ''))
    }
  }
  return [...groups.values()]
    .filter(({ columns, items }) => items.size <= MAX_ROWS && columns.size <= MAX_COLUMNS)
    .map(({ axes, columns, items }) =>
      formatTable(
        [...axes, ...columns],
        [...items.values()].map(({ item, cells }) => [
          ...item,
          ...[...columns].map((column) => cells.get(column) ?? ''),
        ]),
      ),
    )
}
