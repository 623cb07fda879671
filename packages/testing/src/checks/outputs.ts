import type { Image, Label, Model, PortTypeName, Table, Vector } from '@kintsugi/core'
import { KintsugiError } from '@kintsugi/core'
import { seriesLength } from '../cases/case.js'
import type { DirectRun } from '../run/direct-run.js'
import { buffersOf } from '../run/direct-run.js'
import { type Check, describeError } from './check.js'

/** Outputs are those declared, of their types, finite, and in memory from the context; what is thrown is meant for the user. */
export const checkOutputs: Check = ({ registered, cases, here }, report) => {
  for (const { id, title, inputs } of cases) {
    const run = here.get(id)
    if (run === undefined) continue
    if (run.outputs === undefined) {
      if (!(run.error instanceof KintsugiError))
        report.finding('outputs', title, 'outputs, or a KintsugiError that says why not', describeError(run.error))
      continue
    }
    const extra = Object.keys(run.outputs).find((port) => !registered.outputs.has(port))
    if (extra !== undefined)
      report.finding('outputs', title, `outputs ${[...registered.outputs.keys()].join(', ')}`, `also "${extra}"`)
    for (const [port, { type, opens }] of registered.outputs) {
      const value = run.outputs[port]
      const keyed = registered.kind === 'per-key' || (registered.kind === 'expand' && opens !== undefined)
      if (keyed !== value instanceof Map) {
        report.finding(
          'outputs',
          `${title}, output "${port}"`,
          keyed ? 'a Map from key to value' : 'one value',
          keyed ? 'one value' : 'a Map',
        )
        continue
      }
      if (registered.kind === 'per-key') {
        const expected = Array.from({ length: seriesLength(inputs) }, (_, i) => String(i))
        const found = [...(value as Map<string, unknown>).keys()]
        if (found.length !== expected.length || !expected.every((key) => (value as Map<string, unknown>).has(key))) {
          report.finding(
            'outputs',
            `${title}, output "${port}"`,
            `a value for each key of the axis: ${expected.join(', ')}`,
            found.join(', ') || 'no keys',
          )
        }
      }
      for (const one of keyed ? (value as Map<string, unknown>).values() : [value]) {
        const fault = faultOf(type, one, run)
        if (fault !== undefined) report.finding('outputs', `${title}, output "${port}"`, fault.expected, fault.found)
      }
    }
  }
}

interface Fault {
  expected: string
  found: string
}

type Inspect = (value: unknown, run: DirectRun) => Fault | undefined

function faultOf(type: PortTypeName, value: unknown, run: DirectRun): Fault | undefined {
  if (value === undefined) return { expected: `a value of type ${type}`, found: 'nothing' }
  return (inspectors as Partial<Record<string, Inspect>>)[type]?.(value, run)
}

const typed =
  (name: string): Inspect =>
  (value) =>
    typeof value === name ? undefined : { expected: `a ${name}`, found: typeof value }

const inspectors: Partial<Record<PortTypeName, Inspect>> = {
  image: inspectImage,
  number: (value) =>
    typeof value === 'number' && !Number.isNaN(value) ? undefined : { expected: 'a number', found: String(value) },
  boolean: typed('boolean'),
  text: typed('string'),
  label(value) {
    const { label, confidence, distribution } = value as Label
    const sum = Object.values(distribution).reduce((total, share) => total + share, 0)
    if (Math.abs(sum - 1) > 1e-4) return { expected: 'a distribution whose probabilities sum to 1', found: String(sum) }
    const most = Math.max(...Object.values(distribution))
    return distribution[label] === confidence && confidence === most
      ? undefined
      : {
          expected: 'the most probable name with its probability',
          found: `${label} with ${confidence}, at most ${most}`,
        }
  },
  vector(value) {
    const { codec, names, values } = value as Vector
    return typeof codec === 'string' && names.length === values.length && values.every(Number.isFinite)
      ? undefined
      : {
          expected: 'a codec and a finite value for each name',
          found: `${names.length} names, values ${values.join(', ')}`,
        }
  },
  model(value) {
    const model = value as Model
    const from = 'recipe' in model ? model.recipe.maker : model.path
    return typeof model.name === 'string' && typeof from === 'string' && /^[0-9a-f]{64}$/.test(model.hash)
      ? undefined
      : { expected: 'a model with name, SHA-256, and path or recipe', found: JSON.stringify(value) }
  },
  table(value) {
    const { columns, rows } = value as Table
    const ragged = rows.find((row) => row.length !== columns.length)
    return ragged === undefined
      ? undefined
      : { expected: `rows of ${columns.length} cells`, found: JSON.stringify(ragged) }
  },
}

function inspectImage(value: unknown, run: DirectRun): Fault | undefined {
  const { width, height, channels, data, alpha, metadata } = value as Image
  if (
    !Number.isInteger(width) ||
    !Number.isInteger(height) ||
    width < 1 ||
    height < 1 ||
    (channels !== 1 && channels !== 3)
  ) {
    return { expected: 'whole sides of at least 1 px and 1 or 3 channels', found: `${width}x${height}x${channels}` }
  }
  if (!(data instanceof Float32Array) || data.length !== width * height * channels) {
    return {
      expected: `${width * height * channels} float32 samples`,
      found: `${(data as { length?: number } | undefined)?.length ?? 'none'}`,
    }
  }
  if (alpha !== null && (!(alpha instanceof Float32Array) || alpha.length !== width * height)) {
    return {
      expected: `no alpha plane (null), or one of ${width * height} float32 samples`,
      found: `${(alpha as { length?: number } | undefined)?.length ?? 'none'}`,
    }
  }
  if (typeof metadata !== 'object' || metadata === null) return { expected: 'metadata', found: typeof metadata }
  const buffers = buffersOf(value)
  for (const samples of buffers) {
    const at = samples.findIndex((sample) => !Number.isFinite(sample))
    if (at >= 0) return { expected: 'finite samples', found: `${samples[at]} at index ${at}` }
  }
  return buffers.every(({ buffer }) => run.memory.has(buffer))
    ? undefined
    : {
        expected: 'samples in memory of context.createImage or of an input',
        found: 'an array of its own, which has to be copied',
      }
}
