import type { Html } from '../html.js'
import { html, jsonScript, Html as Raw } from '../html.js'
import { script } from './script.js'
import { style } from './style.js'

/** A part of the page that its navigation leads to. */
export interface Section {
  id: string
  title: string
  body: Html
}

/** The whole page: nothing in it is fetched from anywhere. */
export function page(
  title: string,
  facts: Html,
  sections: readonly Section[],
  after: readonly Html[],
  data: unknown,
): string {
  const policy = "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title}: report</title>
<style>${new Raw(style)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the results</a>
<header><h1>${title}</h1>${facts}</header>
<nav aria-label="Sections"><ul>${sections.map(({ id, title: name }) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
<main id="main">
${sections.map(({ id, title: name, body }) => html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${name}</h2>${body}</section>\n`)}
</main>
${after}
${jsonScript('data', data)}
<script>${new Raw(script)}</script>
</body>
</html>
`.text
}
