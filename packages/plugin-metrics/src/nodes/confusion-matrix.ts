import { defineNode, Type } from '@kintsugi/core'
import { pairByKeys } from '../sets/pairs.js'
import { labelExample, labelInputs } from './accuracy.js'

/** `metrics/confusion-matrix`: which labels a classifier takes for which. */
export const confusionMatrix = defineNode({
  name: 'metrics/confusion-matrix',
  title: 'Confusion matrix',
  description:
    'How many items of each true label (rows) got each predicted label (columns), names in code-point order, with precision, recall and F1 of each name and their mean over names (macro-F1). ' +
    'A ratio 0 / 0 counts as 0. `normalise` divides each row by its sum.',
  kind: 'reduce',
  params: Type.Object(
    {
      normalise: Type.Boolean({
        default: false,
        description: 'Parts of each row in place of counts, so that the diagonal is the recall.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: labelInputs,
  outputs: {
    matrix: {
      type: 'table',
      description:
        'A row for each true label: its name, a column for each predicted label, then precision, recall and F1.',
    },
    macro_f1: { type: 'number', description: 'Mean of the F1 of all names, 0..1.' },
  },
  examples: [
    {
      title: 'Seven items of three classes',
      in: labelExample,
      expect: {
        macro_f1: { value: 0.7 },
        matrix: {
          value: {
            columns: ['truth', 'a', 'b', 'c', 'precision', 'recall', 'f1'],
            rows: [
              ['a', 1, 1, 0, 0.5, 0.5, 0.5],
              ['b', 0, 2, 0, 2 / 3, 1, 0.8],
              ['c', 1, 0, 2, 1, 2 / 3, 0.8],
            ],
          },
        },
      },
    },
  ],
  async run({ predicted, truth }, { normalise }) {
    const pairs = await pairByKeys('metrics/confusion-matrix', predicted, truth)
    const names = [...new Set(pairs.flatMap(({ first, second }) => [first.label, second.label]))].sort()
    const count = (row: string, column: string) =>
      pairs.filter(({ first, second }) => second.label === row && first.label === column).length
    const rows = names.map((row) => {
      const counts = names.map((column) => count(row, column))
      const right = count(row, row)
      const total = counts.reduce((sum, value) => sum + value, 0)
      const precision = ratio(right, pairs.filter(({ first }) => first.label === row).length)
      const recall = ratio(right, total)
      const f1 = ratio(2 * precision * recall, precision + recall)
      const cells = normalise ? counts.map((value) => ratio(value, total)) : counts
      return { f1, row: [row, ...cells, precision, recall, f1] }
    })
    return {
      matrix: { columns: ['truth', ...names, 'precision', 'recall', 'f1'], rows: rows.map(({ row }) => row) },
      macro_f1: rows.reduce((sum, { f1 }) => sum + f1, 0) / rows.length,
    }
  },
})

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)
