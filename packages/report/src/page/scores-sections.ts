import { cellText, type Metric, type Table, tableNotes } from '@kintsugi/core'
import { type Comparison, ranksOf, type Summary, summaryOf } from '../comparison.js'
import { type Html, html, Html as Raw } from '../html.js'
import { boxPlots, gainHistograms } from '../plots.js'

/** Rows of a table that a page shows. */
const MOST_ROWS = 400

/** A wide element that scrolls by itself, and can be reached by keyboard. */
export function scrolling(label: string, inside: Html): Html {
  return html`<div class="scroll" role="region" aria-label="${label}" tabindex="0">${inside}</div>`
}

/** Figures of every series, the best and second marked. */
/** What a comparison is of: the metric as a heading, its protocol below. */
function heading({ title, metric }: Comparison): Html {
  if (metric === undefined) return html`<h3>${title}</h3>`
  const facts = Object.entries(metric.protocol)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} ${String(value)}`)
  const name = metric.statistic === undefined ? metric.name : `${metric.statistic} ${metric.name}`
  return html`<h3>${name}</h3>${facts.length > 0 && html`<p class="soft">${facts.join(', ')}</p>`}`
}

export function summarySection(comparisons: readonly Comparison[]): Html {
  return html`${comparisons.map((comparison) => {
    const { title, metric, series, items } = comparison
    const summaries = series.map((one) => summaryOf(one, items))
    const [base] = summaries
    const means = ranksOf(
      summaries.map(({ mean }) => mean),
      metric?.direction,
    )
    const medians = ranksOf(
      summaries.map(({ median }) => median),
      metric?.direction,
    )
    const infinite = summaries.some((one) => one.infinite > 0)
    return html`${heading(comparison)}
${scrolling(
  `Summary of ${title}`,
  html`<table><caption>${caption(metric, items.length)}</caption>
<thead><tr><th scope="col">series</th><th scope="col" class="n">mean</th><th scope="col" class="n">95 % interval</th><th scope="col" class="n">median</th><th scope="col" class="n">deviation</th>${series.length > 1 && html`<th scope="col" class="n">to first</th>`}<th scope="col" class="n">n</th><th scope="col" class="n">missing</th>${infinite && html`<th scope="col" class="n">identical</th>`}</tr></thead>
<tbody>${series.map(({ label }, i) => summaryRow(label, summaries[i] as Summary, series.length > 1 ? base : undefined, [means[i] ?? 0, medians[i] ?? 0], infinite))}</tbody></table>`,
)}`
  })}
<p class="soft">Best <span class="best swatch">bold</span>, second <span class="second swatch">underlined</span>, among scores of one metric and protocol alone. Intervals of the mean by Student's t. Infinite scores (images identical to their reference) are counted and left out of the figures.</p>`
}

function caption(metric: Metric | undefined, count: number): string {
  const better = metric?.direction === undefined ? '' : `, ${metric.direction} is better`
  return `${count} items${metric === undefined ? '; what is measured is not declared, so nothing is ranked' : `, ${metric.unit === '' ? 'no unit' : metric.unit}${better}`}`
}

function summaryRow(
  label: string,
  summary: Summary,
  base: Summary | undefined,
  ranks: readonly number[],
  infinite: boolean,
): Html {
  const { mean, median, deviation, halfWidth, n, missing } = summary
  const difference = base?.mean === undefined || mean === undefined || base === summary ? undefined : mean - base.mean
  return html`<tr><th scope="row">${label}</th><td class="n ${rankClass(ranks[0])}">${figure(mean)}</td><td class="n">${halfWidth === undefined ? '–' : `± ${figure(halfWidth)}`}</td><td class="n ${rankClass(ranks[1])}">${figure(median)}</td><td class="n">${figure(deviation)}</td>${base !== undefined && html`<td class="n">${difference === undefined ? '–' : `${difference > 0 ? '+' : ''}${figure(difference)}`}</td>`}<td class="n">${n}</td><td class="n ${missing > 0 ? 'bad' : ''}">${missing}</td>${infinite && html`<td class="n">${summary.infinite}</td>`}</tr>`
}

/** Tables of the run, as `stats/table` made them. */
export function tablesSection(tables: Readonly<Record<string, Table>>): Html {
  return html`${Object.entries(tables).map(([name, table]) => {
    const numeric = table.columns.map((_, c) => table.rows.some((row) => typeof row[c] === 'number'))
    const left = table.rows.length - MOST_ROWS
    return html`<h3>${name}</h3>
${scrolling(
  `Table ${name}`,
  html`<table><thead><tr>${table.columns.map((column, c) => html`<th scope="col" class="${numeric[c] === true ? 'n' : ''}">${column}</th>`)}</tr></thead>
<tbody>${table.rows.slice(0, MOST_ROWS).map((row, r) => html`<tr>${row.map((_, c) => html`<td class="${numeric[c] === true ? 'n' : ''} ${rankClass(table.ranks?.[r]?.[c])}">${cellText(table, r, c)}</td>`)}</tr>`)}</tbody></table>`,
)}
${left > 0 && html`<p class="soft">${left} more rows are in scores.json.</p>`}
<ul class="notes">${tableNotes(table).map((note) => html`<li>${note}</li>`)}</ul>`
  })}`
}

/** Box plots of every comparison, and histograms of the differences to its first series. */
export async function distributionsSection(comparisons: readonly Comparison[]): Promise<Html> {
  const parts: Html[] = []
  for (const comparison of comparisons) {
    const { series, items } = comparison
    const figures = series.map((one) => {
      const { mean, median, deviation } = summaryOf(one, items)
      return `${one.label}: mean ${figure(mean)}, median ${figure(median)}, deviation ${figure(deviation)}`
    })
    parts.push(html`${heading(comparison)}
<figure class="plot"><div class="scroll" tabindex="0" role="img" aria-label="Box plots. ${figures.join('. ')}">${new Raw(await boxPlots(comparison))}</div><figcaption>Each line is an item; boxes span the quartiles, whiskers all values.</figcaption></figure>`)
    const gains = await gainHistograms(comparison)
    if (gains !== '') {
      parts.push(
        html`<figure class="plot"><div class="scroll" tabindex="0" role="img" aria-label="Histograms of the differences to ${series[0]?.label ?? ''}">${new Raw(gains)}</div><figcaption>How many items differ from ${series[0]?.label ?? ''} by how much.</figcaption></figure>`,
      )
    }
  }
  return html`${parts}`
}

export function rankClass(rank: number | undefined): string {
  return rank === 1 ? 'best' : rank === 2 ? 'second' : ''
}

/** A number as the page shows it: two decimals from 10 on, four below. */
export function figure(value: number | undefined): string {
  if (value === undefined) return '–'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '-∞'
  return value.toFixed(Math.abs(value) >= 10 ? 2 : 4)
}
