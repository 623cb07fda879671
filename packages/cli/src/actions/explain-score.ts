import { readFile } from 'node:fs/promises'
import {
  compileSchema,
  decodeImage,
  describeSchema,
  KintsugiError,
  type Metric,
  nearest,
  parseValue,
} from '@kintsugi/core'
import {
  type Conventions,
  type ExplainableMetric,
  explainScore,
  metricFrame,
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

/** Tells why two scores of one image, or of one pair of images, differ. */
export async function explain(image: string, reference: string | undefined, options: ExplainOptions): Promise<void> {
  const { metric, json } = options
  const { scores, presets: some } = metricFrame(metric)
  if ((scores === 'pair') !== (reference !== undefined)) {
    throw new KintsugiError('E_ARGUMENT', {
      message: scores === 'pair' ? `${metric} needs a reference.` : `${metric} scores one image.`,
      expected: scores === 'pair' ? 'an image and its reference' : 'an image alone',
      found: [image, ...(reference === undefined ? [] : [reference])].join(' '),
    })
  }
  const [tested, truth] = await Promise.all([read(image), reference === undefined ? undefined : read(reference)])
  const start = options.from ?? (some ? 'basicsr' : 'default')
  const from = await protocolOf(start, metric)
  const all = await scoresByPreset(metric, tested, truth)
  const target = options.to ?? farthest(all, (await explainScore(metric, tested, truth, from, from)).from.score)
  const explanation = await explainScore(metric, tested, truth, from, await protocolOf(target, metric))
  const names = { from: start, to: target }
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

function farthest(all: Awaited<ReturnType<typeof scoresByPreset>>, from: number | null): string {
  const distance = (score: number | undefined): number =>
    score === undefined || from === null || score === from ? 0 : Math.abs(score - from)
  const [first, ...others] = all
  return first === undefined
    ? 'default'
    : others.reduce((a, b) => (distance(b.score) > distance(a.score) ? b : a), first).preset
}

/** `default`, a preset, or `FILE:OUTPUT` of a scores.json, each with `,name=value` behind it. */
async function protocolOf(text: string, metric: ExplainableMetric): Promise<Conventions> {
  const [name = '', ...changes] = text.split(',')
  const base = await namedProtocol(name, metric)
  const own = changes.map((change) => {
    const at = change.indexOf('=')
    const key = change.slice(0, at)
    return [key, valueOf(metric, change, key, change.slice(at + 1))] as const
  })
  return { ...base, ...Object.fromEntries(own) }
}

function valueOf(metric: ExplainableMetric, change: string, key: string, text: string): unknown {
  const { properties, facts } = metricFrame(metric)
  const known = [...new Set([...Object.keys(properties), ...Object.keys(facts({}))])]
  if (!known.includes(key)) {
    throw new KintsugiError('E_ARGUMENT', {
      message: `"${change}" is no convention of ${metric}.`,
      expected: `name=value with one of ${known.join(', ')}`,
      found: change,
    })
  }
  const value: unknown = parseValue(text, key)
  const schema = properties[key]
  const [fault] =
    schema === undefined ? [] : compileSchema({ type: 'object', properties: { [key]: schema } })({ [key]: value })
  if (fault === undefined) return value
  throw new KintsugiError('E_ARGUMENT', {
    message: `"${change}" does not fit.`,
    expected: `${key}: ${describeSchema(schema)}`,
    found: text,
  })
}

async function namedProtocol(name: string, metric: ExplainableMetric): Promise<Conventions> {
  if (name === 'default') return {}
  const named = ['default', ...(metricFrame(metric).presets ? presetNames : [])]
  if (named.includes(name)) return { preset: name }
  const row = /^(.+\.json):([^:]+)$/.exec(name)
  if (row === null) {
    const guess = nearest(name, named)
    throw new KintsugiError('E_ARGUMENT', {
      message: `"${name}" is no protocol.`,
      expected: `one of ${named.join(', ')}, or an output of a run such as runs/demo/scores.json:${metric}`,
      found: name,
      ...(guess === undefined ? {} : { fix: `Write "${guess}".` }),
    })
  }
  const [, file = '', output = ''] = row
  const { metrics = {} } = (await readJson(file)) as { metrics?: Record<string, Metric> }
  const found = metrics[output]
  const { name: ours } = metricFrame(metric)
  if (found?.name === ours && found.differing === undefined) return found.protocol
  throw new KintsugiError('E_ARGUMENT', {
    message: `"${output}" of ${file} is no ${ours} under one protocol.`,
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
  all: Awaited<ReturnType<typeof scoresByPreset>>,
  { metric, from, to, steps, unfollowed, missing }: ScoreExplanation,
): string {
  const number = (value: number | null): string => (value === null ? '' : formatNumber(value))
  const signed = (value: number | null): string => `${value !== null && value > 0 ? '+' : ''}${number(value)}`
  const score = (value: number | null): string => (value === null ? '' : ` (${formatNumber(value)})`)
  const parts: string[] = []
  if (all.length > 0) {
    parts.push(
      formatTable(
        ['preset', metric, 'conventions'],
        all.map(({ preset, score: found }) => [
          preset,
          found === undefined ? 'too small' : formatNumber(found),
          presets[preset as keyof typeof presets].title,
        ]),
      ),
    )
  }
  if (steps.length === 0) {
    const facts = Object.entries(from.conventions).map(([name, value]) => `${name}=${String(value)}`)
    const [name, verb] = names.from === names.to ? [names.from, 'has'] : [`${names.from} and ${names.to}`, 'both have']
    parts.push(
      unfollowed.length > 0
        ? `Nothing differs that scores here follow${score(from.score)}.`
        : `For ${metric}${score(from.score)} ${name} ${verb}: ${facts.join(', ')}.`,
    )
  } else {
    const columns = missing === undefined ? [metric, 'change'] : []
    const path = formatTable(
      ['convention', 'from', 'to', ...columns],
      steps.map((step) => [
        step.convention,
        String(step.from),
        String(step.to),
        ...(missing === undefined ? [number(step.score), signed(step.change)] : []),
      ]),
    )
    const how = missing === undefined ? ', one convention at a time' : ''
    parts.push(`From ${names.from}${score(from.score)} to ${names.to}${score(to.score)}${how}:\n${path}`)
  }
  if (missing !== undefined) parts.push(`Scores are left out: ${metric} needs "${missing}", which is not given here.`)
  if (unfollowed.length > 0) {
    const lines = unfollowed.map((fact) => [fact.convention, String(fact.from), String(fact.to), String(fact.used)])
    parts.push(`What scores here do not follow:\n${formatTable(['convention', 'from', 'to', 'used'], lines)}`)
  }
  return `${parts.join('\n\n')}\n`
}

function finite(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}
