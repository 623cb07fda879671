/** A vector and the name of its class. */
export interface Labelled {
  readonly values: readonly number[]
  readonly label: string
}

/**
 * The label of most of the `k` nearest of `known` to a point, by Euclidean distance and uniform vote: equal distances in the order
 * of `known`, equal votes to the first label in code-point order, as scikit-learn.
 */
export function vote(known: readonly Labelled[], point: readonly number[], k: number): string {
  const distances = known.map(({ values }, i) => ({
    i,
    distance: values.reduce((sum, value, d) => sum + (value - point[d]!) ** 2, 0),
  }))
  distances.sort((a, b) => a.distance - b.distance || a.i - b.i)
  const votes = new Map<string, number>()
  for (const { i } of distances.slice(0, k)) {
    const { label } = known[i]!
    votes.set(label, (votes.get(label) ?? 0) + 1)
  }
  return [...votes].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0]![0]
}
