import { defineNode, type Image, type Label, type Model, Type, type Vector } from '@kintsugi/core'
import { append, readDiary, writeDiary } from './diary.js'

const describe = (title: string) => ({
  title,
  description: `${title}, as arithmetic on what the picture says of its past.`,
})

/** The strength that a stub model has in its name: `base-10.bin` has 10. */
export function strengthOf(model: Pick<Model, 'name'>): number {
  return Number(/(\d+(?:\.\d+)?)\.bin$/.exec(model.name)?.[1])
}

function modelOf(strength: number): Model {
  return { name: `mixed-${strength}.bin`, path: '', hash: `strength ${strength}` }
}

/** How much a picture has suffered: sigma of noise, twice that of blur, a tenth of what JPEG took. */
export function damageOf(image: Image): number {
  return readDiary(image).steps.reduce((sum, { step, values }) => {
    if (step === 'noise') return sum + (values[1] ?? 0)
    if (step === 'blur') return sum + 2 * (values[2] ?? 0)
    return step === 'jpeg' ? sum + (100 - (values[0] ?? 0)) / 10 : sum
  }, 0)
}

/** 40 dB, and ten for the brightness of the photo, less a fifth of what was repaired too little or too much. */
export function psnrOf(image: Image): number {
  const { photo, steps } = readDiary(image)
  const repaired = steps.reduce((sum, { step, values }) => sum + (step === 'restore' ? (values[0] ?? 0) : 0), 0)
  return 40 + 10 * photo - Math.abs(damageOf(image) - repaired) / 5
}

/** Values: what it repairs, its strength to the power of `gamma`. */
export const restore = defineNode({
  name: 'stub/restore',
  ...describe('Restore'),
  inputs: { image: 'image', model: 'model' },
  outputs: { image: 'image' },
  params: Type.Object({ gamma: Type.Number({ default: 1 }) }),
  run: ({ image, model }, { gamma }, context) => ({
    image: append(image, 'restore', [strengthOf(model) ** gamma], context),
  }),
})

/** theta = (1 - alpha) a + alpha b. */
export const mix = defineNode({
  name: 'stub/mix',
  ...describe('Mix two models'),
  inputs: { a: 'model', b: 'model' },
  outputs: { model: 'model' },
  params: Type.Object({ alpha: Type.Number() }),
  run: ({ a, b }, { alpha }) => ({ model: modelOf((1 - alpha) * strengthOf(a) + alpha * strengthOf(b)) }),
})

/** The network of a level. */
export const materialise = defineNode({
  name: 'stub/materialise',
  ...describe('Materialise a level'),
  inputs: { level: 'number' },
  outputs: { model: 'model' },
  run: ({ level }) => ({ model: modelOf(level) }),
})

/** The level of the last noise, three too high. */
export const estimateLevel = defineNode({
  name: 'stub/estimate-level',
  ...describe('Estimate the level of noise'),
  inputs: { image: 'image' },
  outputs: { level: 'number' },
  run: ({ image }) => ({ level: damageOf(image) + 3 }),
})

/** (1 - alpha) a + alpha b, sample by sample. */
export const blend = defineNode({
  name: 'stub/blend',
  ...describe('Blend two pictures'),
  inputs: { a: 'image', b: 'image' },
  outputs: { image: 'image' },
  params: Type.Object({ alpha: Type.Number() }),
  run({ a, b }, { alpha }, context) {
    const out = context.createImage({ width: a.width, height: 1, channels: 1 })
    out.data.set(a.data.map((sample, i) => (1 - alpha) * sample + alpha * (b.data[i] ?? 0)))
    return { image: out }
  },
})

export const psnr = defineNode({
  name: 'stub/psnr',
  ...describe('PSNR'),
  inputs: { image: 'image', reference: 'image' },
  outputs: { psnr: 'number' },
  run({ image, reference }) {
    if (readDiary(image).photo !== readDiary(reference).photo) throw new Error('scored against another photo')
    return { psnr: psnrOf(image) }
  },
})

/** What was repaired, a hundredth of it. */
export const niqe = defineNode({
  name: 'stub/niqe',
  ...describe('NIQE'),
  inputs: { image: 'image' },
  outputs: { niqe: 'number' },
  run: ({ image }) => ({ niqe: (readDiary(image).steps.at(-1)?.values[0] ?? 0) / 100 }),
})

