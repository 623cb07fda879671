import { type Cell, defineNode, KintsugiError, Type } from '@kintsugi/core'
import { codecOf, SLOTS, toPhysical, unitOf } from '@kintsugi/vectors'
import { levelParam } from '../params.js'

/** `dasr/compare`: an estimated degradation against the true one. */
export const compare = defineNode({
  name: 'dasr/compare',
  title: 'Compare an estimate with the truth',
  description:
    'Compares an estimated degradation with the true one entry by entry: truth, estimate, their absolute difference, and both in physical units. The mean of the absolute differences is the regression loss of DASR. ' +
    'Lower is better. Vectors of two codecs are not compared, for the same number means another thing in each.',
  params: Type.Object({ level: levelParam }, { additionalProperties: false }),
  runs: 'inline',
  inputs: {
    estimate: { type: 'vector', description: 'What dasr/estimate says.' },
    truth: { type: 'vector', description: 'What dasr/encode says, of the same codec.' },
  },
  outputs: {
    table: {
      type: 'table',
      description:
        'One row for each entry: `entry`, `truth`, `estimate`, `error`, then `unit`, `truth_physical` and `estimate_physical`.',
    },
    error: { type: 'number', description: 'Mean absolute difference of the entries.' },
    errors: { type: 'vector', description: 'Absolute difference of each entry, under the codec `dasr/errors@1`.' },
  },
  examples: [
    {
      title: 'All entries too low by a quarter of their ranges',
      in: {
        estimate: { value: { codec: 'dasr/33@1', names: [...SLOTS], values: SLOTS.map(() => 0.25) } },
        truth: { value: { codec: 'dasr/33@1', names: [...SLOTS], values: SLOTS.map(() => 0.5) } },
      },
      expect: { error: { value: 0.25 } },
    },
  ],
  run({ estimate, truth }, { level }) {
    if (estimate.codec !== truth.codec) {
      throw new KintsugiError('E_PARAM', {
        message: 'These vectors are of two codecs.',
        expected: `an estimate of ${truth.codec}, as the truth is`,
        found: estimate.codec,
        fix: 'Give dasr/estimate and dasr/encode the same `codec`.',
      })
    }
    codecOf(estimate)
    codecOf(truth)
    const physical = [toPhysical(truth, level), toPhysical(estimate, level)] as const
    const values = SLOTS.map((_, slot) => Math.abs(estimate.values[slot]! - truth.values[slot]!))
    const rows = SLOTS.map((name, slot): Cell[] => {
      const [told, guessed] = physical.map((vector) => vector.values[slot]!)
      return [name, truth.values[slot]!, estimate.values[slot]!, values[slot]!, unitOf(name), told!, guessed!]
    })
    const columns = ['entry', 'truth', 'estimate', 'error', 'unit', 'truth_physical', 'estimate_physical']
    const error = values.reduce((sum, value) => sum + value, 0) / values.length
    return { table: { columns, rows }, error, errors: { codec: 'dasr/errors@1', names: [...SLOTS], values } }
  },
})
