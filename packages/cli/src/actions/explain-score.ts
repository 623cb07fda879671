import { readFile } from 'node:fs/promises'
import { decodeImage, KintsugiError, type Metric, nearest, parseValue } from '@kintsugi/core'
import {
  type Conventions,
  type ExplainableMetric,
  explainScore,
  presetNames,
  presets,
  type ScoreExplanation,
  scoresByPreset,
} from '@kintsugi/plugin-metrics'
import { readJson } from '../options/read-json.js'
import { formatNumber, formatTable } from '../report/table.js'

/** Options of `kintsugi explain-score`, as commander gives them. */
export interface ExplainOptions {
  metric: ExplainableMetric
  from?: string | undefined
  to?: string | undefined
  json?: boolean | undefined
}

/** Tells why two scores of one pair differ. */
export async function explain(image: string, reference: string, options: ExplainOptions): Promise<void> {
  const { metric, json } = options
  const [tested, truth] = await Promise.all([read(image), read(reference)])
  const from = await protocolOf(options.from ?? 'basicsr', metric)
  const all = scoresByPreset(metric, tested, truth)
  const start = explainScore(metric, tested, truth, from, from).from.score
  const target = options.to ?? farthest(all, start)
  const explanation = explainScore(metric, tested, truth, from, await protocolOf(target, metric))
  const names = { from: options.from ?? 'basicsr', to: target }
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ ...names, presets: all, ...explanation }, finite, 2)}\n`
      : textOf(names, all, explanation),
  )
}

async function read(path: string): ReturnType<typeof decodeImage> {
  try {
    return await decodeImage(await readFile(path))
  } catch (cause) {
    if (cause instanceof KintsugiError) throw cause
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be read.`,
      expected: 'an image',
      found: cause instanceof Error ? cause.message : String(cause),
      cause,
    })
  }
}

function farthest(all: ReturnType<typeof scoresByPreset>, from: number): string {
  const distance = (score: number | undefined): number =>
    score === undefined || score === from ? 0 : Math.abs(score - from)
  return all.reduce((a, b) => (distance(b.score) > distance(a.score) ? b : a)).preset
}

/** `preset`, `FILE:OUTPUT` of a scores.json, either with `,name=value` behind it. */
async function protocolOf(text: string, metric: ExplainableMetric): Promise<Conventions> {
  const [name = '', ...changes] = text.split(',')
  const base = await namedProtocol(name, metric)
  const known = presets.basicsr[metric]
  const own = changes.map((change) => {
    const at = change.indexOf('=')
    const key = change.slice(0, at)
    if (at > 0 && key in known) return [key, parseValue(change.slice(at + 1), key)] as const
    throw new KintsugiError('E_ARGUMENT', {
      message: `"${change}" is no convention of ${metric}.`,
      expected: `name=value with one of ${Object.keys(known).join(', ')}`,
      found: change,
    })
  })
  return { ...base, ...Object.fromEntries(own) }
}

async function namedProtocol(name: string, metric: ExplainableMetric): Promise<Conventions> {
  if ((presetNames as readonly string[]).includes(name)) return { preset: name }
  const row = /^(.+\.json):([^:]+)$/.exec(name)
  if (row === null) {
    const guess = nearest(name, presetNames)
    throw new KintsugiError('E_ARGUMENT', {
      message: `"${name}" is no protocol.`,
      expected: `one of ${presetNames.join(', ')}, or an output of a run such as runs/demo/scores.json:psnr`,
      found: name,
      ...(guess === undefined ? {} : { fix: `Write "${guess}".` }),
    })
  }
  const [, file = '', output = ''] = row
  const { metrics = {} } = (await readJson(file)) as { metrics?: Record<string, Metric> }
  const found = metrics[output]
  if (found?.name.toLowerCase() === metric && found.differing === undefined) return found.protocol
  throw new KintsugiError('E_ARGUMENT', {
    message: `"${output}" of ${file} is no ${metric.toUpperCase()} under one protocol.`,
    expected: `one of ${Object.keys(metrics).join(', ') || 'its outputs (it names the protocol of none)'}`,
    found:
      found === undefined
        ? output
        : `${found.name}${found.differing === undefined ? '' : ` with differing ${found.differing.join(', ')}`}`,
    fix: `name an output that scores ${metric}, or choose another --metric`,
  })
}

function textOf(
  names: { from: string; to: string },
  all: ReturnType<typeof scoresByPreset>,
  { metric, from, to, steps }: ScoreExplanation,
): string {
  const signed = (value: number): string => `${value > 0 ? '+' : ''}${formatNumber(value)}`
  const table = formatTable(
    ['preset', metric, 'conventions'],
    all.map(({ preset, score }) => [
      preset,
      score === undefined ? 'too small' : formatNumber(score),
      presets[preset as keyof typeof presets].title,
    ]),
  )
  const path = formatTable(
    ['convention', 'from', 'to', metric, 'change'],
    steps.map((step) => [
      step.convention,
      String(step.from),
      String(step.to),
      formatNumber(step.score),
      signed(step.change),
    ]),
  )
  const why =
    steps.length === 0
      ? `${names.from} and ${names.to} have the same conventions for ${metric}: ${formatNumber(from.score)}`
      : `From ${names.from} (${formatNumber(from.score)}) to ${names.to} (${formatNumber(to.score)}), one convention at a time:\n${path}`
  return `${table}\n\n${why}\n`
}

function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
