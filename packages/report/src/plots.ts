import * as vega from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { Comparison } from './comparison.js'

const axis = {
  domainColor: 'currentColor',
  tickColor: 'currentColor',
  labelColor: 'currentColor',
  titleColor: 'currentColor',
  grid: true,
  gridColor: 'currentColor',
  gridOpacity: 0.15,
}
const config = {
  background: 'transparent',
  font: 'system-ui, sans-serif',
  view: { stroke: null },
  axis,
  aria: false,
  text: { color: 'currentColor' },
} as const

/** Colour of marks: enough contrast against white and against near-black. */
const COLOUR = '#3b82c4'

/** Distributions of a comparison's series as box plots over their values, as SVG. */
export async function boxPlots({ series, metric, title }: Comparison): Promise<string> {
  const name = metric?.name ?? title
  const values = series.flatMap(({ label, values: numbers }) =>
    [...numbers.values()]
      .filter((value) => value !== null && Number.isFinite(value))
      .map((value) => ({ series: label, value })),
  )
  return svgOf({
    data: { values },
    width: 430,
    height: { step: 44 },
    encoding: {
      y: { field: 'series', type: 'nominal', sort: null, title: null, axis: { ...axis, grid: false, labelLimit: 190 } },
      x: {
        field: 'value',
        type: 'quantitative',
        title: unitTitle(name, metric?.unit),
        scale: { zero: false, nice: true },
      },
    },
    layer: [
      { mark: { type: 'tick', thickness: 1, size: 30, opacity: 0.35, color: 'currentColor' } },
      {
        mark: {
          type: 'boxplot',
          extent: 'min-max',
          size: 16,
          color: COLOUR,
          median: { color: 'currentColor' },
          rule: { color: 'currentColor' },
        },
      },
    ],
    config,
  })
}

/** How far each item of a series lies from a baseline, as histograms, one below the other. */
export async function gainHistograms({ series, items, metric, title }: Comparison): Promise<string> {
  const [baseline, ...others] = series
  const values = others.flatMap(({ label, values: numbers }) =>
    items.flatMap((item) => {
      const difference = (numbers.get(item) ?? Number.NaN) - (baseline?.values.get(item) ?? Number.NaN)
      return Number.isFinite(difference) ? [{ series: label, value: difference }] : []
    }),
  )
  if (values.length === 0) return ''
  return svgOf({
    data: { values },
    facet: {
      row: {
        field: 'series',
        type: 'nominal',
        sort: null,
        title: null,
        header: {
          labelColor: 'currentColor',
          labelAngle: 0,
          labelAlign: 'left',
          labelOrient: 'top',
          labelAnchor: 'start',
        },
      },
    },
    spacing: 14,
    spec: {
      width: 430,
      height: 70,
      layer: [
        {
          mark: { type: 'bar', color: COLOUR },
          encoding: {
            x: {
              field: 'value',
              type: 'quantitative',
              bin: { maxbins: 30 },
              title: unitTitle(`${metric?.name ?? title}, difference to ${baseline?.label ?? ''}`, metric?.unit),
            },
            y: {
              aggregate: 'count',
              type: 'quantitative',
              title: 'items',
              axis: { ...axis, tickCount: 3, format: 'd' },
            },
          },
        },
        {
          mark: { type: 'rule', color: 'currentColor', strokeDash: [4, 3] },
          encoding: { x: { datum: 0, type: 'quantitative' } },
        },
      ],
    },
    config,
  })
}

function unitTitle(name: string, unit: string | undefined): string {
  return unit === undefined || unit === '' ? name : `${name} (${unit})`
}

async function svgOf(spec: TopLevelSpec): Promise<string> {
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' })
  try {
    const svg = await view.toSVG()
    return svg
      .replace(
        /<svg ([^>]*?)width="(\d+)" height="(\d+)"/,
        '<svg $1width="$2" height="$3" aria-hidden="true" focusable="false"',
      )
      .replace(/ role="[^"]*"/g, '')
  } finally {
    view.finalize()
  }
}
