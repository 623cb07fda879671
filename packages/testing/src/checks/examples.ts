import type { ExampleExpectation, Image } from '@kintsugi/core'
import { isImage } from '../cases/cases.js'
import type { Reporter } from '../report.js'
import { type Check, describeError } from './check.js'

const TOLERANCE = 1e-6

/** Every example runs and gives what it promises. */
export const checkExamples: Check = ({ registered, cases, faults, here }, report) => {
  for (const { title, message } of faults) report.finding('examples', title, 'an example that can be run', message)
  const examples = cases.filter(({ kind }) => kind === 'example')
  if (examples.length === 0 && faults.length === 0) {
    report.finding(
      'examples',
      'definition',
      'at least one example',
      'none; give one in the definition, or in the options if it needs a file',
    )
  }
  for (const { id, title, example } of examples) {
    const run = here.get(id)
    if (run?.outputs === undefined) {
      report.finding('examples', title, 'outputs', describeError(run?.error))
      continue
    }
    if (example?.expect === undefined) report.uncovered('examples', `${title} expects nothing`)
    for (const [port, expectation] of Object.entries(example?.expect ?? {})) {
      if (!registered.outputs.has(port)) report.finding('examples', title, `an output "${port}"`, 'no such output')
      else compare(report, `${title}, output "${port}"`, expectation, run.outputs[port])
    }
  }
}

function compare(report: Reporter, at: string, expectation: ExampleExpectation, value: unknown): void {
  const { tolerance = TOLERANCE } = expectation
  const near = (what: string, expected: number, found: number | undefined): void => {
    if (!isNear(expected, found, tolerance))
      report.finding('examples', at, `${what} ${expected} within ${tolerance}`, String(found))
  }
  if (expectation.value !== undefined) {
    const found: unknown = value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value
    if (!isDeepNear(expectation.value, found, tolerance)) {
      report.finding('examples', at, `${show(expectation.value)} within ${tolerance}`, show(found))
    }
  }
  const { width, height, samples, mean, std } = expectation
  if (width === undefined && height === undefined && samples === undefined && mean === undefined && std === undefined)
    return
  if (!isImage(value)) {
    report.finding('examples', at, 'an image', typeof value)
    return
  }
  if (width !== undefined && value.width !== width)
    report.finding('examples', at, `width ${width}`, String(value.width))
  if (height !== undefined && value.height !== height)
    report.finding('examples', at, `height ${height}`, String(value.height))
  for (const [c, y, x, expected] of samples ?? []) near(`sample [${c}, ${y}, ${x}]`, expected, sampleAt(value, c, y, x))
  if (mean !== undefined) near('mean', mean, meanOf(value.data))
  if (std !== undefined) near('standard deviation', std, deviationOf(value.data))
}

function sampleAt({ width, height, channels, data }: Image, c: number, y: number, x: number): number | undefined {
  return c < channels && y < height && x < width ? data[(c * height + y) * width + x] : undefined
}

function meanOf(samples: Float32Array): number {
  return samples.reduce((sum, sample) => sum + sample, 0) / samples.length
}

function deviationOf(samples: Float32Array): number {
  const mean = meanOf(samples)
  return Math.sqrt(samples.reduce((sum, sample) => sum + (sample - mean) ** 2, 0) / samples.length)
}

function isNear(expected: number, found: unknown, tolerance: number): boolean {
  return Object.is(expected, found) || (typeof found === 'number' && Math.abs(expected - found) <= tolerance)
}

function isDeepNear(expected: unknown, found: unknown, tolerance: number): boolean {
  if (typeof expected === 'number') return isNear(expected, found, tolerance)
  if (typeof expected !== 'object' || expected === null || typeof found !== 'object' || found === null)
    return expected === found
  const keys = Object.keys(expected)
  return (
    Array.isArray(expected) === Array.isArray(found) &&
    keys.length === Object.keys(found).length &&
    keys.every((key) =>
      isDeepNear((expected as Record<string, unknown>)[key], (found as Record<string, unknown>)[key], tolerance),
    )
  )
}

const show = (value: unknown): string =>
  typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? 'nothing')
