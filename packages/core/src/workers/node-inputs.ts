import type { Series, SeriesMember } from '../plugin/node.js'

/** Loads one member of a series. */
export type LoadMember = (index: number) => Promise<unknown>

/** A series over members that are loaded one at a time. */
export function makeSeries(
  members: readonly Readonly<Record<string, string>>[],
  missing: number,
  load: LoadMember,
): Series<unknown> {
  const member = (index: number): SeriesMember<unknown> => ({ keys: members[index] ?? {}, load: () => load(index) })
  return {
    length: members.length,
    missing,
    async *[Symbol.asyncIterator]() {
      for (let index = 0; index < members.length; index++) yield member(index)
    },
    values: async () => {
      const values: { keys: Readonly<Record<string, string>>; value: unknown }[] = []
      for (const [index, keys] of members.entries()) values.push({ keys, value: await load(index) })
      return values
    },
  }
}
