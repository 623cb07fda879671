import { KintsugiError, type Series } from '@kintsugi/core'

/** The values of a series over one axis by their keys, in axis order. */
export async function byKey<V>(series: Series<V>): Promise<Map<string, V>> {
  const values = new Map<string, V>()
  for await (const member of series) values.set(Object.values(member.keys).join('/'), await member.load())
  return values
}

/** The value of a task; throws `E_TASKS_KEYS` if it has none while other tasks have. */
export function valueAt<V>(values: ReadonlyMap<string, V>, task: string, port: string): V {
  const value = values.get(task)
  if (value !== undefined) return value
  throw new KintsugiError('E_TASKS_KEYS', {
    message: `Task "${task}" has no value of \`${port}\``,
    expected: `a value of \`${port}\` for every task`,
    found: `${values.size} values, none of this task`,
    fix: 'see why it failed; write `missing: fail` to be told at once',
  })
}

/** Throws `E_TASKS_EMPTY` if there are no tasks. */
export function requireTasks(node: string, tasks: { readonly size: number }, missing: number): void {
  if (tasks.size > 0) return
  throw new KintsugiError('E_TASKS_EMPTY', {
    message: `${node} has no tasks`,
    expected: 'at least one task',
    found: `none, and ${missing} missing`,
    fix: 'check that the axis in `over` has keys, and why items are missing',
  })
}
