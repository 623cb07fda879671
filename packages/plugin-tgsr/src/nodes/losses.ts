import { defineNode, Type } from '@kintsugi/core'
import { LOSSES, numbered } from '../traces/trace.js'

/** `tgsr/losses`: a recorded trace of losses as a vector. */
export const losses = defineNode({
  name: 'tgsr/losses',
  title: 'Recorded losses',
  description:
    'The losses of one task while a network is fine-tuned on it alone, as a vector of codec `tgsr/losses`: entry `0` is the loss before the first update, entry `t` the loss after t updates. ' +
    'For traces that were recorded elsewhere, such as a column of a `.jsonl` list: `losses: { $axis: task.losses }`.',
  inputs: {},
  outputs: { trace: { type: 'vector', description: 'The losses by the number of updates.' } },
  params: Type.Object(
    {
      losses: Type.Array(Type.Number({ minimum: 0 }), {
        minItems: 1,
        description: 'Losses in any unit, the one before fine-tuning first.',
      }),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    {
      title: 'A loss that falls to half in two updates',
      with: { losses: [0.5, 0.4, 0.25] },
      expect: { trace: { value: { codec: LOSSES, names: ['0', '1', '2'], values: [0.5, 0.4, 0.25] } } },
    },
  ],
  run: (_inputs, params) => ({ trace: numbered(LOSSES, 0, params.losses) }),
})
