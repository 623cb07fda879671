/** The style of a report: one column, light and dark, phone and paper. */
export const style = `
:root { color-scheme: light dark; --page: #ffffff; --ink: #1b1d21; --soft: #585e68; --line: #d5d9df; --panel: #f4f6f8; --accent: #1f5fa8; --best: #e2f0e4; --second: #f3f1dd; --bad: #a32020 }
@media (prefers-color-scheme: dark) { :root { --page: #15171a; --ink: #e8eaed; --soft: #a9b0bb; --line: #363b43; --panel: #1e2126; --accent: #86b9f0; --best: #1d3a26; --second: #38351d; --bad: #ff9a92 } }
* { box-sizing: border-box } [hidden] { display: none !important }
html { font: 16px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink); scroll-padding-top: 3.2rem }
body { margin: 0 auto; max-width: 78rem; padding: 0 clamp(.8rem, 3vw, 2rem) 3rem }
h1 { font-size: 1.7rem; line-height: 1.2; margin: 1.6rem 0 .3rem; overflow-wrap: anywhere }
h2 { font-size: 1.25rem; margin: 2.4rem 0 .6rem; padding-top: .4rem; border-top: 1px solid var(--line) }
h3 { font-size: 1rem; margin: 1.4rem 0 .4rem; overflow-wrap: anywhere }
a { color: var(--accent) }
p { margin: .4rem 0; max-width: 70ch }
.soft { color: var(--soft); font-size: .9rem }
.skip { position: absolute; left: -99rem } .skip:focus { left: 1rem; top: .5rem; background: var(--page); padding: .4rem .8rem; z-index: 3 }
.facts { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .6rem 0 1rem; padding: 0; list-style: none }
.facts b { font-variant-numeric: tabular-nums }
nav { position: sticky; top: 0; background: var(--page); border-bottom: 1px solid var(--line); z-index: 2; overflow-x: auto }
nav ul { display: flex; gap: 1.1rem; list-style: none; margin: 0; padding: .55rem 0; white-space: nowrap }
.scroll { overflow-x: auto; max-width: 100% } .scroll:focus-visible { outline: 2px solid var(--accent) }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .92rem }
caption { text-align: left; color: var(--soft); font-size: .85rem; padding-bottom: .3rem }
th, td { padding: .3rem .7rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: middle }
thead th { border-bottom: 2px solid var(--line); font-weight: 600; vertical-align: bottom }
td.n, th.n { text-align: right; white-space: nowrap } thead th.n { white-space: normal } td.keys { min-width: 16rem }
.best { background: var(--best); font-weight: 700 } .second { background: var(--second); text-decoration: underline }
.bad { color: var(--bad) }
.swatch { padding: 0 .4rem }
ul.notes { padding-left: 1.2rem; color: var(--soft); font-size: .88rem; margin: .4rem 0; overflow-wrap: anywhere }
figure { margin: .6rem 0 1.2rem } figcaption { font-size: .85rem; color: var(--soft) }
#distributions figure { display: inline-block; vertical-align: top; max-width: 100%; margin-right: 1.5rem } .plot svg { max-width: 100%; height: auto } .graph { overflow: auto; max-height: 40rem; border: 1px solid var(--line); border-radius: .4rem; padding: .6rem }
.graph svg { max-width: none; height: auto } .graph svg text { font-family: Helvetica, Arial, sans-serif }
.controls { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: end; margin: .6rem 0 }
label { font-size: .85rem; color: var(--soft); display: inline-flex; flex-direction: column; gap: .15rem; max-width: 100% }
select, button { font: inherit; font-size: .92rem; color: var(--ink); background: var(--panel); border: 1px solid var(--soft); border-radius: .35rem; padding: .35rem .6rem; min-height: 2.2rem; max-width: 100% }
button { cursor: pointer } button:hover { border-color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
input[type=range] { accent-color: var(--accent); width: 100%; min-width: 9rem; margin: .3rem 0; min-height: 1.5rem }
.look { display: flex; gap: .3rem; align-items: center; text-align: left; padding: .25rem .4rem }
.look span { overflow-wrap: anywhere; min-width: 6.5rem }
.look img, .look i { width: 4.5rem; height: 3.4rem; flex: none; object-fit: cover; border-radius: .2rem; background: var(--line); display: block }
.bar { display: inline-block; height: .7rem; background: var(--accent); vertical-align: middle; min-width: 1px } .bar.down { background: var(--bad) }
dialog { width: min(78rem, 100vw); max-width: 100vw; height: 100dvh; max-height: 100dvh; border: 0; padding: .8rem clamp(.8rem, 3vw, 1.6rem) 2rem; background: var(--page); color: var(--ink); overflow: auto }
dialog::backdrop { background: #000a }
dialog header { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; position: sticky; top: -.8rem; background: var(--page); padding: .5rem 0; z-index: 1 }
dialog h2 { flex: 1 1 12rem; border: 0; margin: 0 auto 0 0; padding: 0; font-size: 1.1rem; overflow-wrap: anywhere }
.compare { position: relative; display: grid; justify-content: center; background: var(--panel); touch-action: pan-y; overflow: hidden; cursor: crosshair }
.compare img { grid-area: 1 / 1; display: block; width: auto; max-width: 100%; height: min(62vh, 44rem); object-fit: contain }
.compare .over { clip-path: inset(0 0 0 var(--at)) }
.compare .line { position: absolute; top: 0; bottom: 0; width: 2px; background: #fff; box-shadow: 0 0 0 1px #0008; pointer-events: none }
.compare .spot { position: absolute; border: 2px solid #fff; box-shadow: 0 0 0 1px #0008; pointer-events: none; border-radius: .2rem }
.lenses { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: .7rem }
.lens { aspect-ratio: 1; background-repeat: no-repeat; background-color: var(--panel); border: 1px solid var(--line); image-rendering: pixelated }
.lenses figure { margin: 0 } .lenses figcaption { overflow-wrap: anywhere }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(12rem, 1fr)); gap: .2rem 1rem; margin: .5rem 0 }
ol.recipe { padding-left: 1.4rem; font-size: .9rem } ol.recipe code { overflow-wrap: anywhere; white-space: pre-wrap }
code { font: .88em ui-monospace, monospace; background: var(--panel); padding: .05rem .25rem; border-radius: .2rem; overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: var(--panel); padding: .6rem; border-radius: .3rem; font-size: .85rem; margin: .3rem 0 }
.fault { border-left: 3px solid var(--bad); padding-left: .8rem; margin: .8rem 0 }
.more { margin: .7rem 0 }
@media (max-width: 40rem) { html { font-size: 15px } th, td { padding: .3rem .45rem } .look img, .look i { width: 3.4rem; height: 2.6rem } .compare img { width: 100%; height: auto; max-height: 60vh } dialog h2 { flex-basis: 100% } .lenses { grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)) } }
@media print {
  :root { --page: #fff; --ink: #000; --soft: #444; --line: #bbb; --panel: #fff; --accent: #1f5fa8; --best: #e2f0e4; --second: #f3f1dd; --bad: #a32020 }
  html { font-size: 10pt; color-scheme: light } body { max-width: none; padding: 0 }
  nav, .controls, .skip, .more, dialog { display: none } .scroll, .graph { overflow: visible; max-height: none; border: 0; padding: 0 } .graph svg { max-width: 100% }
  table { font-size: 8pt } th, td { padding: .25rem .4rem } td.keys { min-width: 0 } .look { padding: 0 } .look img { width: 3.2rem; height: 2.4rem }
  h2 { break-after: avoid } h3 { break-after: avoid } tr, figure, .fault { break-inside: avoid } .look { border: 0; background: none }
  * { print-color-adjust: exact }
}
`
