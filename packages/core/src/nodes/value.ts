import { Type } from 'typebox'
import { defineNode } from '../plugin/node.js'

/** Gives its parameter as a value, so that a form can be drawn once and wired to many places. */
export const value = defineNode({
  name: 'core/value',
  title: 'Value',
  description:
    'Gives a number. With a form as its parameter it is a draw, an axis or arithmetic that other nodes can be wired to, and that outputs can record.',
  outputs: { value: { type: 'number', description: 'The number.' } },
  params: Type.Object({ value: Type.Number({ description: 'The number that it gives.' }) }),
  runs: 'inline',
  examples: [{ title: 'a number', with: { value: 2.5 }, expect: { value: { value: 2.5 } } }],
  run: (_inputs, params) => ({ value: params.value }),
})
