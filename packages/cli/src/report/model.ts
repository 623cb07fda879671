import type { ModelFacts, ModelSummary } from '@kintsugi/core'
import type { OnnxSummary } from '../models/inspect-onnx.js'
import { formatBytes } from '../options/bytes.js'
import { colorsFor } from './colors.js'
import { wrap } from './table.js'

/** Largest number of tensors that are listed. */
const MAX_TENSORS = 40

/** Columns of the names of facts, and of a whole line. */
const LABEL = 18
const WIDTH = 110

type Line = readonly [name: string, text: string | undefined]

function facts(lines: readonly Line[]): string {
  const c = colorsFor(process.stdout)
  const shown = lines.filter((line): line is readonly [string, string] => line[1] !== undefined && line[1] !== '')
  return shown
    .map(
      ([name, text]) =>
        `  ${c.dim(name.padEnd(LABEL))}${wrap(text, WIDTH - LABEL, ' '.repeat(LABEL + 2)).trimStart()}\n`,
    )
    .join('')
}

/** A model's facts as lines. */
export function formatFacts(model: Partial<ModelFacts> & { parameters: number; bytes: number }): string {
  const { channels, inputRange, bounded } = model
  return facts([
    ['architecture', model.architecture],
    ['hyper-parameters', pairs(model.hyperParameters)],
    ['family', model.family],
    ['scale', model.scale === undefined ? undefined : `x${model.scale}`],
    ['parameters', count(model.parameters)],
    ['size', formatBytes(model.bytes)],
    ['channels', channels === undefined ? undefined : `${channels.input} in, ${channels.output} out`],
    ['input range', inputRange === undefined ? undefined : inputRange.join(' to ')],
    ['size multiple', model.sizeMultiple === undefined ? undefined : `${model.sizeMultiple} px`],
    ['halo', halo(model.halo)],
    ['bounded halo', bounded === undefined ? undefined : `${bounded.halo} px, error at most ${bounded.maxError}`],
    ['trained levels', model.trainedLevels?.join(', ')],
    ['description', model.description],
    ['training', model.training],
    ['licence', model.licence],
    ['source', model.source],
  ])
}

/** What `inspect` shows of an ONNX file. */
export function formatOnnx(path: string, summary: OnnxSummary): string {
  const { receptiveField } = summary
  const shape = ({ name, shape: sizes }: OnnxSummary['inputs'][number]): string => `${name} [${sizes.join(', ')}]`
  return [
    `${colorsFor(process.stdout).bold(path)}  ONNX\n`,
    formatFacts({ ...summary.facts, parameters: summary.parameters, bytes: summary.bytes }),
    facts([
      ['producer', summary.producer],
      ['opset', summary.opset === null ? undefined : String(summary.opset)],
      ['inputs', summary.inputs.map(shape).join(', ')],
      ['outputs', summary.outputs.map(shape).join(', ')],
      [
        'operators',
        Object.entries(summary.operators)
          .map(([name, n]) => `${name} ${n}`)
          .join(', '),
      ],
      [
        'receptive field',
        'reason' in receptiveField
          ? receptiveField.reason
          : `${halo(receptiveField.halo) ?? ''}${receptiveField.cause === undefined ? '' : `, by ${receptiveField.cause}`}; scale x${receptiveField.scale}, size multiple ${receptiveField.sizeMultiple}`,
      ],
    ]),
  ].join('')
}

/** What `inspect` shows of a checkpoint. */
export function formatCheckpoint(
  path: string,
  { format, architecture, hyperParameters, parameters, notes, tensors }: ModelSummary,
): string {
  const c = colorsFor(process.stdout)
  const width = Math.max(0, ...tensors.slice(0, MAX_TENSORS).map(({ name }) => name.length))
  const rest = tensors.length - MAX_TENSORS
  return [
    `${c.bold(path)}  ${format}\n`,
    facts([
      ['architecture', architecture],
      ['hyper-parameters', pairs(hyperParameters)],
      ['parameters', count(parameters)],
      ...notes.map((note): Line => ['note', note]),
      ['tensors', String(tensors.length)],
    ]),
    ...tensors
      .slice(0, MAX_TENSORS)
      .map(({ name, shape, type }) => `    ${name.padEnd(width)}  ${c.dim(`${type} [${shape.join(', ')}]`)}\n`),
    ...(rest > 0 ? [`    ... ${rest} more; --json lists all\n`] : []),
  ].join('')
}

function pairs(values: Readonly<Record<string, unknown>> = {}): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`)
    .join(', ')
}

function count(parameters: number): string {
  return parameters.toLocaleString('en-US')
}

function halo(value: number | 'global' | undefined): string | undefined {
  return value === undefined ? undefined : value === 'global' ? 'the whole image' : `${value} px on each side`
}
