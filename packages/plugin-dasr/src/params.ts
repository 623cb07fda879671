import { Type } from '@kintsugi/core'
import { CODECS, LEVELS } from '@kintsugi/vectors'

export type CodecName = keyof typeof CODECS

/** What the numbers of a vector mean. */
export const codecParam = Type.Enum(Object.keys(CODECS) as CodecName[], {
  default: 'dasr/33-released@1',
  description:
    'What the numbers mean (see degrade/encode). `dasr/33-released@1`: the labels that the released checkpoints of DASR learnt, scaled by the ranges of a level. `dasr/33@1`: one range for each entry.',
})

/** The level whose ranges tell physical values. */
export const levelParam = Type.Enum([...LEVELS], {
  default: 'severe',
  description:
    'Level whose ranges numbers of `dasr/33-released@1` are read by in physical units; they do not tell it themselves. `severe` has the widest ranges and those of two stages.',
})
