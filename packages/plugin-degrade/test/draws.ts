import { createImage, createKintsugi, type LineageRecord, type RecordStep } from '@kintsugi/core'
import plugin from '../src/index.js'

/** One drawn degradation: its record, and its steps that ran. */
export interface Drawn {
  record: LineageRecord
  /** Steps that ran, by path below the degradation, in order. */
  ran: ReadonlyMap<string, RecordStep>
}

/** A Kintsugi that has this plugin and keeps nothing. */
export const kintsugi = createKintsugi({ cacheDir: false, plugins: [plugin] })

/** Draws a degradation `count` times, as its records tell: no pixel is computed. */
export async function draws(use: string, count: number, seed: number, params = {}): Promise<Drawn[]> {
  const prepared = await kintsugi.plan(
    {
      kintsugi: 1,
      axes: { draw: { count } },
      inputs: { photo: { type: 'image' } },
      nodes: { degraded: { use, in: 'photo', along: ['draw'], with: params } },
      outputs: { record: 'degraded.$record' },
    },
    { seed, inputs: { photo: createImage({ width: 8, height: 8, channels: 3 }) } },
  )
  const all: Drawn[] = []
  const { failures } = await kintsugi.run(prepared, {
    jobs: 1,
    receive: (_output, _item, value) => {
      const record = value as LineageRecord
      const steps = Object.entries(record.steps).filter(([, step]) => step.ran)
      all.push({
        record,
        ran: new Map(steps.map(([path, step]) => [path.replace(/^degraded\//, ''), step])),
      })
    },
  })
  for (const { error } of failures) throw error
  return all
}

/** A parameter of every step that ran at a path that `where` matches. */
export function valuesOf(all: readonly Drawn[], where: RegExp, name: string): number[] {
  return stepsOf(all, where).flatMap((step) => (name in step.with ? [step.with[name] as number] : []))
}

/** Every step that ran at a path that `where` matches. */
export function stepsOf(all: readonly Drawn[], where: RegExp): RecordStep[] {
  return all.flatMap(({ ran }) => [...ran].flatMap(([path, step]) => (where.test(path) ? [step] : [])))
}

/** How many draws have such a step that ran. */
export function countOf(all: readonly Drawn[], where: RegExp): number {
  return all.filter(({ ran }) => [...ran.keys()].some((path) => where.test(path))).length
}
