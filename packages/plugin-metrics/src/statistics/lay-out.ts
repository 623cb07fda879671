import { type Cell, KintsugiError, type Metric, type Table } from '@kintsugi/core'
import { publishedSet } from '../published/published.js'
import type { Column, Keys } from './align.js'
import { type Pivot, pivot } from './pivot.js'
import {
  metricOfStatistic,
  protocolDifferences,
  ranksOf,
  type StatisticName,
  statisticOf,
  type TableColumn,
} from './table-columns.js'

/** Published results beside a table. */
export interface PublishedSettings {
  readonly set: string
  readonly axes?: Readonly<Record<string, string>>
  readonly columns?: Readonly<Record<string, string>>
  readonly where?: Keys
  readonly same_data?: boolean
}

/** How a table is laid out; see `stats/table`. */
export interface TableSettings {
  readonly rows?: readonly string[]
  readonly across?: readonly string[]
  readonly statistics?: readonly StatisticName[]
  readonly level?: number
  readonly mark?: boolean
  readonly baseline?: Keys
  readonly cap?: number
  readonly protocols?: 'refuse' | 'unranked'
  readonly published?: readonly PublishedSettings[]
  readonly metrics?: Readonly<Record<string, Metric>>
}

const OWN = 'this run'
/** Statistics that say nothing of better and worse. */
const UNRANKED: ReadonlySet<StatisticName> = new Set(['std', 'interval', 'n'])

/** Lays scores out as a table. Throws `E_TABLE_AXIS`, `E_TABLE_BASELINE`, `E_TABLE_PROTOCOL` or `E_TABLE_PUBLISHED`. */
export function layOut(series: readonly Column<number>[], settings: TableSettings): Table {
  const { statistics = ['mean'], level = 0.95, cap = 100, metrics = {} } = settings
  const laid = pivot(series, settings.rows, settings.across ?? [])
  const notes: string[] = []
  checkProtocols(series, settings, laid, notes)
  const columns: TableColumn[] = []
  series.forEach(({ name, items }, c) => {
    const infinite = items.filter(({ value }) => value === Number.POSITIVE_INFINITY).length
    if (infinite > 0)
      notes.push(`${name}: ${infinite} infinite ${infinite === 1 ? 'value counts' : 'values count'} as ${cap}.`)
    const aggregated = laid.rows.some((row) => laid.across.some((at) => laid.values(c, row, at).length > 1))
    const many = aggregated || settings.statistics !== undefined
    const unranked = metrics[name]?.differing !== undefined
    for (const at of laid.across) {
      for (const statistic of statistics) {
        const head = [
          name,
          ...Object.values(at),
          ...(many && statistics.length > 1 ? [statistic === 'interval' ? '±' : statistic] : []),
        ]
        const cells = laid.rows.map((row): Cell => {
          const values = laid.values(c, row, at).map((value) => (value === Number.POSITIVE_INFINITY ? cap : value))
          return statisticOf(statistic, values, level)
        })
        const metric = metricOfStatistic(metrics[name], statistic, aggregated)
        columns.push({
          head: head.join(' '),
          metric,
          cells,
          league: cells.map(() => (unranked || UNRANKED.has(statistic) ? null : OWN)),
        })
      }
    }
  })
  if (statistics.includes('interval')) {
    notes.push(
      `±: half the width of the ${Number((100 * level).toPrecision(4))} % confidence interval of the mean, by Student t.`,
    )
  }
  const rows: Row[] = laid.rows.map((keys) => ({ keys, source: OWN }))
  const differences = settings.baseline === undefined ? [] : differencesTo(settings.baseline, laid, columns, notes)
  for (const published of settings.published ?? [])
    addPublished(published, { laid, series, settings, rows, columns, notes })
  for (const difference of differences) while (difference.cells.length < rows.length) pad(difference)
  const all = [...columns, ...differences]
  const withSource = (settings.published ?? []).length > 0
  const lead = [...laid.rowAxes, ...(withSource ? ['source'] : [])]
  return {
    columns: [...lead, ...all.map(({ head }) => head)],
    rows: rows.map(({ keys, source }, r) => [
      ...laid.rowAxes.map((axis) => keys[axis] ?? null),
      ...(withSource ? [source] : []),
      ...all.map(({ cells }) => cells[r] ?? null),
    ]),
    ...(all.some(({ metric }) => metric !== null)
      ? { metrics: [...lead.map(() => null), ...all.map(({ metric }) => metric)] }
      : {}),
    ...(settings.mark === true
      ? { ranks: transposed([...lead.map(() => rows.map(() => 0)), ...all.map(ranksOf)], rows.length) }
      : {}),
    ...(notes.length > 0 ? { notes } : {}),
  }
}

interface Row {
  readonly keys: Keys
  readonly source: string
}

function transposed(columns: readonly (readonly number[])[], rows: number): number[][] {
  return Array.from({ length: rows }, (_, r) => columns.map((column) => column[r] ?? 0))
}

function pad({ cells, league }: TableColumn): void {
  cells.push(null)
  league.push(null)
}

