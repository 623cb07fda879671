import type { Comparison } from '../comparison.js'
import { type Html, html } from '../html.js'
import { figure, scrolling } from './scores-sections.js'

/** A picture as the page knows it. */
export interface PagePicture {
  id: number
  /** The items that it belongs to. */
  items: readonly string[]
  label: string
  path: string
  href: string
  size: readonly [number, number]
  full: readonly [number, number]
  /** Where its recipe ends among the steps. */
  record: number | null
}

/** A comparison as the page's script takes it; Infinity is text. */
export interface PageComparison {
  title: string
  /** As short as tells it from the others. */
  name: string
  direction: string | null
  items: readonly string[]
  /** The series that gains are first counted from, and the series that is first compared with it. */
  base: number
  against: number
  series: readonly { label: string; values: readonly (number | string | null)[] }[]
}

/** Rows that a page holds; those with the largest gain. */
export const MOST_ITEMS = 2000

/** Comparisons as data. */
export function pageComparisons(comparisons: readonly Comparison[]): PageComparison[] {
  const nameOf = ({ metric, title }: Comparison): string => metric?.name ?? title
  return comparisons.map((one) => {
    const alone = comparisons.filter((other) => nameOf(other) === nameOf(one)).length === 1
    return pageComparison(one, alone ? nameOf(one) : one.title)
  })
}

function pageComparison({ title, metric, series, items }: Comparison, name: string): PageComparison {
  const written = series.map(({ label, values }) => ({
    label,
    values: items.map((item) => {
      const value = values.get(item) ?? null
      return value === null || Number.isFinite(value) ? value : String(value)
    }),
  }))
  return {
    title,
    name,
    direction: metric?.direction ?? null,
    items,
    base: 0,
    against: series.length - 1,
    series: written,
  }
}

interface Row {
  item: string
  index: number
  gain: number | null
}

/** Items by falling gain of the last series over the first; those of one series by its values, the best first, and without gains. */
export function rowsByGain({ items, series, direction, base, against }: PageComparison): Row[] {
  const sign = direction === 'lower' ? -1 : 1
  const value = (of: number, index: number): number | null => {
    const found = series[of]?.values[index] ?? null
    return found === null ? null : Number(found)
  }
  const rank = ({ index, gain }: Row): number => {
    const last = series.length === 1 ? value(0, index) : gain
    return last === null ? Number.NEGATIVE_INFINITY : series.length === 1 ? sign * last : last
  }
  return items
    .map((item, index): Row => {
      const [a, b] = [value(base, index), value(against, index)]
      const gain = a === null || b === null ? null : a === b ? 0 : sign * (b - a)
      return { item, index, gain: series.length === 1 ? null : gain }
    })
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)]
      return x === y ? a.index - b.index : y - x
    })
}

/** One row for each item: its pictures, its scores, its gain. */
export function itemsSection(
  axis: string,
  comparisons: readonly PageComparison[],
  pictures: readonly PagePicture[],
): Html {
  const [first] = comparisons
  const items = first?.items ?? [...new Set(pictures.flatMap(({ items: of }) => of))]
  const rows = first === undefined ? items.map((item, index): Row => ({ item, index, gain: null })) : rowsByGain(first)
  const shown = rows.slice(0, MOST_ITEMS)
  const byItem = new Map<string, PagePicture[]>()
  for (const picture of pictures)
    for (const item of picture.items) byItem.set(item, [...(byItem.get(item) ?? []), picture])
  const most = Math.max(
    1e-12,
    ...shown.map(({ gain }) => (gain !== null && Number.isFinite(gain) ? Math.abs(gain) : 0)),
  )
  return html`${first !== undefined && controls(comparisons, first)}
<p class="soft" id="said" role="status">${shown.length} rows${first === undefined ? '' : `, by ${orderOf(first)}`}.</p>
${scrolling(
  'Scores of each item',
  html`<table><thead><tr id="head"><th scope="col">${axis}</th>${first?.series.map(({ label }) => html`<th scope="col" class="n">${label}</th>`)}${first !== undefined && first.series.length > 1 && html`<th scope="col" class="n">gain</th><td></td>`}</tr></thead>
<tbody id="rows">${shown.map((row) => html`<tr data-item="${row.item}"><th scope="row">${look(row.item, byItem.get(row.item) ?? [])}</th>${first !== undefined && scoreCells(first, row, most)}</tr>\n`)}</tbody></table>`,
)}
${rows.length > shown.length && html`<p class="soft">${rows.length - shown.length} more are in scores.csv.</p>`}`
}

