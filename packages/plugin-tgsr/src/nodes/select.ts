import { defineNode, KintsugiError, Type } from '@kintsugi/core'
import { byKey, requireTasks } from '../grouping/by-key.js'

/** `tgsr/select`: the tasks with the largest or smallest values. */
export const select = defineNode({
  name: 'tgsr/select',
  title: 'Select tasks',
  description:
    'Says for each task whether its value is among a share of the largest or smallest, or beyond a threshold. TGSR selects its unsatisfactory tasks so: the 40 % with the largest gain 1 - z. ' +
    'The paper prints "z > t" and "top 40 %" for a z that is small where much is left to gain, so the direction is said here each time: `largest` of the gains is `smallest` of the averages. ' +
    'Among equal values the key that comes first on the axis goes first. The share is rounded to the nearest whole number of tasks, a half upwards.',
  kind: 'per-key',
  inputs: { values: { type: 'number', description: 'A value for each task, such as the gain of tgsr/average.' } },
  outputs: {
    selected: { type: 'boolean', description: 'Whether the task is selected.' },
    rank: { type: 'number', description: 'Place of the task in the order of selection, from 0.' },
  },
  params: Type.Object(
    {
      direction: Type.Enum(['largest', 'smallest'], { description: 'Which values are selected.' }),
      fraction: Type.Optional(
        Type.Number({
          minimum: 0,
          maximum: 1,
          description: 'Share of the tasks, 0..1. Default: 0.4 where no `threshold` is given.',
        }),
      ),
      threshold: Type.Optional(
        Type.Number({
          description:
            'Instead of a share: tasks above it (`largest`) or below it (`smallest`), strictly; in the unit of the values.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  examples: [
    {
      title: 'The largest 40 % of five gains; of the two equal ones the first',
      in: { values: [0.1, 0.3, 0.2, 0.3, 0.3].map((value) => ({ value })) },
      with: { direction: 'largest', fraction: 0.4 },
      expect: {
        selected: { value: { 0: false, 1: true, 2: false, 3: true, 4: false } },
        rank: { value: { 0: 4, 1: 0, 2: 3, 3: 1, 4: 2 } },
      },
    },
    {
      title: 'Values below a threshold',
      in: { values: [0.5, 0.9, 0.7].map((value) => ({ value })) },
      with: { direction: 'smallest', threshold: 0.7 },
      expect: { selected: { value: { 0: true, 1: false, 2: false } } },
    },
  ],
  async run({ values }, { direction, fraction, threshold }) {
    const all = await byKey(values)
    requireTasks('tgsr/select', all, values.missing)
    if (fraction !== undefined && threshold !== undefined) {
      throw new KintsugiError('E_PARAM', {
        message: 'tgsr/select has both a share and a threshold',
        expected: '`fraction` or `threshold`',
        found: `fraction ${fraction}, threshold ${threshold}`,
        fix: 'remove one of them',
      })
    }
    for (const [task, value] of all) if (Number.isNaN(value)) throw notANumber(task)
    const sign = direction === 'largest' ? -1 : 1
    // Sorting is stable, so equal values keep the order of the axis; Infinity - Infinity is no number.
    const order = [...all].sort(([, a], [, b]) => (a === b ? 0 : sign * (a - b))).map(([task]) => task)
    const count = Math.round((fraction ?? 0.4) * all.size)
    const places = new Map(order.map((task, place) => [task, place]))
    const rank = new Map([...all.keys()].map((task) => [task, places.get(task)!]))
    const selected = new Map(
      [...all].map(([task, value]) => [
        task,
        threshold === undefined ? rank.get(task)! < count : sign * value < sign * threshold,
      ]),
    )
    return { selected, rank }
  },
})

function notANumber(task: string): KintsugiError {
  return new KintsugiError('E_TASKS_SCORES', {
    message: `The value of task "${task}" is no number`,
    expected: 'numbers, which can be ordered',
    found: 'NaN',
    fix: 'see what gave it; a PSNR of two equal images is infinite, and infinite minus infinite is no number',
  })
}
