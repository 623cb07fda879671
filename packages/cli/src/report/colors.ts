import pc from 'picocolors'

/** Colours for a stream: on a terminal that has them, unless NO_COLOR is set (https://no-color.org). */
export function colorsFor(stream: { isTTY?: boolean }): ReturnType<typeof pc.createColors> {
  const refused = (process.env['NO_COLOR'] ?? '') !== '' || process.env['TERM'] === 'dumb'
  return pc.createColors(stream.isTTY === true && !refused)
}
