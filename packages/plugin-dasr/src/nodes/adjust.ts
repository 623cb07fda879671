import { type Cell, defineNode, KintsugiError, nearest, Type } from '@kintsugi/core'
import { codecOf, fromPhysical, SLOTS, shiftFromPhysical, toPhysical } from '@kintsugi/vectors'
import { levelParam } from '../params.js'

const numbers = (description: string) =>
  Type.Record(Type.String(), Type.Number({ description: 'A number for one entry.' }), { default: {}, description })

/** `dasr/adjust`: what a person knows better than the estimate, or wants to look otherwise. */
export const adjust = defineNode({
  name: 'dasr/adjust',
  title: 'Adjust a degradation',
  description:
    'Overrides or shifts entries of a degradation by name, as DASR offers at inference (Liang et al. 2022, section 4.4): larger numbers for blur give sharper pictures, those for noise smoother ones. ' +
    'An entry under `set` takes that value, and then what `add` says is added. Numbers are those of the codec, or physical ones by `unit`. Nothing is clipped. ' +
    '`changes` tells what was predicted and what is used, and stands in the record of this step, which saved pictures carry. Names: ' +
    `${SLOTS.join(', ')}.`,
  params: Type.Object(
    {
      set: numbers('New values by entry, such as `{ noise1.level: 0.2 }`.'),
      add: numbers('What is added by entry, such as `{ blur1.sigma_x: 0.3 }`.'),
      unit: Type.Enum(['codec', 'physical'], {
        default: 'codec',
        description:
          'Whether numbers are those of the codec, where 0 and 1 are the ends of an entry’s range, or physical: px, rad, noise with white at 255, JPEG quality.',
      }),
      level: levelParam,
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  inputs: { vector: { type: 'vector', description: 'The predicted degradation.' } },
  outputs: {
    vector: { type: 'vector', description: 'The degradation to use.' },
    changes: {
      type: 'table',
      recorded: true,
      description: 'One row for each entry that was named: `entry`, `predicted`, `used`, both also in physical units.',
    },
  },
  examples: [
    {
      title: 'Noise of sigma 8.25, and a blur that is wider by a tenth of its range',
      in: { vector: { value: { codec: 'dasr/33@1', names: [...SLOTS], values: SLOTS.map(() => 0.5) } } },
      with: { unit: 'physical', set: { 'noise1.level': 8.25 }, add: { 'blur1.sigma_x': 0.28 } },
      expect: {
        vector: {
          value: {
            codec: 'dasr/33@1',
            names: [...SLOTS],
            values: SLOTS.map((name) => (name === 'noise1.level' ? 0.25 : name === 'blur1.sigma_x' ? 0.6 : 0.5)),
          },
        },
      },
    },
  ],
  run({ vector }, { set, add, unit, level }) {
    codecOf(vector)
    const values = [...vector.values]
    const named = new Set([...Object.keys(set), ...Object.keys(add)])
    for (const name of named) {
      const slot = slotOf(name)
      const wanted = set[name]
      const change = add[name] ?? 0
      const start = wanted === undefined ? values[slot]! : wanted
      if (unit === 'codec') values[slot] = start + change
      else {
        const base = wanted === undefined ? start : fromPhysical(vector, slot, wanted, level)
        values[slot] = base + shiftFromPhysical(vector, slot, change, level)
      }
    }
    const used = { ...vector, values }
    const [before, after] = [toPhysical(vector, level), toPhysical(used, level)]
    const rows = [...named].map((name): Cell[] => {
      const slot = slotOf(name)
      return [name, vector.values[slot]!, values[slot]!, before.values[slot]!, after.values[slot]!]
    })
    const columns = ['entry', 'predicted', 'used', 'predicted_physical', 'used_physical']
    return { vector: used, changes: { columns, rows } }
  },
})

function slotOf(name: string): number {
  const slot = SLOTS.indexOf(name)
  if (slot >= 0) return slot
  const guess = nearest(name, SLOTS)
  throw new KintsugiError('E_PARAM', {
    message: `A degradation has no entry "${name}".`,
    expected: `one of ${SLOTS.join(', ')}`,
    found: name,
    fix: guess === undefined ? 'Use the names of the vector.' : `Write "${guess}".`,
  })
}
