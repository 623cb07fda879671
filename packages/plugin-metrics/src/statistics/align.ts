/** Keys of an item, such as `{ photo: 'cat', sigma: '15' }`. */
export type Keys = Readonly<Record<string, string>>

/** One column of a table: its items with their keys. */
export interface Column<V> {
  readonly name: string
  readonly items: readonly { readonly keys: Keys; readonly value: V }[]
}

/** Rows aligned by their keys: the axes, and for each row its keys in the order of `axes` and its value in every column. */
export interface AlignedRows<V> {
  readonly axes: readonly string[]
  readonly rows: readonly { readonly keys: readonly (string | null)[]; readonly values: readonly (V | null)[] }[]
}

/**
 * Aligns columns by the keys of their items, in order of first appearance. A column without some of the axes holds for every
 * key of them; where a column has no item for a row, the value is null.
 */
export function alignByKeys<V>(columns: readonly Column<V>[]): AlignedRows<V> {
  const axes = [...new Set(columns.flatMap(({ items }) => items.flatMap(({ keys }) => Object.keys(keys))))]
  const own = columns.map(({ items }) => axes.filter((axis) => items.some(({ keys }) => axis in keys)))
  const identify = (keys: Keys, among: readonly string[]) => JSON.stringify(among.map((axis) => keys[axis] ?? null))
  const lookups = columns.map(
    ({ items }, c) => new Map(items.map(({ keys, value }) => [identify(keys, own[c]!), value])),
  )
  const isBroadcast = (c: number) =>
    own.some((other) => other.length > own[c]!.length && own[c]!.every((axis) => other.includes(axis)))
  const rows = new Map<string, Keys>()
  columns.forEach(({ items }, c) => {
    if (isBroadcast(c)) return
    for (const { keys } of items) {
      const identity = identify(keys, axes)
      if (!rows.has(identity)) rows.set(identity, keys)
    }
  })
  return {
    axes,
    rows: [...rows.values()].map((keys) => ({
      keys: axes.map((axis) => keys[axis] ?? null),
      values: lookups.map((lookup, c) => lookup.get(identify(keys, own[c]!)) ?? null),
    })),
  }
}
