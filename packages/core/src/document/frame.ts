import { createRequire } from 'node:module'
import type { Place } from '../errors/error.js'

const MAX_LINE = 160

type CodeFrame = (
  text: string,
  location: { start: { line: number; column: number } },
  options: { linesAbove: number; linesBelow: number; highlightCode: boolean; startLine: number },
) => string

/** Turns offsets into places; lines are counted at the first question. Columns count UTF-16 units. */
export class LineMap {
  readonly #text: string
  readonly #file: string | undefined
  #starts: number[] | undefined

  constructor(text: string, file?: string) {
    this.#text = text
    this.#file = file
  }

  /** Line, column and source frame of an offset. */
  place(offset: number): Place {
    const starts = (this.#starts ??= lineStarts(this.#text))
    let low = 0
    for (let high = starts.length; high - low > 1; ) {
      const middle = (low + high) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle
    }
    const column = offset - starts[low]! + 1
    const place: Place = { line: low + 1, column, frame: this.#frame(starts, low, column) }
    return this.#file === undefined ? place : { file: this.#file, ...place }
  }

  #frame(starts: readonly number[], line: number, column: number): string {
    const first = Math.max(line - 2, 0)
    const rows = this.#text
      .slice(starts[first], starts[line + 2] ?? this.#text.length)
      .split(/\r\n|[\r\n]/, line - first + 2)
    if (rows.some((row) => row.length > MAX_LINE)) {
      const from = Math.max(column - 1 - MAX_LINE / 2, 0)
      return frameOf(rows[line - first]!.slice(from, from + MAX_LINE), 1, column - from, line + 1)
    }
    while (rows.length > line - first + 1 && rows.at(-1)!.trim() === '') rows.pop()
    return frameOf(rows.join('\n'), line - first + 1, column, first + 1)
  }
}

function frameOf(text: string, line: number, column: number, startLine: number): string {
  // Loaded here because it is needed only once something is wrong; it ships no type declarations.
  const { codeFrameColumns } = createRequire(import.meta.url)('@babel/code-frame') as { codeFrameColumns: CodeFrame }
  const options = { linesAbove: 2, linesBelow: 1, highlightCode: false, startLine }
  return codeFrameColumns(text, { start: { line: startLine + line - 1, column } }, options)
}

function lineStarts(text: string): number[] {
  const starts = [0]
  for (const { index, 0: end } of text.matchAll(/\r\n|[\r\n]/g)) starts.push(index + end.length)
  return starts
}
