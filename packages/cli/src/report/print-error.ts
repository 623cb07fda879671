import type { ErrorData } from '@kintsugi/core'
import { colorsFor } from './colors.js'
import { faultsOf } from './fault-kind.js'

/** Most faults that are printed in full. */
const MAX_PRINTED = 50

/** Prints what a command was ended by. Stack traces come with KINTSUGI_DEBUG=1 alone. */
export function printErrors(error: unknown): void {
  const faults = faultsOf(error)
  const printed = faults.slice(0, MAX_PRINTED)
  process.stderr.write(`${printed.map(formatError).join('\n\n')}\n`)
  if (faults.length > 1) {
    const rest = faults.length - printed.length
    process.stderr.write(`\n${faults.length} errors${rest > 0 ? `, ${rest} of them not shown` : ''}\n`)
  }
  if (process.env['KINTSUGI_DEBUG'] === '1' && error instanceof Error) process.stderr.write(`\n${error.stack ?? ''}\n`)
}

/** What the operating system says, which faults tell in words of their own. */
const SYSTEM = /^E[A-Z0-9]+: /

/** A fault as text: code and place, what is wrong, the lines of the file, then node, expectation, finding, fix and cause. */
export function formatError(error: ErrorData): string {
  const c = colorsFor(process.stderr)
  const { place = {} } = error
  const position = [place.file, place.line, place.column].filter((part) => part !== undefined).join(':')
  const item = Object.entries(place.item ?? {}).map(([axis, key]) => `${axis}=${key}`)
  const node = [place.node, item.length === 0 ? undefined : `(${item.join(', ')})`].filter((part) => part !== undefined)
  const facts: [name: string, text: string | undefined][] = [
    ['node', node.length === 0 ? undefined : node.join(' ')],
    ['expected', error.expected],
    ['found', error.found],
    ['fix', error.fix],
    ['cause', error.cause === undefined ? undefined : causeOf(error)],
  ]
  const lines = [
    `${c.bold(c.red(error.code))}${position === '' ? '' : ` ${c.cyan(position)}`}`,
    ...indented(error.message),
  ]
  if (place.frame !== undefined) lines.push('', ...indented(place.frame).map((line) => c.dim(line)), '')
  for (const [name, text] of facts) {
    if (text === undefined) continue
    const [first = '', ...rest] = text.split('\n')
    lines.push(`  ${c.dim(name.padEnd(9))}${first}`, ...rest.map((line) => `           ${line}`))
  }
  return lines.join('\n')
}

function indented(text: string): string[] {
  return text.split('\n').map((line) => `  ${line}`)
}

function causeOf({ message, cause }: ErrorData): string | undefined {
  // Many faults repeat in their message what the cause says.
  const causes: string[] = []
  for (let at = cause; at !== undefined; at = at.cause) {
    const text = at.code === 'E_UNEXPECTED' ? at.message : `${at.code}: ${at.message}`
    if (!message.includes(at.message) && !SYSTEM.test(at.message) && !causes.includes(text)) causes.push(text)
  }
  return causes.length === 0 ? undefined : causes.join('\n')
}
