import assert from 'node:assert/strict'
import { type Image, pipeline, type Ref, step } from '@kintsugi/core'
import { type Diary, readDiary } from './diary.js'
import { assertDrawsKept, documentOf, type Observed, observe, planned } from './harness.js'
import { assertShare, assertUniform, histogram } from './statistics.js'
import { blur, jpeg, noise, resize, sharpen, sinc } from './stub-degrade.js'
import { psnr, restore } from './stub-restore.js'

const SIZES = [7, 9, 11, 13, 15, 17, 19, 21]
const KERNELS = ['iso', 'aniso', 'gen-iso', 'gen-aniso', 'plateau-iso', 'plateau-aniso']
const SHARES = [0.45, 0.25, 0.12, 0.03, 0.12, 0.03]
type Step = Diary['steps'][number]

/** A picture's steps by their part in the model. */
function partsOf({ steps }: Diary) {
  const rest = [...steps]
  const take = (...names: string[]): Step => {
    const next = rest.shift()
    assert.ok(next !== undefined && names.includes(next.step), `${next?.step} is none of ${names.join()}`)
    return next
  }
  const has = (...names: string[]): boolean => names.includes(rest[0]?.step ?? '')
  take('sharpen')
  const first = { blur: take('blur', 'sinc'), resize: take('resize'), noise: take('noise'), jpeg: take('jpeg') }
  const blur2 = has('blur', 'sinc') ? take('blur', 'sinc') : undefined
  const second = { blur: blur2, resize: take('resize'), noise: take('noise') }
  const filterFirst = has('resize')
  const last = filterFirst
    ? { resize: take('resize'), sinc: has('sinc') ? take('sinc') : undefined, jpeg: take('jpeg') }
    : { jpeg: take('jpeg'), resize: take('resize'), sinc: has('sinc') ? take('sinc') : undefined }
  assert.equal(rest.length, 0)
  return { first, second, last, filterFirst }
}

