import { nearest } from '../document/suggest.js'
import { KintsugiError } from '../errors/index.js'

/** Replaces one value of a document, by a path such as `nodes.noisy.with.sigma`; a last part that is not there is added. Throws `E_ARGUMENT`. */
export function setAt(document: unknown, path: string, value: unknown): void {
  const parts = path.split('.')
  const last = parts.pop()
  let at = document
  for (const [i, part] of parts.entries()) {
    const next: unknown =
      typeof at === 'object' && at !== null && Object.hasOwn(at, part)
        ? (at as Record<string, unknown>)[part]
        : undefined
    if (typeof next !== 'object' || next === null) {
      if (next === undefined && i === parts.length - 1 && part === 'with' && typeof at === 'object' && at !== null) {
        const made = {}
        ;(at as Record<string, unknown>)[part] = made
        at = made
        continue
      }
      throw new KintsugiError('E_ARGUMENT', {
        message: `The pipeline has nothing at "${parts.slice(0, i + 1).join('.')}".`,
        expected: 'a path such as nodes.noisy.with.sigma',
        found: path,
        fix: fixOf(at, parts.slice(0, i), part),
      })
    }
    at = next
  }
  if (last === undefined || last === '' || last === '__proto__' || typeof at !== 'object' || at === null) {
    throw new KintsugiError('E_ARGUMENT', {
      message: `"${path}" is no path.`,
      expected: 'a path such as nodes.noisy.with.sigma',
      found: path,
      fix: 'Name a part of the pipeline, with a dot between the steps.',
    })
  }
  ;(at as Record<string, unknown>)[last] = value
}

function fixOf(at: unknown, above: readonly string[], part: string): string {
  const known = typeof at === 'object' && at !== null ? Object.keys(at) : []
  const guess = nearest(part, known)
  if (guess !== undefined) return `Write "${[...above, guess].join('.')}".`
  return known.length === 0 ? 'Shorten the path.' : `Continue with one of ${known.slice(0, 12).join(', ')}.`
}
