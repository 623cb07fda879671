import type { Image, NodeContext } from '@kintsugi/core'

/** Steps that a picture can have gone through, by their code in its samples. */
const STEPS = ['sharpen', 'blur', 'sinc', 'resize', 'noise', 'jpeg', 'camera', 'crop', 'restore', 'sample'] as const

export type StepName = (typeof STEPS)[number]

/**
 * What a tiny image says of its own past. One row of samples: the photo's gray level, its imagined width and height, then for every
 * step its code, the number of its values, and the values. A file of one pixel is a photo of 400 x 300 without a past.
 */
export interface Diary {
  photo: number
  width: number
  height: number
  steps: { step: StepName; values: number[] }[]
}

export function readDiary(image: Image): Diary {
  const samples = [...image.data]
  const [photo = 0, width = 400, height = 300] = samples
  const steps: Diary['steps'] = []
  for (let i = 3; i < samples.length; ) {
    const step = STEPS[samples[i] ?? -1]
    const count = samples[i + 1] ?? 0
    if (step === undefined) throw new Error(`no step has the code ${samples[i]}`)
    steps.push({ step, values: samples.slice(i + 2, i + 2 + count) })
    i += 2 + count
  }
  return { photo, width, height, steps }
}

export function writeDiary({ photo, width, height, steps }: Diary, context: NodeContext): Image {
  const samples = [
    photo,
    width,
    height,
    ...steps.flatMap(({ step, values }) => [STEPS.indexOf(step), values.length, ...values]),
  ]
  const image = context.createImage({ width: samples.length, height: 1, channels: 1 })
  image.data.set(samples)
  return image
}

/** An image with one more step in its diary. */
export function append(
  image: Image,
  step: StepName,
  values: number[],
  context: NodeContext,
  size: { width?: number; height?: number } = {},
): Image {
  const diary = readDiary(image)
  return writeDiary({ ...diary, ...size, steps: [...diary.steps, { step, values }] }, context)
}
