import { defineNode, KintsugiError, type LineageRecord, Type } from '@kintsugi/core'

const noStep = (file: string): { value: LineageRecord } => ({
  value: { record: 1, result: file, sources: { [file]: { file: `${file}.png` } }, steps: {}, choices: {} },
})

/** `tgsr/draw-task`: one task of a set, or of each group. */
export const drawTask = defineNode({
  name: 'tgsr/draw-task',
  title: 'Draw a task',
  description:
    'Draws one of the tasks evenly. With `by: group` and `as: group` one of each group, as validation sets by group need it (`along: [photo]`: one for each photograph); drawn again `over: group`, it is ' +
    'the sampler of TGSR: first a group, evenly, then a task of it, evenly.',
  kind: 'reduce',
  inputs: { tasks: { type: 'record', description: 'The tasks, each the record of a degradation.' } },
  outputs: {
    task: { type: 'record', description: 'The task that was drawn.' },
    key: { type: 'text', description: 'Its key.' },
  },
  params: Type.Object({}, { additionalProperties: false }),
  runs: 'inline',
  random: true,
  examples: [
    {
      title: 'Of one task',
      in: { tasks: [noStep('a')] },
      expect: { key: { value: '0' } },
    },
    {
      title: 'Of forty tasks',
      in: { tasks: Array.from({ length: 40 }, (_, i) => noStep(`photo${i}`)) },
    },
  ],
  async run({ tasks }, _params, context) {
    if (tasks.length === 0) {
      throw new KintsugiError('E_TASKS_EMPTY', {
        message: 'tgsr/draw-task has no tasks',
        expected: 'at least one task to draw from',
        found: `none, and ${tasks.missing} missing`,
        fix: 'check that the axis in `over` has keys, and why items are missing',
      })
    }
    let skip = context.random.integer(0, tasks.length - 1)
    for await (const member of tasks) {
      if (skip-- === 0) return { task: await member.load(), key: Object.values(member.keys).join('/') }
    }
    throw new Error('a series gave fewer members than its length')
  },
})
