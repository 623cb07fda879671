import { readFile } from 'node:fs/promises'
import { fileFault, KintsugiError } from '../errors/index.js'

/** Rows of a `.csv` (first line: names) or `.jsonl` file as records by key: the column `key`, or the row's number. */
export async function readRows(path: string, shown: string): Promise<Map<string, Record<string, unknown>>> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new KintsugiError('E_INPUT', {
      message: `The list "${shown}" cannot be read.`,
      expected: 'a readable file',
      found: fileFault(error),
      fix: 'Check the path.',
    })
  }
  const rows = /\.csv$/i.test(path) ? csvRows(text, shown) : jsonRows(text, shown)
  const records = new Map<string, Record<string, unknown>>()
  rows.forEach((row, i) => {
    const own = row['key']
    const key = typeof own === 'string' || typeof own === 'number' ? String(own) : String(i)
    if (records.has(key)) {
      throw new KintsugiError('E_INPUT', {
        message: `Row ${i + 1} of "${shown}" has a key that stands there already.`,
        expected: 'distinct keys',
        found: key,
        fix: 'Give the rows distinct keys, or rename the column to have rows numbered.',
      })
    }
    records.set(key, row)
  })
  if (records.size === 0)
    throw new KintsugiError('E_INPUT', {
      message: `The list "${shown}" has no rows.`,
      expected: 'at least one row',
      fix: 'Add rows.',
    })
  return records
}

function jsonRows(text: string, shown: string): Record<string, unknown>[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return []
    let row: unknown
    try {
      row = JSON.parse(line)
    } catch {
      row = undefined
    }
    if (typeof row === 'object' && row !== null && !Array.isArray(row)) return [row as Record<string, unknown>]
    throw new KintsugiError('E_INPUT', {
      message: `Line ${i + 1} of "${shown}" is no JSON object.`,
      expected: 'an object such as {"photo": "a.png"}',
      found: line.slice(0, 60),
      fix: 'Write one whole JSON object in each line.',
    })
  })
}

function csvRows(text: string, shown: string): Record<string, unknown>[] {
  const [header, ...lines] = parseCsv(text, shown)
  if (header === undefined) return []
  return lines.map((cells, i) => {
    if (cells.length !== header.length) {
      throw new KintsugiError('E_INPUT', {
        message: `Row ${i + 1} of "${shown}" has ${cells.length} cells.`,
        expected: `${header.length}, as the first line has`,
        found: cells.join(','),
        fix: 'Add or remove cells; a cell with a comma needs quotes.',
      })
    }
    return Object.fromEntries(header.map((name, column) => [name, scalar(cells[column] ?? '')]))
  })
}

function scalar(cell: string): unknown {
  if (cell === 'true' || cell === 'false') return cell === 'true'
  return cell.trim() !== '' && Number.isFinite(Number(cell)) ? Number(cell) : cell
}

/** Cells of a CSV text as RFC 4180 has it: quotes around cells, doubled inside them. */
function parseCsv(text: string, shown: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ''
  let quoted = false
  const source = text.replace(/^\uFEFF/, '')
  for (let i = 0; i < source.length; i++) {
    const char = source[i]
    if (quoted) {
      if (char !== '"') cell += char
      else if (source[i + 1] === '"') cell += source[++i]
      else quoted = false
    } else if (char === '"' && cell === '') quoted = true
    else if (char === ',') {
      row.push(cell)
      cell = ''
    } else if (char === '\n' || (char === '\r' && source[i + 1] === '\n')) {
      if (char === '\r') i++
      row.push(cell)
      if (row.length > 1 || cell !== '') rows.push(row)
      row = []
      cell = ''
    } else cell += char
  }
  if (quoted)
    throw new KintsugiError('E_INPUT', {
      message: `A quoted cell of "${shown}" has no end.`,
      expected: 'a closing "',
      fix: 'Close it; a quote inside a cell is written twice.',
    })
  row.push(cell)
  if (row.length > 1 || cell !== '') rows.push(row)
  return rows
}
