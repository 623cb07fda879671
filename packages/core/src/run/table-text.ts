import { metricLabel } from '../plugin/metric.js'
import type { Cell, Table } from '../plugin/values.js'

/** A value other than an image as the text of a file; tables by the extension of `path`. */
export function textOf(path: string, value: unknown): string {
  if (path.endsWith('.txt')) return `${String(value)}\n`
  if (path.endsWith('.csv')) return tableCsv(value as Table)
  if (path.endsWith('.md')) return tableMarkdown(value as Table)
  if (path.endsWith('.tex')) return tableLatex(value as Table)
  return `${JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'number' && !Number.isFinite(inner) ? String(inner) : inner), 2)}\n`
}

/** Cells as one line of CSV (RFC 4180), without its end. */
export function csvLine(cells: readonly Cell[]): string {
  return cells.map(csvCell).join(',')
}

/** A table as CSV: full precision, no marks. */
export function tableCsv({ columns, rows }: Table): string {
  return `${[columns, ...rows].map(csvLine).join('\n')}\n`
}

/** A table as Markdown: the best of a column bold, the second in italics, notes below. */
export function tableMarkdown(table: Table): string {
  const escape = (text: string): string => text.replace(/\|/g, '\\|')
  const mark = (text: string, rank: number): string => (rank === 1 ? `**${text}**` : rank === 2 ? `*${text}*` : text)
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const right = table.columns.map((_, c) => isNumeric(table, c))
  const lines = [
    line(table.columns.map((name, c) => escape(name + arrow(table, c)))),
    line(right.map((numeric) => (numeric ? '---:' : '---'))),
    ...table.rows.map((row, r) =>
      line(row.map((_, c) => mark(escape(cellText(table, r, c)), table.ranks?.[r]?.[c] ?? 0))),
    ),
  ]
  const notes = tableNotes(table).map((note) => `- ${note}`)
  return `${[...lines, ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`
}

/** A table as a LaTeX `tabular` for booktabs: the best of a column bold, the second underlined, notes as comments. */
export function tableLatex(table: Table): string {
  const mark = (text: string, rank: number): string =>
    rank === 1 ? `\\textbf{${text}}` : rank === 2 ? `\\underline{${text}}` : text
  const line = (cells: readonly string[]): string => `  ${cells.join(' & ')} \\\\`
  const arrows = { ' ↑': ' $\\uparrow$', ' ↓': ' $\\downarrow$', '': '' } as const
  return `${[
    ...tableNotes(table).map((note) => `% ${note.replace(/\s+/g, ' ')}`),
    `\\begin{tabular}{${table.columns.map((_, c) => (isNumeric(table, c) ? 'r' : 'l')).join('')}}`,
    '  \\toprule',
    line(table.columns.map((name, c) => escapeLatex(name) + arrows[arrow(table, c)])),
    '  \\midrule',
    ...table.rows.map((row, r) =>
      line(row.map((_, c) => mark(escapeLatex(cellText(table, r, c)), table.ranks?.[r]?.[c] ?? 0))),
    ),
    '  \\bottomrule',
    '\\end{tabular}',
  ].join('\n')}\n`
}

/** What each metric column measures, then the table's own notes. */
export function tableNotes({ columns, metrics = [], notes = [] }: Table): string[] {
  const columnsOf = new Map<string, string[]>()
  metrics.forEach((metric, c) => {
    if (metric === null) return
    const label = metricLabel(metric) + (metric.unit === '' ? '' : `, ${metric.unit}`)
    columnsOf.set(label, [...(columnsOf.get(label) ?? []), columns[c] ?? ''])
  })
  return [...[...columnsOf].map(([label, names]) => `${names.join(', ')}: ${label}`), ...notes]
}

/** A cell as it is shown: a column's numbers with the same decimals, enough for four significant digits of the largest and at most four. */
export function cellText({ rows }: Pick<Table, 'rows'>, row: number, column: number): string {
  const cell = rows[row]?.[column] ?? null
  if (typeof cell !== 'number') return cell === null ? '' : String(cell)
  if (!Number.isFinite(cell)) return cell > 0 ? '∞' : cell < 0 ? '-∞' : 'NaN'
  const numbers = rows
    .map((one) => one[column])
    .filter((one) => typeof one === 'number' && Number.isFinite(one)) as number[]
  if (numbers.every(Number.isInteger)) return String(cell)
  const largest = Math.max(...numbers.map(Math.abs))
  return cell.toFixed(largest >= 1000 ? 1 : largest >= 10 ? 2 : largest >= 1 ? 3 : 4)
}

function arrow({ metrics }: Table, column: number): ' ↑' | ' ↓' | '' {
  const direction = metrics?.[column]?.direction
  return direction === 'higher' ? ' ↑' : direction === 'lower' ? ' ↓' : ''
}

function isNumeric({ rows }: Table, column: number): boolean {
  return rows.some((row) => typeof row[column] === 'number')
}

const latex: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '∞': '$\\infty$',
  '±': '$\\pm$',
  Δ: '$\\Delta$',
  '·': '$\\cdot$',
}

function escapeLatex(text: string): string {
  return text.replace(/[\\~^∞±Δ·&%$#_{}]/g, (character) => latex[character] ?? `\\${character}`)
}

function csvCell(cell: Cell): string {
  const text = String(cell ?? '')
  return /[",\n\r]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text
}
