import { defineNode, Type } from '@kintsugi/core'
import { averageOf, INDICATOR, requireCodec } from '../traces/trace.js'

/** `tgsr/average`: the average indicator of a task, equation 4 of TGSR. */
export const average = defineNode({
  name: 'tgsr/average',
  title: 'Average indicator',
  description:
    'The plain mean of a performance indicator over its last updates, 10 by default (TGSR, equation 4: updates 91 to 100 of 100; the printed sum has one term more than its divisor and is read as ' +
    'a mean), and the gain 1 - mean, by which unsatisfactory tasks are selected: the larger, the more fine-tuning still helps.',
  inputs: { indicator: { type: 'vector', description: 'Of codec `tgsr/indicator`.' } },
  outputs: {
    gain: { type: 'number', description: '1 - average: the share of the loss that fine-tuning takes away.' },
    average: { type: 'number', description: 'Mean of z over the window.' },
  },
  params: Type.Object(
    {
      last: Type.Integer({
        default: 10,
        minimum: 1,
        maximum: 1_000_000,
        description: 'How many updates, the last of the trace; without effect where `from` is given.',
      }),
      from: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'First update of the window. Default: the last `last` ones up to `to`.',
        }),
      ),
      to: Type.Optional(
        Type.Integer({
          minimum: 1,
          description: 'Last update of the window, included. Default: the last of the trace.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    {
      title: 'The last two of four updates',
      in: { indicator: { value: { codec: INDICATOR, names: ['1', '2', '3', '4'], values: [0.9, 0.8, 0.7, 0.6] } } },
      with: { last: 2 },
      expect: { average: { value: 0.65, tolerance: 1e-12 }, gain: { value: 0.35, tolerance: 1e-12 } },
    },
    {
      title: 'Updates 1 to 3',
      in: { indicator: { value: { codec: INDICATOR, names: ['1', '2', '3', '4'], values: [0.9, 0.8, 0.7, 0.6] } } },
      with: { from: 1, to: 3 },
      expect: { average: { value: 0.8, tolerance: 1e-12 }, gain: { value: 0.2, tolerance: 1e-12 } },
    },
  ],
  run({ indicator }, { last, from, to }) {
    requireCodec(indicator, INDICATOR, 'make it by tgsr/indicator')
    const end = to ?? indicator.values.length
    const mean = averageOf(indicator, from ?? end - last + 1, end)
    return { gain: 1 - mean, average: mean }
  },
})
