import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { alignByKeys } from '../statistics/align.js'

/** `stats/table`: several numbers over axes side by side. */
export const table = defineNode({
  name: 'stats/table',
  title: 'Table',
  description:
    'Puts numbers side by side: a row for each item of the axes that `over` names, first its keys (one column for each axis), then one column for ' +
    'each named reference. Rows are aligned by their keys, in order of first appearance; a number that does not depend on an axis stands in every row of it; ' +
    'a cell without a value is null. Columns are numbers; labels and text are not taken.',
  kind: 'reduce',
  runs: 'inline',
  params: Type.Object({}, { additionalProperties: false }),
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
  ],
  async run({ columns }) {
    const series = await Promise.all(
      Object.entries(columns).map(async ([name, column]) => ({ name, items: await column.values() })),
    )
    const { axes, rows } = alignByKeys(series)
    const clash = series.find(({ name }) => axes.includes(name))
    if (clash !== undefined) {
      throw new KintsugiError('E_STATISTICS_COLUMN', {
        message: `stats/table would have two columns named \`${clash.name}\``,
        expected: 'column names that differ from the names of the axes',
        found: `a column \`${clash.name}\` beside the axis \`${clash.name}\``,
        fix: `give the column another name, such as \`${clash.name}_value\``,
      })
    }
    return {
      table: {
        columns: [...axes, ...series.map(({ name }) => name)],
        rows: rows.map(({ keys, values }) => [...keys, ...values]),
      },
    }
  },
})