function orderOf({ series, base, against }: PageComparison): string {
  const label = (of: number): string => series[of]?.label ?? ''
  return series.length === 1 ? label(0) : `gain of ${label(against)} over ${label(base)}`
}

function controls(comparisons: readonly PageComparison[], first: PageComparison): Html {
  const options = (list: readonly string[], chosen: number): Html =>
    html`${list.map((text, i) => html`<option value="${i}"${i === chosen && html` selected`}>${text}</option>`)}`
  const labels = first.series.map(({ label }) => label)
  const alone = labels.length === 1
  return html`<div class="controls">
${
  comparisons.length > 1 &&
  html`<label>Score<select id="which">${options(
    comparisons.map(({ name }) => name),
    0,
  )}</select></label>`
}
<label${alone && html` hidden`}>Gain of<select id="against">${options(labels, first.against)}</select></label>
<label${alone && html` hidden`}>over<select id="base">${options(labels, first.base)}</select></label>
<label>Order<select id="sorting"><option value="gain">largest gain first</option><option value="loss">largest loss first</option><option value="name">as in the run</option></select></label>
</div>`
}

function look(item: string, pictures: readonly PagePicture[]): Html {
  const [first] = pictures
  const last = pictures.at(-1)
  if (first === undefined || last === undefined) return html`${item}`
  const thumbs = first === last ? [first] : [first, last]
  return html`<button type="button" class="look" aria-haspopup="dialog">${thumbs.map(({ id }) => html`<img alt="" data-picture="${id}" width="72" height="54">`)}<span>${item}</span></button>`
}

function scoreCells({ series }: PageComparison, { index, gain }: Row, most: number): Html {
  const down = gain !== null && gain < 0
  const width = gain !== null && Number.isFinite(gain) ? ((5 * Math.abs(gain)) / most).toFixed(2) : '0'
  const text = gain === null ? '–' : `${gain > 0 ? '+' : ''}${figure(gain)}`
  const values = html`${series.map(({ values: of }) => html`<td class="n">${cell(of[index] ?? null)}</td>`)}`
  if (series.length === 1) return values
  return html`${values}<td class="n ${down && 'bad'}">${text}</td><td><span class="bar ${down && 'down'}" style="width:${width}rem"></span></td>`
}

function cell(value: number | string | null): string {
  return value === null ? '–' : figure(Number(value))
}

/** The viewer: two pictures with a divider, the same part of all of them enlarged, scores, and how one was made. */
export function viewer(): Html {
  return html`<dialog id="viewer" aria-labelledby="title">
<header><h2 id="title">Pictures</h2><button type="button" id="before">Previous</button><button type="button" id="after">Next</button><button type="button" id="close">Close</button></header>
<div class="pair"><label>Left of the divider<select id="left"></select></label><label>Right of the divider<select id="right"></select></label></div>
<div class="compare" id="compare"><img id="under" alt=""><img id="over" class="over" alt=""><div class="line"></div><div class="spot"></div></div>
<div class="pair"><label>Divider<input type="range" id="at" min="0" max="100" step="0.5" value="50"></label>
<label>Enlarged part, across<input type="range" id="horizontal" min="0" max="100" step="0.5" value="50"></label>
<label>Enlarged part, down<input type="range" id="vertical" min="0" max="100" step="0.5" value="50"></label>
<label>Zoom<select id="zoom"><option>1</option><option selected>2</option><option>4</option><option>8</option></select></label></div>
<h3>The same part of each</h3><div class="lenses" id="lenses"></div>
<h3>Scores</h3><div class="scroll" tabindex="0" role="region" aria-label="Scores of this item"><table><tbody id="scores"></tbody></table></div>
<h3>How <span id="of">it</span> was made</h3><ol class="recipe" id="steps"></ol><p>Make it again and compare: <code id="again"></code></p>
</dialog>`
}
