/** A record with the same keys and other values. */
export function mapRecord<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, key: string) => R,
): Record<string, R> {
  const out: Record<string, R> = {}
  for (const key of Object.keys(record)) out[key] = map(record[key] as T, key)
  return out
}
