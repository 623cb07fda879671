import { lineageToXmp, MAX_EMBEDDED_LINEAGE } from '../image/xmp.js'
import type { LineageRecord } from '../plugin/values.js'
import { closureOf, type TaskRecord, type WrittenRecord, writtenRecord } from './record.js'

/** What a saved image carries: how it was made, and the hash of its pixels. */
export interface EmbeddedLineage {
  kintsugi: 1
  /** The value: `<task key>:<port>`. */
  value: string
  /** Versions that made it. */
  versions: Readonly<Record<string, string>>
  provider: string
  /** Options of the encoder, as the pipeline gives them. */
  encode: Readonly<Record<string, unknown>>
  /** SHA-256 of the samples as they were encoded. */
  pixels: string
  /** What the tasks do not tell: steps left out, choices, and values of recorded outputs. */
  drawn?: DrawnAside
  /** Tasks, oldest first. */
  records: readonly WrittenRecord[]
  /** False if the whole history was too long to embed; then the last step alone is here and the rest is in `run.json`. */
  complete: boolean
}

/** What a value's tasks do not tell of how it was made. */
export interface DrawnAside {
  choices: LineageRecord['choices']
  /** Steps left out, by node path; `after` is the number of steps that had run before. */
  skipped: Readonly<Record<string, { use: string; with: Readonly<Record<string, unknown>>; after: number }>>
  /** Values of recorded outputs, by node path and port. */
  gave?: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** The part of a record that its tasks do not tell, if there is any. */
export function drawnAside({ steps, choices }: LineageRecord): DrawnAside | undefined {
  const skipped: Record<string, { use: string; with: Readonly<Record<string, unknown>>; after: number }> = {}
  const gave: Record<string, Readonly<Record<string, unknown>>> = {}
  let after = 0
  for (const [name, step] of Object.entries(steps)) {
    if (step.ran) after++
    else skipped[name] = { use: step.use, with: step.with, after }
    if (step.gave !== undefined) gave[name] = step.gave
  }
  const empty = (record: object): boolean => Object.keys(record).length === 0
  if ([gave, skipped, choices].every(empty)) return undefined
  return { choices, skipped, ...(empty(gave) ? {} : { gave }) }
}

/** Stands for the hash of the pixels until the encoder knows it; as long as a hash, so that sizes stay. */
const PENDING = '0'.repeat(64)

/** The lineage text for an image, as much of it as fits into every format; complete it by `withPixels`. */
export function embeddedLineage(
  value: string,
  record: TaskRecord,
  versions: Readonly<Record<string, string>>,
  provider: string,
  encode: Readonly<Record<string, unknown>>,
  drawn?: DrawnAside,
): string {
  const closure = closureOf(record)
  const closed = closure.every((entry) =>
    Object.values(entry.inputs).every(
      (input) => typeof input !== 'object' || !('series' in input) || entry.parents.length > 0,
    ),
  )
  const text = (records: readonly TaskRecord[], complete: boolean): string =>
    JSON.stringify({
      kintsugi: 1,
      value,
      versions,
      provider,
      encode,
      pixels: PENDING,
      ...(drawn === undefined ? {} : { drawn }),
      records: records.map(writtenRecord),
      complete,
    } satisfies EmbeddedLineage)
  const whole = text(closure, closed)
  if (fits(whole)) return whole
  const direct = text([record], false)
  if (fits(direct)) return direct
  return text([], false)
}

/** The lineage text with the hash of the pixels in its place. */
export function withPixels(lineage: string, pixels: string): string {
  return lineage.replace(`"pixels":"${PENDING}"`, `"pixels":"${pixels}"`)
}

function fits(text: string): boolean {
  return Buffer.byteLength(lineageToXmp(text)) <= MAX_EMBEDDED_LINEAGE
}
