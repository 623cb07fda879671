import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { comparisonsOf } from './comparison.js'
import { drawGraph } from './graph-drawing.js'
import { type Html, html, Html as Raw } from './html.js'
import { itemAxes, itemOf, variantOf } from './items.js'
import {
  itemsSection,
  type PageComparison,
  type PagePicture,
  pageComparisons,
  rowsByGain,
  viewer,
} from './page/items-section.js'
import { page, type Section } from './page/page.js'
import { durationText, failuresSection, timingsSection, versionsSection } from './page/run-sections.js'
import { distributionsSection, summarySection, tablesSection } from './page/scores-sections.js'
import { readRun, type WrittenRun } from './read-run.js'
import { recipesOf } from './recipes.js'
import { type Thumbnail, thumbnailsOf } from './thumbnails.js'

/** A report that was written. */
export interface WrittenReport {
  path: string
  bytes: number
  pictures: number
}

/**
 * Writes `report.html` into the folder of a finished run, from what stands there: `run.json`, `scores.json`, `timings.json`
 * where there is one, and the saved images. Throws `E_REPORT_RUN` where it is no such folder.
 */
export async function writeReport(folder: string): Promise<WrittenReport> {
  const run = await readRun(folder)
  const thumbnails = await thumbnailsOf(folder, run.saved)
  const text = await reportOf(run, thumbnails)
  const path = join(folder, 'report.html')
  const staged = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(staged, text)
    await rename(staged, path)
  } finally {
    await rm(staged, { force: true })
  }
  return { path, bytes: Buffer.byteLength(text), pictures: thumbnails.size }
}

/** The page of a run. */
export async function reportOf(run: WrittenRun, thumbnails: ReadonlyMap<string, Thumbnail>): Promise<string> {
  const over = itemAxes(run)
  const axis = over.length === 0 ? 'item' : over.join(', ')
  const comparisons = comparisonsOf(run)
  const scores = pageComparisons(comparisons)
  const { pictures, steps } = picturesOf(run, thumbnails, over)
  const sections: (Section | undefined)[] = [
    run.failures.length === 0
      ? undefined
      : { id: 'failures', title: `Failures (${run.failures.length})`, body: failuresSection(run.failures) },
    comparisons.length === 0 ? undefined : { id: 'summary', title: 'Summary', body: summarySection(comparisons) },
    Object.keys(run.tables).length === 0
      ? undefined
      : { id: 'tables', title: 'Tables', body: tablesSection(run.tables) },
    comparisons.length === 0
      ? undefined
      : { id: 'distributions', title: 'Distributions', body: await distributionsSection(comparisons) },
    scores.length === 0 && pictures.length === 0
      ? undefined
      : { id: 'items', title: 'Each item', body: itemsSection(axis, scores, pictures) },
    { id: 'graph', title: 'Graph', body: await graphSection(run) },
    run.timings === undefined ? undefined : { id: 'timings', title: 'Timings', body: timingsSection(run.timings) },
    { id: 'versions', title: 'Versions', body: versionsSection(run) },
  ]
  const after = [
    ...(pictures.length === 0 ? [] : [viewer()]),
    ...pictures.map(
      ({ id, path }) =>
        new Raw(`<script type="text/plain" id="p${id}">${(thumbnails.get(path) as Thumbnail).data}</script>\n`),
    ),
  ]
  return page(
    run.pipeline,
    factsOf(run, scores, pictures),
    sections.filter((section) => section !== undefined),
    after,
    {
      axis,
      comparisons: scores,
      pictures,
      records: steps,
      order:
        scores[0] === undefined
          ? [...new Set(pictures.flatMap(({ items }) => items))]
          : rowsByGain(scores[0]).map(({ item }) => item),
    },
  )
}

function picturesOf(
  run: WrittenRun,
  thumbnails: ReadonlyMap<string, Thumbnail>,
  over: readonly string[],
): { pictures: PagePicture[]; steps: ReturnType<typeof recipesOf>['steps'] } {
  const others = run.graph.axes.map(({ name }) => name).filter((name) => !over.includes(name))
  const shown = run.saved.filter(({ path }) => thumbnails.has(path))
  const { steps, at } = recipesOf(
    run,
    shown.map(({ value }) => value),
  )
  const itemsOf = holders(run, over)
  const pictures = shown.map(({ output, item, path }, id): PagePicture => {
    const { width, height, fullWidth, fullHeight } = thumbnails.get(path) as Thumbnail
    return {
      id,
      items: itemsOf(item),
      label: [output, variantOf(item, others)].filter((part) => part !== '').join(', '),
      path,
      href: path.split('/').map(encodeURIComponent).join('/'),
      size: [width, height],
      full: [fullWidth, fullHeight],
      record: at[id] ?? null,
    }
  })
  return { pictures, steps }
}

/** Names the items that a picture belongs to: one of a photograph alone, to all its repetitions. */
function holders(run: WrittenRun, over: readonly string[]): (keys: Readonly<Record<string, string>>) => string[] {
  const items = new Map<string, Readonly<Record<string, unknown>>>()
  for (const keys of [...Object.values(run.scores).flat(), ...run.saved.map(({ item }) => item)]) {
    const item = itemOf(keys, over)
    if (item !== undefined && over.every((axis) => keys[axis] !== undefined)) items.set(item, keys)
  }
  const byFirst = new Map<unknown, [string, Readonly<Record<string, unknown>>][]>()
  const [first = ''] = over
  for (const one of items) {
    const alike = byFirst.get(one[1][first])
    if (alike === undefined) byFirst.set(one[1][first], [one])
    else alike.push(one)
  }
  return (keys) => {
    const item = itemOf(keys, over)
    if (item === undefined) return ['all items']
    const whole = (byFirst.get(keys[first]) ?? []).filter(([, all]) =>
      over.every((axis) => keys[axis] === undefined || keys[axis] === all[axis]),
    )
    return whole.length === 0 ? [item] : whole.map(([name]) => name)
  }
}

async function graphSection({ graph }: WrittenRun): Promise<Html> {
  const parts = graph.nodes.map(({ path, use }) => `${path} (${use})`).join(', ')
  return html`<figure><div class="graph" tabindex="0" role="img" aria-label="The graph: ${parts}">${new Raw(await drawGraph(graph))}</div>
<figcaption>Dashed: what a draw or a selection may leave out. Bold: outputs.</figcaption></figure>`
}

function factsOf(run: WrittenRun, scores: readonly PageComparison[], pictures: readonly PagePicture[]): Html {
  const items = Math.max(
    0,
    ...scores.map((one) => one.items.length),
    new Set(pictures.flatMap(({ items }) => items)).size,
  )
  const facts: [string, string | number][] = [
    ['items', items],
    ['pictures', pictures.length],
    ['failures', run.failures.length],
    ...(run.timings === undefined ? [] : [['time', durationText(run.timings.milliseconds)] as [string, string]]),
    ['seed', run.seed],
  ]
  return html`<ul class="facts">${facts.map(([name, value]) => html`<li>${name} <b>${value}</b></li>`)}</ul>`
}
