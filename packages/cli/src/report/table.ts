/** Rows under a header in columns of equal width; numbers are set flush right. */
export function formatTable(header: readonly string[], rows: readonly (readonly string[])[], indent = '  '): string {
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)))
  const right = header.map(
    (_, i) => rows.length > 0 && rows.every((row) => /^(-?[\d.e+-]+|-?Infinity|NaN|)$/.test(row[i] ?? '')),
  )
  const line = (cells: readonly string[]): string =>
    (
      indent +
      cells
        .map((cell, i) => (right[i] === true ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
        .join('  ')
    ).trimEnd()
  return [line(header), ...rows.map(line)].join('\n')
}

/** A number in at most six significant digits. */
export function formatNumber(value: number): string {
  return Number.isFinite(value) && !Number.isInteger(value) ? String(Number(value.toPrecision(6))) : String(value)
}

/** A duration for people. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 1) return `${Math.round(milliseconds)} ms`
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const minutes = Math.floor(seconds / 60)
  return minutes < 60
    ? `${minutes} min ${Math.round(seconds % 60)} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

/** A text broken into lines of at most `width` characters. */
export function wrap(text: string, width: number, indent: string): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((one) => indent + one).join('\n')
}
