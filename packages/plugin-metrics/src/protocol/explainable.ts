import type { AnyNodeDefinition, MetricDescriptor, ProtocolFacts } from '@kintsugi/core'
import { brisque } from '../nodes/brisque.js'
import { ciede2000 } from '../nodes/ciede2000.js'
import { colorDrift } from '../nodes/color-drift.js'
import { dists } from '../nodes/dists.js'
import { fsim } from '../nodes/fsim.js'
import { gmsd } from '../nodes/gmsd.js'
import { lpips } from '../nodes/lpips.js'
import { msSsim } from '../nodes/ms-ssim.js'
import { niqe } from '../nodes/niqe.js'
import { noiseLevel } from '../nodes/noise-level.js'
import { mae, mse, rmse } from '../nodes/pixel-errors.js'
import { psnr } from '../nodes/psnr.js'
import { sharpness } from '../nodes/sharpness.js'
import { ssim } from '../nodes/ssim.js'
import { vif } from '../nodes/vif.js'
import { weightedPsnr } from '../nodes/weighted-psnr.js'
import { weightsName } from './describe.js'

/** Metrics whose conventions can be told apart: node types without the family. */
export const explainable = {
  psnr,
  ssim,
  'ms-ssim': msSsim,
  mse,
  rmse,
  mae,
  gmsd,
  fsim,
  vif,
  ciede2000,
  'weighted-psnr': weightedPsnr,
  niqe,
  brisque,
  lpips,
  dists,
  sharpness,
  'noise-level': noiseLevel,
  'color-drift': colorDrift,
} as const satisfies Readonly<Record<string, AnyNodeDefinition>>

export type ExplainableMetric = keyof typeof explainable

/** Conventions by name: parameters of the node type, or facts of its protocol. Without some, those of a preset or the defaults. */
export type Conventions = Readonly<Record<string, unknown>>

/** What scores follow: the parameters that make them, and what these and others say of it. */
export interface Protocol {
  readonly params: Conventions
  readonly facts: Conventions
}

interface Schema {
  readonly properties: Readonly<Record<string, { readonly default?: unknown; readonly 'x-kintsugi'?: string }>>
  readonly required?: readonly string[]
}

/** Stands for a file that is not named. */
const UNKNOWN = '?'

/** A metric as protocols see it. */
export interface MetricFrame {
  /** As papers call it. */
  readonly name: string
  /** Parameters by name, `preset` left out. */
  readonly properties: Schema['properties']
  readonly presets: boolean
  /** `pair`: an image and its reference. `image`: an image alone. */
  readonly scores: 'pair' | 'image'
  /** What is missing for scoring: a network, or a file that a parameter must name; undefined where nothing is. */
  readonly missing: (params: Conventions) => string | undefined
  /** The facts of a protocol that parameters stand for. */
  readonly facts: (params: Conventions) => ProtocolFacts
}

/** What there is to know of a metric. */
export function metricFrame(metric: ExplainableMetric): MetricFrame {
  const { params, inputs = {}, outputs } = explainable[metric] as AnyNodeDefinition
  const { properties: all, required = [] } = params as unknown as Schema
  const { preset, ...properties } = all
  const network = Object.entries(inputs).find(([, port]) => typeof port === 'object' && port.type === 'model')?.[0]
  const port = outputs.score
  const { name, protocol } = (typeof port === 'object' ? port.metric : undefined) as MetricDescriptor
  const open = (given: Conventions) => required.filter((one) => given[one] === undefined && !('default' in all[one]!))
  return {
    name,
    properties,
    presets: preset !== undefined,
    scores: 'reference' in inputs ? 'pair' : 'image',
    missing: (given) => (network === undefined ? open(given)[0] : network),
    facts: (given) =>
      protocol({ ...given, ...Object.fromEntries(open(given).map((one) => [one, UNKNOWN])) } as never, []),
  }
}

/** Whether a parameter is the path of a file. */
export function isFile(property: Schema['properties'][string] | undefined): boolean {
  return property?.['x-kintsugi'] === 'file'
}

/** The protocol that conventions stand for: what they do not name comes from their preset, or is the default. */
export function protocolOf(metric: ExplainableMetric, conventions: Conventions): Protocol {
  const { properties, presets, facts: factsOf } = metricFrame(metric)
  const defaults = Object.entries(properties).flatMap(([name, property]) =>
    property.default === undefined ? [] : [[name, property.default] as const],
  )
  const own = Object.entries(conventions).filter(([name]) => name !== 'preset')
  // Protocols state the name of a file where parameters have its path.
  const isName = (name: string, value: unknown) => isFile(properties[name]) && weightsName(String(value)) === value
  const isParam = ([name, value]: readonly [string, unknown]) => name in properties && !isName(name, value)
  const base = {
    ...(presets && { preset: conventions.preset ?? 'basicsr' }),
    ...Object.fromEntries(defaults),
    ...Object.fromEntries(own.filter(isParam)),
  }
  const facts = factsOf(base)
  const settled = Object.entries(facts).filter(([name]) => name in properties && !isFile(properties[name]))
  const stated = own.filter((one) => !isParam(one))
  return {
    params: { ...base, ...Object.fromEntries(settled) },
    facts: { ...facts, ...Object.fromEntries(stated) },
  }
}
