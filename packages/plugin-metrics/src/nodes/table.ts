import { defineNode, KintsugiError, type Metric, Type } from '@kintsugi/core'
import { layOut, type TableSettings } from '../statistics/lay-out.js'
import { statisticNames } from '../statistics/table-columns.js'

const axisNames = (description: string) => Type.Array(Type.String({ minLength: 1 }), { uniqueItems: true, description })

const metricSchema = Type.Object(
  {
    name: Type.String(),
    direction: Type.Optional(Type.Enum(['higher', 'lower'])),
    unit: Type.String(),
    protocol: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    statistic: Type.Optional(Type.String()),
    differing: Type.Optional(Type.Array(Type.String())),
  },
  { additionalProperties: false },
)

const published = Type.Object(
  {
    set: Type.String({ description: 'Id of the set, such as `tgsr-div2k5g`.' }),
    axes: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Axis of the table to axis of the set, such as `{ model: method }`. Default: those of one name.',
      }),
    ),
    columns: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Column of the table to metric of the set. Default: those of one name.',
      }),
    ),
    where: Type.Optional(
      Type.Record(Type.String(), Type.String(), {
        description: 'Rows of the set to show, by key, such as `{ group: G1 }`.',
      }),
    ),
    same_data: Type.Optional(
      Type.Boolean({
        description:
          'The images scored here are those of the set, so that equal protocols may be ranked together. Default: false.',
      }),
    ),
  },
  { additionalProperties: false },
)

/** `stats/table`: several numbers over axes side by side, as a paper's table. */
export const table = defineNode({
  name: 'stats/table',
  title: 'Table',
  description:
    'Puts numbers side by side: a row for each item of the axes in `rows`, first its keys (one column for each axis), then one column for ' +
    'each named reference, or one for each key of the axes in `across` (a pivot). Over the other axes that `over` names, statistics are taken. ' +
    'Rows are aligned by their keys, in order of first appearance; a number that does not depend on an axis stands in every row of it; ' +
    'a cell without a value is null. Columns know what they measure and under which protocol: a column whose values follow different protocols is refused, ' +
    'and only scores of one protocol are ranked together. Columns are numbers; labels and text are not taken. ' +
    'Saved as `.csv` (full precision), `.json`, `.md` or `.tex` (booktabs).',
  kind: 'reduce',
  runs: 'inline',
  params: Type.Object(
    {
      rows: Type.Optional(axisNames('Axes that make rows. Default: all that `over` names and `across` does not.')),
      across: Type.Optional(axisNames('Axes that make columns. Default: none.')),
      statistics: Type.Optional(
        Type.Array(Type.Enum([...statisticNames]), {
          minItems: 1,
          uniqueItems: true,
          description:
            'What is taken over the axes that are neither rows nor columns, a column for each: `interval` is half the width of the confidence interval of the mean by Student t, `std` the deviation of a sample, `n` the number of values. Default: `[mean]`.',
        }),
      ),
      level: Type.Number({
        default: 0.95,
        minimum: 0.5,
        maximum: 0.999,
        description: 'Confidence of `interval`, 0.5..0.999.',
      }),
      mark: Type.Boolean({
        default: false,
        description:
          'Mark the best and the second of each column, among scores of one protocol, by the direction of the metric.',
      }),
      baseline: Type.Optional(
        Type.Record(Type.String(), Type.String(), {
          description:
            'A row by its keys, such as `{ model: bicubic }`: columns of the differences to it are added, in each group of rows with the same other keys.',
        }),
      ),
      cap: Type.Number({
        default: 100,
        minimum: 0,
        maximum: 1000,
        description:
          'What an infinite score (PSNR of identical images) counts as and is shown as; a note says so. In the unit of the column.',
      }),
      protocols: Type.Enum(['refuse', 'unranked'], {
        default: 'refuse',
        description:
          'Columns whose values follow different protocols: `refuse` them, or show them `unranked`, without statistics over them and with a note.',
      }),
      published: Type.Optional(
        Type.Array(published, {
          description:
            'Published results to show beside the run, each with its source. Those of another protocol get columns of their own.',
        }),
      ),
      metrics: Type.Optional(
        Type.Record(Type.String(), metricSchema, {
          'x-kintsugi': 'metrics',
          description:
            'What each column measures. Filled in from the nodes that the columns come from; write it for numbers from elsewhere.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    columns: { type: 'number', many: true, description: 'The columns by name, such as `{ psnr: psnr, ssim: ssim }`.' },
  },
  outputs: { table: { type: 'table', description: 'Axis columns, then the named columns.' } },
  examples: [
    {
      title: 'Two scores of three items',
      in: {
        columns: {
          psnr: [{ value: 28.5 }, { value: 30 }, { value: 27.25 }],
          ssim: [{ value: 0.875 }, { value: 0.9375 }, { value: 0.75 }],
        },
      },
      expect: {
        table: {
          value: {
            columns: ['item', 'psnr', 'ssim'],
            rows: [
              ['0', 28.5, 0.875],
              ['1', 30, 0.9375],
              ['2', 27.25, 0.75],
            ],
          },
        },
      },
    },
    {
      title: 'The mean of three items and half of its 95 % confidence interval: 4.303 s / sqrt(3)',
      in: { columns: { psnr: [{ value: 28 }, { value: 30 }, { value: 29 }] } },
      with: { rows: [], statistics: ['mean', 'interval', 'n'] },
      expect: {
        table: {
          value: {
            columns: ['psnr mean', 'psnr ±', 'psnr n'],
            rows: [[29, 2.484137711718, 3]],
            notes: ['±: half the width of the 95 % confidence interval of the mean, by Student t.'],
          },
          tolerance: 1e-9,
        },
      },
    },
  ],
  async run({ columns }, params) {
    const series = await Promise.all(
      Object.entries(columns).map(async ([name, column]) => ({ name, items: await column.values() })),
    )
    const axes = new Set(series.flatMap(({ items }) => items.flatMap(({ keys }) => Object.keys(keys))))
    const clash = series.find(({ name }) => axes.has(name))
    if (clash !== undefined) {
      throw new KintsugiError('E_STATISTICS_COLUMN', {
        message: `stats/table would have two columns named \`${clash.name}\``,
        expected: 'column names that differ from the names of the axes',
        found: `a column \`${clash.name}\` beside the axis \`${clash.name}\``,
        fix: `give the column another name, such as \`${clash.name}_value\``,
      })
    }
    return { table: layOut(series, params as TableSettings & { metrics?: Readonly<Record<string, Metric>> }) }
  },
})
