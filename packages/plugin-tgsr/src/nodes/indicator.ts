import { defineNode, Type } from '@kintsugi/core'
import { INDICATOR, indicatorOf, LOSSES } from '../traces/trace.js'

/** `tgsr/indicator`: the performance indicator of a task, equation 3 of TGSR. */
export const indicator = defineNode({
  name: 'tgsr/indicator',
  title: 'Performance indicator',
  description:
    'z(t) = L(t) / L(0): the loss on a task after t updates of fine-tuning on it alone, divided by the loss before (TGSR, NeurIPS 2023, equation 3; 100 updates from the network that was ' +
    'trained for L1 there). Below 1 fine-tuning helps: a small z means that there is much left to gain, a z of 1 or more that the task is solved as well as the network can.',
  inputs: {
    trace: { type: 'vector', description: 'Losses of codec `tgsr/losses`, entry `0` before the first update.' },
  },
  outputs: { indicator: { type: 'vector', description: 'z of codec `tgsr/indicator`, from entry `1`.' } },
  params: Type.Object({}, { additionalProperties: false }),
  runs: 'inline',
  examples: [
    {
      title: 'A loss that falls to half in two updates',
      in: { trace: { value: { codec: LOSSES, names: ['0', '1', '2'], values: [0.5, 0.4, 0.25] } } },
      expect: { indicator: { value: { codec: INDICATOR, names: ['1', '2'], values: [0.8, 0.5] } } },
    },
  ],
  run: ({ trace }) => ({ indicator: indicatorOf(trace) }),
})
