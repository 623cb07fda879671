import { KintsugiError, type Metric, nearest, Type } from '@kintsugi/core'
import basicsrZoo from './basicsr-zoo.json' with { type: 'json' }
import dcpt5 from './dcpt-5.json' with { type: 'json' }
import dcpt10 from './dcpt-10.json' with { type: 'json' }
import dcptCdd from './dcpt-cdd.json' with { type: 'json' }
import esrganPsnr from './esrgan-psnr.json' with { type: 'json' }
import tgsrDiv2k5g from './tgsr-div2k5g.json' with { type: 'json' }
import tgsrGroups from './tgsr-groups.json' with { type: 'json' }
import tgsrReal from './tgsr-real.json' with { type: 'json' }
import tgsrTasks from './tgsr-tasks.json' with { type: 'json' }

/** One published result. */
export interface PublishedRow {
  readonly keys: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, number>>
  /** What is known to be wrong or doubtful about it. */
  readonly erratum?: string
}

/** Results as a paper or repository prints them. A fact of a protocol that it does not tell is `not stated`. */
export interface PublishedSet {
  readonly id: string
  readonly title: string
  readonly source: string
  readonly dataset: string
  readonly axes: readonly string[]
  readonly metrics: Readonly<Record<string, Metric>>
  readonly notes: readonly string[]
  readonly rows: readonly PublishedRow[]
}

const closed = { additionalProperties: false } as const
const texts = Type.Array(Type.String({ minLength: 1 }))

/** JSON Schema of a file of published results. */
export const publishedSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' }),
    title: Type.String({ minLength: 1 }),
    source: Type.String({ minLength: 1 }),
    dataset: Type.String({ minLength: 1 }),
    axes: texts,
    metrics: Type.Record(
      Type.String(),
      Type.Object(
        {
          name: Type.String({ minLength: 1 }),
          direction: Type.Enum(['higher', 'lower']),
          unit: Type.String(),
          protocol: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
        },
        closed,
      ),
    ),
    notes: texts,
    rows: Type.Array(
      Type.Object(
        {
          keys: Type.Record(Type.String(), Type.String()),
          values: Type.Record(Type.String(), Type.Number()),
          erratum: Type.Optional(Type.String({ minLength: 1 })),
        },
        closed,
      ),
      { minItems: 1 },
    ),
  },
  closed,
)

/** The sets of published results that come with the plugin, by id. */
export const publishedSets: ReadonlyMap<string, PublishedSet> = new Map(
  [basicsrZoo, dcpt5, dcpt10, dcptCdd, esrganPsnr, tgsrDiv2k5g, tgsrGroups, tgsrReal, tgsrTasks].map((file) => [
    file.id,
    file as unknown as PublishedSet,
  ]),
)

/** A set by its id. Throws `E_TABLE_PUBLISHED`. */
export function publishedSet(id: string): PublishedSet {
  const found = publishedSets.get(id)
  if (found !== undefined) return found
  const guess = nearest(id, publishedSets.keys())
  throw new KintsugiError('E_TABLE_PUBLISHED', {
    message: `there are no published results "${id}"`,
    expected: `one of ${[...publishedSets.keys()].join(', ')}`,
    found: id,
    ...(guess === undefined ? {} : { fix: `write "${guess}"` }),
  })
}
