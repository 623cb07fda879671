import type { ErrorData } from '@kintsugi/core'
import { type Html, html } from '../html.js'
import type { NodeTiming, RunTimings, WrittenRun } from '../read-run.js'
import { scrolling } from './scores-sections.js'

/** Failures that a page tells in full. */
const MOST_FAILURES = 100

/** What went wrong, for which item, and what to do. */
export function failuresSection(failures: WrittenRun['failures']): Html {
  return html`${failures.slice(0, MOST_FAILURES).map(
    ({
      output,
      item,
      error,
    }) => html`<div class="fault"><h3>${output}${Object.keys(item).length > 0 && `: ${keysText(item)}`}</h3>
<p><b class="bad">${error.code}</b> ${error.message}</p>${details(error)}</div>`,
  )}${failures.length > MOST_FAILURES && html`<p class="soft">${failures.length - MOST_FAILURES} more are in run.json.</p>`}`
}

function details({ expected, found, fix, place }: ErrorData): Html {
  const lines = { expected, found, 'what to try': fix, node: place?.node, file: place?.file }
  return html`<ul class="notes">${Object.entries(lines).map(([name, text]) => text !== undefined && html`<li>${name}: ${text}</li>`)}</ul>`
}

/** How long each node took. */
export function timingsSection({ nodes, milliseconds, jobs }: RunTimings): Html {
  const total = nodes.reduce((sum, node) => sum + node.milliseconds, 0)
  const byTime = [...nodes].sort((a, b) => b.milliseconds - a.milliseconds)
  return html`<p>${durationText(milliseconds)} with ${jobs} ${jobs === 1 ? 'thread' : 'threads'}; ${durationText(total)} of computing.</p>
${scrolling(
  'Time of each node',
  html`<table><thead><tr><th scope="col">node</th><th scope="col" class="n">time</th><th scope="col" class="n">share</th><th scope="col" class="n">computed</th><th scope="col" class="n">from cache</th><th scope="col" class="n">mean</th><th scope="col">slowest item</th></tr></thead>
<tbody>${byTime.map((node) => timingRow(node, total))}</tbody></table>`,
)}`
}

function timingRow({ node, ran, cached, milliseconds, slowest }: NodeTiming, total: number): Html {
  return html`<tr><th scope="row">${node}</th><td class="n">${durationText(milliseconds)}</td><td class="n">${total === 0 ? '–' : `${((100 * milliseconds) / total).toFixed(1)} %`}</td><td class="n">${ran}</td><td class="n">${cached}</td><td class="n">${ran === 0 ? '–' : durationText(milliseconds / ran)}</td><td class="keys">${slowest === undefined ? '' : `${keysText(slowest.item)} (${durationText(slowest.milliseconds)})`}</td></tr>`
}

/** Versions that the results came from. */
export function versionsSection({ kintsugi, provider, seed, plugins, libraries }: WrittenRun): Html {
  const rows: [string, string][] = [
    ['kintsugi', kintsugi],
    ['seed', String(seed)],
    ['execution provider', provider],
    ...plugins.map(({ name, version }): [string, string] => [name, version]),
    ...Object.entries(libraries),
  ]
  const once = new Map(rows)
  return scrolling(
    'Versions of programs',
    html`<table><tbody>${[...once].map(([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`)}</tbody></table>`,
  )
}

function keysText(item: Readonly<Record<string, string>>): string {
  return Object.entries(item)
    .map(([axis, key]) => `${axis} ${key}`)
    .join(', ')
}

/** A duration for people. */
export function durationText(milliseconds: number): string {
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`
  const seconds = milliseconds / 1000
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`
}