describe('Real-ESRGAN as a pipeline', () => {
  const document = documentOf('real-esrgan.yaml')
  let run: Observed
  let many: ReturnType<typeof partsOf>[]

  before(async function () {
    this.timeout(60_000)
    run = await observe('real-esrgan.yaml')
    const more = await observe('real-esrgan.yaml', { params: { draws: 800 }, only: ['lq'], where: { photo: ['a'] } })
    many = more.items<Image>('lq').map(({ value }) => partsOf(readDiary(value)))
  })

  const share = (probability: number, what: string, test: (parts: (typeof many)[number]) => boolean): void =>
    assertShare(many.filter(test).length, many.length, probability, what)

  it('plans the instances that the method has', async () => {
    const drawn = [
      ...['blur1/sinc/sinc', ...KERNELS.map((kernel) => `blur1/mixture/kernel/${kernel}/blur`), 'resize1'],
      ...['noise1/gaussian/noise', 'noise1/poisson/noise', 'jpeg1', 'blur2/sinc/sinc', 'blur2/mixture/blur', 'resize2'],
      ...['noise2/gaussian/noise', 'noise2/poisson/noise'],
      ...['resize', 'sinc', 'jpeg'].flatMap((name) => [
        `final/filter-then-jpeg/${name}`,
        `final/jpeg-then-filter/${name}`,
      ]),
    ]
    assert.deepEqual(await planned('real-esrgan.yaml'), {
      photo: 3,
      // Sharpening draws nothing, so it is done once for each photo; all else for each of eight draws.
      'degraded/hq': 3,
      ...Object.fromEntries(drawn.map((name) => [`degraded/${name}`, 3 * 8])),
      restored: 3 * 8,
      psnr: 3 * 8,
    })
  })

  it('computes each instance once, and of the options only what was drawn', () => {
    const sum = (prefix: string): number =>
      Object.entries(run.ran).reduce(
        (total, [node, count]) => total + (node.startsWith(`degraded/${prefix}`) ? count : 0),
        0,
      )
    const parts = run.items<Image>('lq').map(({ value }) => partsOf(readDiary(value)))
    const count = (test: (one: (typeof parts)[number]) => boolean): number => parts.filter(test).length
    assert.equal(run.ran['degraded/hq'], 3)
    for (const prefix of ['blur1/', 'resize1', 'noise1/', 'jpeg1', 'resize2', 'noise2/'])
      assert.equal(sum(prefix), 24, prefix)
    assert.equal(
      sum('blur1/sinc/'),
      count(({ first }) => first.blur.step === 'sinc'),
    )
    assert.equal(
      sum('blur2/'),
      count(({ second }) => second.blur !== undefined),
    )
    assert.equal(sum('final/'), 48 + count(({ last }) => last.sinc !== undefined))
    assert.equal(run.ran['psnr'], 24)
  })

  it('resizes relative to the original', () => {
    for (const { value } of run.items<Image>('lq')) {
      const { width, height } = readDiary(value)
      // 400 x 300 by 4, whatever the resizes before came to.
      assert.deepEqual([width, height], [100, 75])
    }
  })

  it('gives the original beside it, not degraded', () => {
    for (const { value } of run.items<Image>('hq'))
      assert.deepEqual(readDiary(value).steps, [{ step: 'sharpen', values: [] }])
    assert.equal(run.items('hq').length, 3)
  })

  it('blurs with the published kernels', () => {
    share(0.1, 'sinc in the first blur', ({ first }) => first.blur.step === 'sinc')
    KERNELS.forEach((kernel, i) =>
      share(0.9 * (SHARES[i] ?? NaN), kernel, ({ first }) => first.blur.step === 'blur' && first.blur.values[0] === i),
    )
    const blurs = many.map(({ first }) => first.blur)
    const sizes = blurs.map(({ step: name, values }) => values[name === 'sinc' ? 0 : 1] ?? 0)
    assertUniform(
      SIZES.map((size) => sizes.filter((one) => one === size).length),
      'kernel sizes',
    )
    const sigmas = blurs.flatMap(({ step: name, values }) => (name === 'blur' ? [values[2] ?? NaN] : []))
    assertUniform(histogram(sigmas, 0.2, 3, 14), 'sigma')
    share(0.8, 'second blur', ({ second }) => second.blur !== undefined)
    const second = many.flatMap(({ second: { blur: one } }) => (one?.step === 'blur' ? [one.values[2] ?? NaN] : []))
    assertUniform(histogram(second, 0.2, 1.5, 13), 'second sigma')
  })

  it('draws the shape by a coin, and the cutoff by the size', () => {
    const blurs = many.map(({ first }) => first.blur).filter(({ step: name }) => name === 'blur')
    const betas = (...kernels: number[]): number[] =>
      blurs.filter(({ values }) => kernels.includes(values[0] ?? NaN)).map(({ values }) => values[5] ?? NaN)
    const general = betas(2, 3)
    assert.ok(general.every((beta) => beta >= 0.5 && beta <= 4))
    assertShare(general.filter((beta) => beta < 1).length, general.length, 0.5, 'generalised beta below 1')
    const plateau = betas(4, 5)
    assert.ok(plateau.every((beta) => beta >= 1 && beta <= 2))
    assertShare(plateau.filter((beta) => beta === 1).length, plateau.length, 0.5, 'plateau beta of exactly 1')
    assert.ok(betas(0, 1).every((beta) => beta === 1))
    const filters = many.flatMap(({ first, second }) => [first.blur, second.blur]).filter((one) => one?.step === 'sinc')
    const cutoffs = (small: boolean): number[] =>
      filters.flatMap((one) => ((one?.values[0] ?? NaN) < 13 === small ? [one?.values[1] ?? NaN] : []))
    assert.ok(Math.min(...cutoffs(true)) >= Math.PI / 3 - 1e-6)
    assert.ok(Math.min(...cutoffs(false)) >= Math.PI / 5 - 1e-6)
    assert.ok(Math.min(...cutoffs(false)) < Math.PI / 3, 'large kernels should reach lower')
  })

  it('resizes, adds noise and packs as published', () => {
    const factor = (one: Step): number => one.values[1] ?? NaN
    share(0.2, 'first resize up', ({ first }) => factor(first.resize) > 1)
    share(0.1, 'first resize keeps', ({ first }) => factor(first.resize) === 1)
    share(0.3, 'second resize up', ({ second }) => factor(second.resize) > 1)
    share(0.4, 'second resize down', ({ second }) => factor(second.resize) < 1)
    for (const { first, second, last } of many) {
      assert.ok(factor(first.resize) >= 0.15 - 1e-7 && factor(first.resize) <= 1.5)
      assert.deepEqual([second.resize.values[2], last.resize.values[1], last.resize.values[2]], [4, 1, 4])
    }
    for (const mode of [0, 1, 2]) share(1 / 3, `mode ${mode}`, ({ first }) => first.resize.values[0] === mode)
    share(0.5, 'Poisson noise', ({ first }) => first.noise.values[0] === 1)
    share(0.4, 'gray noise', ({ second }) => second.noise.values[2] === 1)
    assertUniform(
      histogram(
        many.map(({ first }) => first.jpeg.values[0] ?? NaN),
        30,
        95,
        13,
      ),
      'quality',
    )
    share(0.5, 'the filter before JPEG', ({ filterFirst }) => filterFirst)
    share(0.8, 'last filter', ({ last }) => last.sinc !== undefined)
    // The coin of the order and that of the filter are tossed apart.
    share(0.4, 'the filter before JPEG, applied', ({ filterFirst, last }) => filterFirst && last.sinc !== undefined)
  })

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('is what the builder writes', () => {
    const p = pipeline('real-esrgan', { seed: 11 })
    const draws = p.param('draws', { type: 'integer', default: 8 })
    p.axis('draw', { count: draws })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const degraded = p.use('degraded', './real-esrgan-second-order.yaml', {
      in: { photo },
      with: { scale: 4 },
      along: ['draw'],
    })
    const restored = p.add('restored', restore, { in: { image: degraded }, with: { model: './models/base-10.bin' } })
    const hq: Ref<'image'> = degraded.port('hq')
    const score = p.add('psnr', psnr, { in: { image: restored, reference: hq } })
    p.output('lq', degraded).output('hq', hq).output('psnr', score)
    assert.deepEqual(p.toDocument(), document)
  })

  it('is nested as the builder writes it', () => {
    const nested = documentOf('real-esrgan-second-order.yaml')
    const p = pipeline('real-esrgan-second-order', { description: nested.description ?? '' })
    const scale = p.param('scale', { type: 'integer', minimum: 1, default: 4 })
    const photo = p.input('photo', 'image')
    const size = { $choice: SIZES }
    const uniform = (low: number, high: number) => ({ $uniform: [low, high] })
    const cutoff = (from: number) => uniform(Math.PI / from, Math.PI)
    const lowpass = {
      $choice: {
        values: [
          { size: { $choice: [7, 9, 11] }, cutoff: cutoff(3) },
          { size: { $choice: [13, 15, 17, 19, 21] }, cutoff: cutoff(5) },
        ],
        weights: [3, 5],
      },
    }
    const sincOption = { weight: 0.1, steps: [step(sinc, { with: { lowpass } })] }
    const beta = {
      gen: { $choice: [uniform(0.5, 1), uniform(1, 4)] },
      plateau: { $choice: [1, uniform(1, 2)] },
    }
    const kernel = (name: string, weight = 0) => {
      const shape = name.startsWith('gen')
        ? { beta: beta.gen }
        : name.startsWith('plateau')
          ? { beta: beta.plateau }
          : {}
      const sigma = uniform(0.2, 3)
      const form = name.endsWith('aniso') ? { sigma: [sigma, sigma], rotation: uniform(-Math.PI, Math.PI) } : { sigma }
      const steps = [step(blur, { with: { kernel: name, size, ...form, ...shape } })]
      return [name, { weight, steps }] as const
    }
    const kernels = Object.fromEntries(KERNELS.map((name, i) => kernel(name, SHARES[i])))
    const mode = { $choice: ['area', 'bilinear', 'bicubic'] }
    const factor = (up: number, down: number, weights: number[]) => ({
      $choice: { values: [uniform(1, up), uniform(down, 1), 1], weights },
    })
    const noises = (gaussian: number, poisson: number) => ({
      gaussian: {
        steps: [step(noise, { with: { kind: 'gaussian', level: uniform(1, gaussian), gray: { $chance: 0.4 } } })],
      },
      poisson: {
        steps: [step(noise, { with: { kind: 'poisson', level: uniform(0.05, poisson), gray: { $chance: 0.4 } } })],
      },
    })
    const quality = uniform(30, 95)

    const hq = p.add('hq', sharpen, { in: { image: photo } })
    const blur1 = p.choose(
      'blur1',
      { sinc: sincOption, mixture: { weight: 0.9, steps: [{ name: 'kernel', choose: kernels }] } },
      { in: hq },
    )
    const resize1 = p.add('resize1', resize, {
      in: { image: blur1 },
      with: { factor: factor(1.5, 0.15, [0.2, 0.7, 0.1]), mode, sampling: 'from-factor' },
    })
    const noise1 = p.choose('noise1', noises(30, 3), { in: resize1 })
    const jpeg1 = p.add('jpeg1', jpeg, { in: { image: noise1 }, with: { quality } })
    const simple = step(blur, { with: { size, sigma: uniform(0.2, 1.5) } })
    const blur2 = p.choose(
      'blur2',
      { sinc: sincOption, mixture: { weight: 0.9, steps: [simple] } },
      { in: jpeg1, when: { $chance: 0.8 } },
    )
    const resize2 = p.add('resize2', resize, {
      in: { image: blur2, like: hq },
      with: { factor: factor(1.2, 0.3, [0.3, 0.4, 0.3]), divide: scale, mode },
    })
    const noise2 = p.choose('noise2', noises(25, 2.5), { in: resize2 })
    const back = step(resize, { in: { like: hq }, with: { divide: scale, mode } })
    const filter = step(sinc, { when: { $chance: 0.8 }, with: { lowpass: { size, cutoff: cutoff(3) } } })
    const packed = step(jpeg, { with: { quality } })
    const final = p.choose(
      'final',
      { 'filter-then-jpeg': { steps: [back, filter, packed] }, 'jpeg-then-filter': { steps: [packed, back, filter] } },
      { in: noise2 },
    )
    p.output('lq', final).output('hq', hq).output('order', final.choice)
    assert.deepEqual(p.toDocument(), nested)
  })
})
