/**
 * The candidate nearest to a misspelt word, or `undefined` if none is near: at most a third of the letters (rounded up)
 * may differ, counted as insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
 * Case does not count. The first of equally near candidates wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const folded = word.toLowerCase()
  let best: string | undefined
  let bound = Math.ceil(Math.min(word.length, 60) / 3) + 1
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bound) continue
    const distance = alignmentDistance(folded, candidate.toLowerCase())
    if (distance < bound && distance < candidate.length) {
      best = candidate
      bound = distance
    }
  }
  return best
}

/** `Did you mean "x"?` for the nearest candidate, or `undefined`. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  const candidate = nearest(word, candidates)
  return candidate === undefined ? undefined : `Did you mean "${candidate}"?`
}

function alignmentDistance(a: string, b: string): number {
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let distance = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        distance = Math.min(distance, before[j - 2]! + 1)
      row.push(distance)
    }
    before = above
    above = row
  }
  return above[b.length]!
}
