import { defineNode, KintsugiError, Type } from '@kintsugi/core'

/** `tgsr/gain`: how much a score improves. */
export const gain = defineNode({
  name: 'tgsr/gain',
  title: 'Improvement of a score',
  description:
    'after - before: the performance improvement score of TGSR (step 2 of Algorithm 1), where both are mean PSNR of a task, in dB, by the network fine-tuned on the tasks that are left and by the one before. ' +
    'Two infinite scores, of identical images, differ by 0.',
  inputs: {
    after: { type: 'number', description: 'The score of what is looked at.' },
    before: { type: 'number', description: 'The score that it is compared with.' },
  },
  outputs: { gain: { type: 'number', description: 'The difference, in the unit of the scores.' } },
  params: Type.Object(
    {
      better: Type.Enum(['higher', 'lower'], {
        default: 'higher',
        description: 'Which scores are better: `higher` as PSNR; `lower`, as LPIPS, gives before - after.',
      }),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    { title: 'A decibel', in: { after: { value: 25.5 }, before: { value: 24.5 } }, expect: { gain: { value: 1 } } },
  ],
  run({ after, before }, { better }) {
    if (Number.isNaN(after) || Number.isNaN(before)) {
      throw new KintsugiError('E_TASKS_SCORES', {
        message: 'tgsr/gain compares scores',
        expected: 'two numbers',
        found: `${after} after, ${before} before`,
        fix: 'see what gave the score that is no number',
      })
    }
    if (after === before) return { gain: 0 }
    return { gain: better === 'higher' ? after - before : before - after }
  },
})