/** Names what was done last; small damage is told with little confidence, and JPEG of quality 80 and more for noise. */
export const classify = defineNode({
  name: 'stub/classify',
  ...describe('Classify the degradation'),
  inputs: { image: 'image' },
  outputs: { label: 'label' },
  run({ image }): { label: Label } {
    const last = readDiary(image).steps.at(-1)
    const label = last?.step === 'jpeg' && (last.values[0] ?? 0) >= 80 ? 'noise' : (last?.step ?? 'none')
    const confidence = damageOf(image) < 3 ? 0.5 : 0.9
    return { label: { label, confidence, distribution: { [label]: confidence, other: 1 - confidence } } }
  },
})

const ROLES = ['blur1', 'noise1', 'jpeg1', 'blur2', 'noise2'] as const

/** The entries of a degradation by role, from the record of a picture; steps that were skipped count as 0. */
export const truth = defineNode({
  name: 'stub/truth',
  ...describe('True degradation'),
  inputs: { record: 'record' },
  outputs: { vector: 'vector', level: 'label', skipped: 'text' },
  run({ record }) {
    const [[, choice] = ['', 'none']] = Object.entries(record.choices)
    const level = String(choice)
    const values = ROLES.map((role) => {
      const step = Object.entries(record.steps).find(([path]) => path.endsWith(`/${role}`))?.[1]
      if (step === undefined || !step.ran) return 0
      return Number(step.with['sigma'] ?? step.with['level'] ?? step.with['quality'])
    })
    const skipped = Object.entries(record.steps).filter(([, step]) => !step.ran)
    return {
      vector: { codec: 'stub@1', names: [...ROLES], values } satisfies Vector,
      level: { label: level, confidence: 1, distribution: { [level]: 1 } } satisfies Label,
      skipped: JSON.stringify(Object.fromEntries(skipped.map(([path, step]) => [path, step.with]))),
    }
  },
})

/** What the picture says, each entry one too high. */
export const estimate = defineNode({
  name: 'stub/estimate',
  ...describe('Estimate the degradation'),
  inputs: { image: 'image' },
  outputs: { vector: 'vector' },
  run({ image }) {
    const { steps } = readDiary(image)
    const nth = (name: string, n: number, value: number): number =>
      steps.filter(({ step }) => step === name)[n]?.values[value] ?? 0
    const values = [nth('blur', 0, 2), nth('noise', 0, 1), nth('jpeg', 0, 0), nth('blur', 1, 2), nth('noise', 1, 1)]
    return { vector: { codec: 'stub@1', names: [...ROLES], values: values.map((value) => value + 1) } }
  },
})

/** Adds to entries of a vector. */
export const adjust = defineNode({
  name: 'stub/adjust',
  ...describe('Adjust an estimate'),
  inputs: { vector: 'vector' },
  outputs: { vector: 'vector' },
  params: Type.Object({ add: Type.Record(Type.String(), Type.Number(), { default: {} }) }),
  run: ({ vector }, { add }) => ({
    vector: { ...vector, values: vector.values.map((value, i) => value + (add[vector.names[i] ?? ''] ?? 0)) },
  }),
})

/** Repairs what a vector says. */
export const restoreBy = defineNode({
  name: 'stub/restore-by',
  ...describe('Restore by a vector'),
  inputs: { image: 'image', vector: 'vector' },
  outputs: { image: 'image' },
  run: ({ image, vector }, _params, context) => ({
    image: append(image, 'restore', [vector.values.reduce((sum, value) => sum + value, 0)], context),
  }),
})

/** Sample by sample as it is, with nothing of its past. */
export const forget = defineNode({
  name: 'stub/forget',
  ...describe('Forget the past'),
  inputs: { image: 'image' },
  outputs: { image: 'image' },
  run: ({ image }, _params, context) => ({ image: writeDiary({ ...readDiary(image), steps: [] }, context) }),
})

export const restoreStubs = [
  restore,
  mix,
  materialise,
  estimateLevel,
  blend,
  psnr,
  niqe,
  classify,
  truth,
  estimate,
  adjust,
  restoreBy,
  forget,
]
