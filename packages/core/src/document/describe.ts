const MAX_TEXT = 60

/** A value as a message shows it: short JSON; an empty place in YAML is `nothing`. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing'
  if (typeof value === 'number') return Number.isFinite(value) ? String(Number(value.toPrecision(12))) : String(value)
  const text = JSON.stringify(value) as string | undefined
  if (text === undefined) return `a ${typeof value}`
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 3)}...`
}

/** Names in quotes, joined: `"a", "b" or "c"`; beyond 14 only 12 are named and the rest is counted. */
export function listOf(values: readonly unknown[], conjunction = 'or'): string {
  // One or two that are left out are as short as their count.
  const shown = values.slice(0, values.length <= 14 ? 14 : 12).map(describeValue)
  if (values.length > shown.length) return `${shown.join(', ')} ${conjunction} ${values.length - shown.length} others`
  return shown.length < 2 ? (shown[0] ?? 'nothing') : `${shown.slice(0, -1).join(', ')} ${conjunction} ${shown.at(-1)}`
}

/** A phrase as a sentence: a capital at its start, unless it starts with a quoted name, and a full stop. */
export function sentence(phrase: string): string {
  const start = phrase.charAt(0).toUpperCase() + phrase.slice(1)
  return /[.?!]$/.test(start) ? start : `${start}.`
}
