import { KintsugiError } from '@kintsugi/core/errors'

/** `name=value`, split at the first `=`. Throws `E_ARGUMENT`; `option` is how messages call it. */
export function parsePair(text: string, option: string): [name: string, value: string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new KintsugiError('E_ARGUMENT', {
    message: `${option} needs a name and a value.`,
    expected: `${option} name=value`,
    found: text,
  })
}

/** Collects a repeatable `name=value` option; a repeated name replaces the value before. */
export function collectPairs(
  option: string,
): (text: string, before: Readonly<Record<string, string>> | undefined) => Record<string, string> {
  return (text, before) => {
    const [name, value] = parsePair(text, option)
    return { ...before, [name]: value }
  }
}

/** Collects a repeatable `name=value` option whose values add up. */
export function collectLists(
  option: string,
): (text: string, before: Readonly<Record<string, readonly string[]>> | undefined) => Record<string, string[]> {
  return (text, before) => {
    const [name, value] = parsePair(text, option)
    return { ...mutable(before), [name]: [...(before?.[name] ?? []), value] }
  }
}

function mutable(lists: Readonly<Record<string, readonly string[]>> = {}): Record<string, string[]> {
  return Object.fromEntries(Object.entries(lists).map(([name, list]) => [name, [...list]]))
}

/** Collects a repeatable `name=n` option. */
export function collectCounts(
  option: string,
): (text: string, before: Readonly<Record<string, number>> | undefined) => Record<string, number> {
  return (text, before) => {
    const [name, value] = parsePair(text, option)
    return { ...before, [name]: parseCount(option)(value) }
  }
}

/** Collects a repeatable option. */
export function collect(text: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), text]
}

/** A whole number of at least 1. */
export function parseCount(option: string): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d+$/.test(text) && Number.isSafeInteger(count) && count > 0) return count
    throw new KintsugiError('E_ARGUMENT', {
      message: `${option} is no number that can be used.`,
      expected: 'a whole number of at least 1',
      found: text,
    })
  }
}

/** A whole number, as seeds are. */
export function parseSeed(text: string): number {
  const seed = Number(text)
  if (/^-?\d+$/.test(text) && Number.isSafeInteger(seed)) return seed
  throw new KintsugiError('E_ARGUMENT', { message: '--seed is no seed.', expected: 'a whole number', found: text })
}
