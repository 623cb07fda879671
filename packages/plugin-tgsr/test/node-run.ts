import type { NodeContext, RandomStream, Series } from '@kintsugi/core'
import { createImage, KintsugiError } from '@kintsugi/core'

/** A context for node types without models, with this random stream or none. */
export function contextWith(random?: RandomStream): NodeContext {
  return {
    get random() {
      if (random === undefined) throw new Error('not declared random')
      return random
    },
    createImage,
    openModel: () => Promise.reject(new Error('no models here')),
    throwIfCancelled: () => undefined,
    progress: () => undefined,
    warn: () => undefined,
  }
}

export const testContext = contextWith()

/** A series over the axis `task`. */
export function overTasks<V>(values: Readonly<Record<string, V>> | ReadonlyMap<string, V>, missing = 0): Series<V> {
  const members = [...(values instanceof Map ? (values as ReadonlyMap<string, V>) : Object.entries(values))].map(
    ([task, value]) => ({ keys: { task }, value: value as V }),
  )
  return {
    length: members.length,
    missing,
    values: () => Promise.resolve(members),
    async *[Symbol.asyncIterator]() {
      for (const { keys, value } of members) yield { keys, load: () => Promise.resolve(value) }
    },
  }
}

/** Whether an error has this code, and its text matches. */
export const fails =
  (code: string, text = /./) =>
  (error: unknown): boolean =>
    error instanceof KintsugiError && error.code === code && text.test(`${error.message} ${error.found} ${error.fix}`)
