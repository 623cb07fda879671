import type { Cell } from '../plugin/values.js'

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

/** The text of `scores.json`: a list of rows for each output, axes first. Infinity and NaN are written as text. */
export function scoresJson(rows: readonly ScoreRow[], tables: Readonly<Record<string, unknown>>): string {
  const outputs: Record<string, Record<string, unknown>[]> = {}
  for (const { output, item, cells, error } of rows) {
    const list = (outputs[output] ??= [])
    const values = Object.fromEntries(
      Object.entries(cells).map(([suffix, cell]) => [suffix === '' ? 'value' : suffix, plain(cell)]),
    )
    list.push({ ...item, ...values, ...(error === undefined ? {} : { error }) })
  }
  return `${JSON.stringify(Object.keys(tables).length === 0 ? { outputs } : { outputs, tables }, undefined, 2)}\n`
}

/** The text of `scores.csv`: one row for each output at each item; axes, output, value, further columns, error. */
export function scoresCsv(rows: readonly ScoreRow[]): string {
  const axes = new Set<string>()
  const suffixes = new Set<string>()
  for (const row of rows) {
    for (const axis of Object.keys(row.item)) axes.add(axis)
    for (const suffix of Object.keys(row.cells)) if (suffix !== '') suffixes.add(suffix)
  }
  const header = [...axes, 'output', 'value', ...suffixes, 'error']
  const lines = rows.map((row) =>
    [
      ...[...axes].map((axis) => row.item[axis] ?? ''),
      row.output,
      row.cells[''] ?? '',
      ...[...suffixes].map((suffix) => row.cells[suffix] ?? ''),
      row.error ?? '',
    ]
      .map(csvCell)
      .join(','),
  )
  return `${[header.map(csvCell).join(','), ...lines].join('\n')}\n`
}

/** A table as CSV. */
export function tableCsv(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return `${[columns, ...rows].map((row) => row.map((cell) => csvCell(cell ?? '')).join(',')).join('\n')}\n`
}

/** A table as Markdown. */
export function tableMarkdown(columns: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly unknown[]): string =>
    `| ${cells.map((cell) => String((cell as Cell) ?? '').replace(/\|/g, '\\|')).join(' | ')} |`
  return `${[line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n')}\n`
}

function plain(cell: Cell): Cell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? String(cell) : cell
}

function csvCell(cell: string | number | boolean): string {
  const text = String(cell)
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
