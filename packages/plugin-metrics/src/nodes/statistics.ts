import { defineNode, KintsugiError, type Series, type Static, type TSchema, Type } from '@kintsugi/core'
import { maximum, mean, median, minimum, standardDeviation } from '../statistics/statistics.js'

const none = Type.Object({}, { additionalProperties: false })
const spread = Type.Object(
  {
    ddof: Type.Integer({
      default: 1,
      minimum: 0,
      maximum: 1,
      description: '1: of a sample, divided by n - 1. 0: of a whole population, divided by n, as numpy.std.',
    }),
  },
  { additionalProperties: false },
)

const example = [{ value: 2 }, { value: 4 }, { value: 9 }, { value: 1 }]

/** `stats/mean`: arithmetic mean over axes. */
export const meanNode = statistic('mean', 'Mean', 'The arithmetic mean of the values.', none, mean, {}, 4)
/** `stats/median`: median over axes. */
export const medianNode = statistic(
  'median',
  'Median',
  'The middle value; of an even number of values, the mean of the two in the middle.',
  none,
  median,
  {},
  3,
)
/** `stats/min`: smallest value over axes. */
export const minNode = statistic('min', 'Minimum', 'The smallest value.', none, minimum, {}, 1)
/** `stats/max`: largest value over axes. */
export const maxNode = statistic('max', 'Maximum', 'The largest value.', none, maximum, {}, 9)
/** `stats/std`: standard deviation over axes. */
export const stdNode = statistic(
  'std',
  'Standard deviation',
  'How far the values lie from their mean: the root of their mean squared distance from it.',
  spread,
  (values, { ddof }) => standardDeviation(values, ddof),
  { ddof: 1 },
  3.559026084010437,
  ({ ddof }) => 1 + ddof,
)

/** A reducing node type for a statistic of numbers, which needs at least `least` of them. */
function statistic<P extends TSchema>(
  name: string,
  title: string,
  description: string,
  params: P,
  compute: (values: readonly number[], params: Static<P>) => number,
  exampleParams: Readonly<Record<string, unknown>>,
  exampleValue: number,
  least: (params: Static<P>) => number = () => 1,
) {
  return defineNode({
    name: `stats/${name}`,
    title,
    description: `${description} Takes the values over the axes that \`over\` names; under \`missing: skip\` those of failed and skipped items are left out and counted.`,
    kind: 'reduce',
    runs: 'inline',
    params,
    inputs: { values: { type: 'number', description: 'The values.' } },
    outputs: {
      value: {
        type: 'number',
        description: 'The statistic.',
        metric: { of: 'values', statistic: name, ranks: name !== 'std' },
      },
      n: { type: 'number', description: 'How many values went into it.' },
      missing: { type: 'number', description: 'How many were left out.' },
    },
    examples: [
      {
        title: 'Of 2, 4, 9 and 1',
        in: { values: example },
        with: exampleParams,
        expect: { value: { value: exampleValue, tolerance: 1e-12 }, n: { value: 4 }, missing: { value: 0 } },
      },
    ],
    async run({ values }, settings) {
      const numbers = await numbersOf(`stats/${name}`, values, least(settings))
      return { value: compute(numbers, settings), n: numbers.length, missing: values.missing }
    },
  })
}

/** The numbers of a series. Throws `E_STATISTICS_EMPTY` when there are fewer than `least`. */
async function numbersOf(node: string, series: Series<number>, least: number): Promise<number[]> {
  const numbers = (await series.values()).map(({ value }) => value)
  if (numbers.length >= least) return numbers
  throw new KintsugiError('E_STATISTICS_EMPTY', {
    message: `${node} has too few values`,
    expected: `at least ${least}`,
    found: `${numbers.length}, and ${series.missing} missing`,
    fix: 'check that the axes in `over` have items, and why items are missing',
  })
}
