import { defineNode, Type } from '@kintsugi/core'
import { CODECS, degradationOf, LEVELS, levelOf, recordOf, SLOTS } from '@kintsugi/vectors'

const params = Type.Object(
  {
    codec: Type.Enum(Object.keys(CODECS) as (keyof typeof CODECS)[], {
      default: 'dasr/33@1',
      description:
        '`dasr/33@1`: one range for each slot, -1 for what is not there. `dasr/33-released@1`: as the released checkpoints of DASR learnt.',
    }),
    level: Type.Optional(
      Type.Enum([...LEVELS], {
        description:
          'Level whose ranges scale the numbers of `dasr/33-released@1`. Default: the one that the record has as a choice.',
      }),
    ),
  },
  { additionalProperties: false },
)

const example = recordOf(
  {
    first: {
      blur: { ran: true, size: 13, sigmaX: 1.2, sigmaY: 0.6, rotation: Math.PI / 4 },
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

/** `degrade/encode`: a record as numbers. */
export const encode = defineNode({
  name: 'degrade/encode',
  title: 'Encode a degradation',
  description:
    'Describes the record of a degradation by the 33 numbers of DASR: sizes, widths and rotation of two blurs (0-3, 4-7), size and cutoff of the final filter (8, 9), factor and mode of two ' +
    'resizes (10-13, 14-17), level, grayness and kind of two noises (18-21, 22-25), two JPEG qualities (26, 27), which of filter and JPEG is last (28, 29) and the mode of the last resize (30-32). ' +
    'A number v of `dasr/33@1` stands for low + v (high - low), with one range for each slot: size 7..21 px, widths 0.2..3 px, rotation -pi..pi, cutoff pi/3..pi, factor 0.15..1.5, Gaussian noise 1..30 ' +
    '(white is 255), Poisson scale 0.05..3, quality 30..95; values outside are not clipped; a step or stage that is not there has -1 in all its slots, which no value of it has. ' +
    '`dasr/33-released@1` scales by the ranges of the level and stage, has 0 in the slots of a second stage that is not there, -0.5 for a filter that was left out, the numbers of a second ' +
    'blur that was left out, and 1 in slot 9 whenever the second blur was applied. It takes records of degrade/dasr and of others with the same steps, whatever these are called.',
  params,
  runs: 'inline',
  inputs: { record: { type: 'record', description: 'What made a degraded image.' } },
  outputs: { vector: { type: 'vector', description: 'The numbers, by name.' } },
  examples: [
    {
      title: 'One stage: the slots of the second are -1',
      in: { record: { value: example } },
      expect: {
        vector: {
          value: {
            codec: 'dasr/33@1',
            names: [...SLOTS],
            // biome-ignore format: slots in groups
            values: [
              6 / 14, 1 / 2.8, 0.4 / 2.8, 0.625, -1, -1, -1, -1, -1, -1, 0.65 / 1.35, 0, 1, 0, -1, -1, -1, -1,
              11 / 29, 0, 1, 0, -1, -1, -1, -1, 30 / 65, -1, -1, -1, 0, 0, 1,
            ],
          },
        },
      },
    },
    {
      title: 'The same as a label of the standard level',
      in: { record: { value: example } },
      with: { codec: 'dasr/33-released@1', level: 'standard' },
      expect: {
        vector: {
          value: {
            codec: 'dasr/33-released@1',
            names: [...SLOTS],
            // biome-ignore format: slots in groups
            values: [
              6 / 14, 1 / 1.3, 0.4 / 1.3, 0.625, 0, 0, 0, 0, 0, 0, 0.3 / 0.7, 0, 1, 0, 0, 0, 0, 0,
              11 / 19, 0, 1, 0, 0, 0, 0, 0, 10 / 45, 0, 0, 0, 0, 0, 1,
            ],
          },
        },
      },
    },
  ],
  run({ record }, { codec, level = levelOf(record) }) {
    const values = CODECS[codec].encode(degradationOf(record), level)
    return { vector: { codec, names: [...SLOTS], values } }
  },
})
