import { defineNode, Type } from '@kintsugi/core'
import { codecOf, LEVELS, recordOf, SLOTS } from '@kintsugi/vectors'

const params = Type.Object(
  {
    scale: Type.Integer({
      default: 4,
      minimum: 1,
      maximum: 16,
      description: 'How many times smaller the degraded image is.',
    }),
    sharpen: Type.Boolean({
      default: true,
      description: 'Whether the degradation begins by sharpening, as training does.',
    }),
    level: Type.Optional(
      Type.Enum([...LEVELS], {
        description: 'Level whose ranges the numbers of `dasr/33-released@1` were scaled by; needed for them.',
      }),
    ),
  },
  { additionalProperties: false },
)

// biome-ignore format: slots in groups
const strong = [
  6 / 14, 1 / 2.8, 0.4 / 2.8, 0.625, -1, -1, -1, -1, -1, -1, 0.65 / 1.35, 0, 1, 0, -1, -1, -1, -1,
  11 / 29, 0, 1, 0, -1, -1, -1, -1, 30 / 65, -1, -1, -1, 0, 0, 1,
]

/** `degrade/decode`: numbers as a record that can be replayed. */
export const decode = defineNode({
  name: 'degrade/decode',
  title: 'Decode a degradation',
  description:
    'Makes the record of a degradation from the 33 numbers of `degrade/encode`, for core/replay to carry out. Numbers need not be exact: of one-hot slots the largest counts, sizes go to the nearest odd ' +
    'one, and values are kept within what the operators take. Encoding the record again gives the same numbers where these are exact. What the numbers do not tell: the keys of noise, which are drawn ' +
    'anew here; the cutoff of the filter, in `dasr/33-released@1`, whenever the second blur was applied; and what a second blur of `dasr/33@1` would have been that was left out.',
  params,
  random: true,
  runs: 'inline',
  inputs: { vector: { type: 'vector', description: 'The numbers.' } },
  outputs: { record: { type: 'record', description: 'Steps that degrade an image so; their source is `image`.' } },
  examples: [
    { title: 'One stage', in: { vector: { value: { codec: 'dasr/33@1', names: [...SLOTS], values: strong } } } },
  ],
  run({ vector }, { scale, sharpen, level }, { random }) {
    const key = (): string => Array.from({ length: 4 }, () => random.uint32().toString(16).padStart(8, '0')).join('')
    return { record: recordOf(codecOf(vector).decode(vector.values, level), { scale, sharpen, key }) }
  },
})