/** Refuses columns whose values follow different protocols, or notes that they are not ranked. */
function checkProtocols(
  series: readonly Column<number>[],
  { metrics = {}, protocols }: TableSettings,
  laid: Pivot,
  notes: string[],
): void {
  series.forEach(({ name }, c) => {
    const differing = metrics[name]?.differing
    if (differing === undefined) return
    const mixes = laid.rows.some((row) => laid.across.some((at) => laid.values(c, row, at).length > 1))
    if (protocols === 'unranked' && !mixes) {
      notes.push(
        `${name}: its values differ in ${differing.join(', ')} and cannot be compared with each other; none is ranked.`,
      )
      return
    }
    throw new KintsugiError('E_TABLE_PROTOCOL', {
      message: `the column \`${name}\` of stats/table ${mixes ? 'takes statistics of' : 'holds'} scores of different protocols`,
      expected: 'one metric under one protocol',
      found: `values that differ in ${differing.join(', ')}`,
      fix: mixes
        ? 'score everything by one protocol, or give each protocol a column of its own'
        : 'score everything by one protocol, give each a column of its own, or set `protocols: unranked` to show them without ranks',
    })
  })
}

/** For every metric column its differences to the baseline row with the same other keys. */
function differencesTo(baseline: Keys, laid: Pivot, columns: readonly TableColumn[], notes: string[]): TableColumn[] {
  const wrong = Object.keys(baseline).find((axis) => !laid.rowAxes.includes(axis))
  const is = (row: Keys): boolean => Object.entries(baseline).every(([axis, key]) => row[axis] === key)
  if (wrong !== undefined || !laid.rows.some(is)) {
    throw new KintsugiError('E_TABLE_BASELINE', {
      message: 'stats/table has no baseline row',
      expected: `keys of a row, by the axes ${laid.rowAxes.join(', ') || '(there are no row axes)'}`,
      found: JSON.stringify(baseline),
      fix: `name a row that is there, such as ${JSON.stringify(laid.rows[0] ?? {})}`,
    })
  }
  const named = Object.entries(baseline).map(([axis, key]) => `${axis} ${key}`)
  notes.push(`Δ: difference to ${named.join(', ')}.`)
  return columns
    .filter(
      ({ metric, league }) =>
        (metric === null || metric.direction !== undefined) && league.every((one) => one !== null),
    )
    .map(({ head, cells }) => ({
      head: `Δ ${head}`,
      metric: null,
      league: cells.map(() => null),
      cells: laid.rows.map((row, r): Cell => {
        const base = laid.rows.findIndex(
          (other) => is(other) && laid.rowAxes.every((axis) => axis in baseline || other[axis] === row[axis]),
        )
        const [value, reference] = [cells[r], cells[base]]
        return typeof value === 'number' && typeof reference === 'number' ? value - reference : null
      }),
    }))
}

interface Building {
  readonly laid: Pivot
  readonly series: readonly Column<number>[]
  readonly settings: TableSettings
  readonly rows: Row[]
  readonly columns: TableColumn[]
  readonly notes: string[]
}

/** Adds rows of a published set, in the columns of their own protocol, or in new ones. */
function addPublished(published: PublishedSettings, { laid, series, settings, rows, columns, notes }: Building): void {
  const set = publishedSet(published.set)
  const [statistic = 'mean'] = settings.statistics ?? []
  const axisOf = (axis: string): string => published.axes?.[axis] ?? axis
  const taken = set.rows.filter(({ keys }) =>
    Object.entries(published.where ?? {}).every(([axis, key]) => keys[axis] === key),
  )
  const rowOf = new Map<string, number>()
  const errata: string[] = []
  notes.push(`${set.id}: ${set.title}. ${set.source}.`, ...set.notes.map((note) => `${set.id}: ${note}`))
  const place = (keys: Keys): number => {
    const own = Object.fromEntries(
      laid.rowAxes.flatMap((axis) => (keys[axisOf(axis)] === undefined ? [] : [[axis, keys[axisOf(axis)] as string]])),
    )
    const at = JSON.stringify(own)
    const known = rowOf.get(at)
    if (known !== undefined) return known
    rowOf.set(at, rows.length)
    rows.push({ keys: own, source: set.id })
    for (const column of columns) pad(column)
    return rows.length - 1
  }
  for (const { name } of series) {
    const theirs = published.columns?.[name] ?? name
    const metric = set.metrics[theirs]
    if (metric === undefined) continue
    const own = settings.metrics?.[name]
    const differences =
      own === undefined ? ['what this run measures, which is not declared'] : protocolDifferences(own, metric)
    const equal = differences.length === 0
    const together = equal && published.same_data === true
    if (!equal)
      notes.push(`${name} of ${set.id} is not ranked with this run: they differ in ${differences.join(', ')}.`)
    else if (!together)
      notes.push(`${name} of ${set.id} is not ranked with this run: it is not said that the images are the same.`)
    for (const { keys, values, erratum } of taken) {
      const value = values[theirs]
      const at = laid.across.find((across) => laid.acrossAxes.every((axis) => across[axis] === keys[axisOf(axis)]))
      if (value === undefined || at === undefined) continue
      const head = [name, ...Object.values(at), ...((settings.statistics ?? []).length > 1 ? [statistic] : [])].join(
        ' ',
      )
      const title = equal ? head : `${head} (${set.id})`
      let column = columns.find((one) => one.head === title)
      const r = place(keys)
      if (column === undefined) {
        column = {
          head: title,
          metric: { ...metric, statistic: 'mean' },
          cells: rows.map(() => null),
          league: rows.map(() => null),
        }
        columns.push(column)
      }
      column.cells[r] = value
      column.league[r] = together ? OWN : set.id
      const about = `${set.id}, ${Object.values(keys).join(', ')}: ${erratum ?? ''}`
      if (erratum !== undefined && !errata.includes(about)) errata.push(about)
    }
  }
  notes.push(...errata)
}
