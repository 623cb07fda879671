import { defineNode, Type } from '@kintsugi/core'
import { CODECS, degradationOf, LEVELS, levelOf, recordOf, SLOTS, toPhysical } from '@kintsugi/vectors'
import { codecParam } from '../params.js'

const example = recordOf(
  {
    first: {
      blur: { ran: true, size: 13, sigmaX: 1.2, sigmaY: 0.6, rotation: 0 },
      factor: 0.8,
      mode: 'bilinear',
      noise: { kind: 'gaussian', level: 12, gray: false },
      quality: 60,
    },
    second: undefined,
    sinc: undefined,
    jpegFirst: false,
    lastMode: 'bicubic',
  },
  { scale: 4, sharpen: false, key: () => '0'.repeat(32) },
)

/** `dasr/encode`: the truth that dasr/estimate is measured by. */
export const encode = defineNode({
  name: 'dasr/encode',
  title: 'Encode a true degradation',
  description:
    'Describes the record of a synthetic degradation by the 33 numbers that dasr/estimate predicts: the truth for dasr/compare. The numbers are those of degrade/encode, which tells what each means; here they come in physical units, too, and the codec is by default that of the released checkpoints. ' +
    'It takes records of degrade/dasr and of others with the same steps.',
  params: Type.Object(
    {
      codec: codecParam,
      level: Type.Optional(
        Type.Enum([...LEVELS], {
          description:
            'Level whose ranges scale the numbers of `dasr/33-released@1`. Default: the one that the record has as a choice.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  runs: 'inline',
  inputs: { record: { type: 'record', description: 'What made a degraded image.' } },
  outputs: {
    vector: { type: 'vector', description: 'The true numbers.' },
    physical: { type: 'vector', description: 'The same in physical units, under the codec `dasr/33-physical@1`.' },
  },
  examples: [
    {
      title: 'One stage of the standard level: what is not there has 0 in this codec',
      in: { record: { value: example } },
      with: { level: 'standard' },
      expect: {
        vector: {
          value: {
            codec: 'dasr/33-released@1',
            names: [...SLOTS],
            // biome-ignore format: slots in groups
            values: [
              6 / 14, 1 / 1.3, 0.4 / 1.3, 0.5, 0, 0, 0, 0, 0, 0, 0.3 / 0.7, 0, 1, 0, 0, 0, 0, 0,
              11 / 19, 0, 1, 0, 0, 0, 0, 0, 10 / 45, 0, 0, 0, 0, 0, 1,
            ],
          },
        },
      },
    },
  ],
  run({ record }, { codec, level = levelOf(record) }) {
    const values = CODECS[codec].encode(degradationOf(record), level)
    const vector = { codec, names: [...SLOTS], values }
    return { vector, physical: toPhysical(vector, level) }
  },
})
