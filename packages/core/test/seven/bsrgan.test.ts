import assert from 'node:assert/strict'
import { type Image, pipeline, type Ref, step } from '@kintsugi/core'
import { type Diary, readDiary } from './diary.js'
import { assertDrawsKept, documentOf, type Observed, observe, planned } from './harness.js'
import { assertShare, assertUniform, histogram } from './statistics.js'
import { blur, camera, crop, jpeg, noise, resize, sample } from './stub-degrade.js'
import { psnr, restore } from './stub-restore.js'

const STEPS = ['blur-a', 'blur-b', 'down', 'final', 'noise', 'jpeg', 'camera']
const SIZES = [7, 9, 11, 13, 15, 17, 19, 21, 23, 25]
const MODES = ['area', 'bilinear', 'bicubic']

/** The scale that a picture was made with: the divisor of its last resize. */
function scaleOf({ steps }: Diary): number {
  return steps.filter(({ step: name }) => name === 'resize').at(-1)?.values[2] ?? NaN
}

describe('BSRGAN as a pipeline', () => {
  const document = documentOf('bsrgan.yaml')
  let run: Observed
  let many: Diary[]

  before(async () => {
    run = await observe('bsrgan.yaml')
    const more = await observe('bsrgan.yaml', { params: { draws: 800 }, only: ['lq'], where: { photo: ['a'] } })
    many = more.items<Image>('lq').map(({ value }) => readDiary(value))
  })

  it('plans the instances that the method has', async () => {
    const steps = ['blur-a/aniso/blur', 'blur-a/iso/blur', 'blur-b/aniso/blur', 'blur-b/iso/blur', 'down/resize/resize']
    const others = ['down/shifted/shifted-sample', 'final', 'noise', 'jpeg', 'camera']
    assert.deepEqual(await planned('bsrgan.yaml'), {
      photo: 3,
      // Half of a photo is the same for every draw; whether it is taken is drawn.
      'pair/half': 3,
      // Eight draws for each photo.
      ...Object.fromEntries([...steps, ...others].map((name) => [`pair/degraded/${name}`, 3 * 8])),
      'pair/packed': 3 * 8,
      'pair/pair': 3 * 8,
      restored: 3 * 8,
      psnr: 3 * 8,
    })
  })

  it('computes each instance once, and of the steps only what was drawn', () => {
    const diaries = run.items<Image>('lq').map(({ value }) => readDiary(value))
    const count = (name: string): number =>
      diaries.flatMap(({ steps }) => steps).filter((one) => one.step === name).length
    const sum = (...names: string[]): number => names.reduce((total, name) => total + (run.ran[`pair/${name}`] ?? 0), 0)
    assert.equal(sum('degraded/blur-a/aniso/blur', 'degraded/blur-a/iso/blur'), 24)
    assert.equal(sum('degraded/blur-b/aniso/blur', 'degraded/blur-b/iso/blur'), 24)
    assert.equal(sum('degraded/down/resize/resize', 'degraded/down/shifted/shifted-sample'), 24)
    assert.equal(sum('degraded/down/shifted/shifted-sample'), count('sample'))
    assert.equal(sum('degraded/camera'), count('camera'))
    assert.equal(sum('degraded/jpeg') + 24, count('jpeg'))
    for (const name of ['degraded/final', 'degraded/noise', 'packed', 'pair']) assert.equal(sum(name), 24, name)
    assert.equal(run.ran['psnr'], 24)
    assert.ok((run.ran['pair/half'] ?? 0) <= 3)
  })

  it('takes every permitted order equally often', async () => {
    // 7! orders, of which half have "down" before "final"; five of each are expected.
    const run = await observe('bsrgan.yaml', {
      params: { draws: 5 * 2520 },
      only: ['order'],
      where: { photo: ['a'] },
    })
    const counts = new Map<string, number>()
    for (const { value } of run.items<string>('order')) counts.set(value, (counts.get(value) ?? 0) + 1)
    for (const order of counts.keys()) {
      const steps = order.split(',')
      assert.deepEqual([...steps].sort(), [...STEPS].sort())
      assert.ok(steps.indexOf('down') < steps.indexOf('final'), order)
    }
    assertUniform([...counts.values(), ...new Array<number>(2520 - counts.size).fill(0)], 'orders')
  }).timeout(60_000)

  it('applies the steps in the order that it tells', () => {
    for (const { keys, value } of run.items<Image>('lq')) {
      const { steps } = readDiary(value)
      const order = run.at<string>('order', keys).split(',')
      const told = order.map((name) => (name.startsWith('blur') ? 'blur' : name === 'final' ? 'resize' : name))
      const names = steps.slice(scaleOf(readDiary(value)) === 2 ? 1 : 0, -2).map(({ step: name }) => name)
      let at = 0
      for (const name of told) {
        if (name === 'down') assert.ok(['resize', 'sample'].includes(names[at++] ?? ''))
        else if (names[at] === name) at++
        else assert.ok(name === 'jpeg' || name === 'camera', `${name} is missing in ${names.join()}`)
      }
      assert.equal(at, names.length)
    }
  })

  it('draws the scale once and uses it everywhere below', () => {
    for (const diary of many) {
      const sf = scaleOf(diary)
      assert.ok(sf === 2 || sf === 4)
      const halved =
        diary.steps[0]?.step === 'resize' && diary.steps[0].values[2] === 2 && diary.steps[0].values[1] === 1
      assert.ok(sf === 2 ? halved : true)
      const resizes = diary.steps.filter(({ step: name }) => name === 'resize')
      for (const { values } of resizes.slice(sf === 2 ? 1 : 0, -1))
        assert.ok(
          (values[1] ?? NaN) > 1 / (2 * sf) - 1e-6 && (values[1] ?? NaN) <= 1,
          `factor ${values[1]} at scale ${sf}`,
        )
      for (const { step: name, values } of diary.steps) {
        const [kernel = 0, , x = NaN, y = NaN] = values
        if (name === 'blur') assert.ok(Math.max(x, y) <= (kernel === 0 ? 2 + 0.2 * sf : 4 + sf), `sigma ${x}, ${y}`)
        if (name === 'sample') assert.ok(kernel >= 0.1 - 1e-7 && kernel <= 0.6 * sf && values[1] === sf)
      }
    }
    assertShare(many.filter((diary) => scaleOf(diary) === 2).length, many.length, 0.25, 'scale 2')
  })

  it('draws what is published', () => {
    const count = (name: string): number => many.flatMap(({ steps }) => steps).filter((one) => one.step === name).length
    assertShare(count('camera'), many.length, 0.25, 'camera')
    assertShare(count('jpeg') - many.length, many.length, 0.9, 'JPEG among the steps')
    assertShare(count('sample'), many.length, 0.25, 'shifted sampling')
    const blurs = many.flatMap(({ steps }) => steps).filter((one) => one.step === 'blur')
    assert.equal(blurs.length, 2 * many.length)
    assertShare(blurs.filter(({ values }) => values[0] === 1).length, blurs.length, 0.5, 'anisotropic')
    assertUniform(
      SIZES.map((size) => blurs.filter(({ values }) => values[1] === size).length),
      'kernel sizes',
    )
    const levels = many
      .flatMap(({ steps }) => steps)
      .filter((one) => one.step === 'noise')
      .map(({ values }) => values[1] ?? 0)
    assertUniform(histogram(levels, 2, 26, 24), 'noise levels')
  })

  it('crops both pictures at the same place', () => {
    for (const { keys, value } of run.items<Image>('lq')) {
      const lq = readDiary(value)
      const hq = readDiary(run.at('hq', keys))
      assert.deepEqual([lq.width, lq.height, hq.width, hq.height], [16, 16, 64, 64])
      const [x = NaN, y = NaN] = lq.steps.at(-1)?.values ?? []
      assert.deepEqual(hq.steps, [{ step: 'crop', values: [4 * x, 4 * y] }])
      assert.ok(x >= 0 && x <= 100 - 16 && y >= 0 && y <= 75 - 16)
    }
  })

  it('draws the same beside an unrelated axis and node', () => assertDrawsKept(document, run))

  it('is what the builder writes', () => {
    const p = pipeline('bsrgan', { seed: 2 })
    const draws = p.param('draws', { type: 'integer', default: 8 })
    p.axis('draw', { count: draws })
    const photo = p.input('photo', 'image', { each: 'photos/*.png' })
    const pair = p.use('pair', './bsrgan-degradation.yaml', { in: { photo }, along: ['draw'] })
    const lq: Ref<'image'> = pair.port('lq')
    const restored = p.add('restored', restore, { in: { image: lq }, with: { model: './models/base-10.bin' } })
    const score = p.add('psnr', psnr, { in: { image: restored, reference: pair.port('hq') } })
    p.output('lq', lq).output('hq', pair.port('hq')).output('order', pair.port('order')).output('psnr', score)
    assert.deepEqual(p.toDocument(), document)
  })

  it('is nested as the builder writes it', () => {
    const p = pipeline('bsrgan-degradation', {
      description:
        'seven steps in random order, the final resize after the down-sampling; numbers of utils_blindsr.py.',
    })
    const photo = p.input('photo', 'image')
    const sf = p.let('sf', { $choice: { values: [2, 4], weights: [0.25, 0.75] } })
    p.let('shrink', { $uniform: [1, { $expr: '2 * sf' }] })
    const half = p.add('half', resize, { in: { image: photo }, with: { divide: 2 }, when: { $expr: 'sf == 2' } })
    const variance = { $uniform: [0, { $expr: '4 + sf' }] }
    const blurStep = {
      choose: {
        aniso: {
          steps: [
            step(blur, {
              with: {
                kernel: 'aniso',
                size: { $choice: SIZES },
                sigma: [variance, variance],
                rotation: { $uniform: [0, Math.PI] },
              },
            }),
          ],
        },
        iso: {
          steps: [
            step(blur, { with: { size: { $choice: SIZES }, sigma: { $uniform: [0, { $expr: '2 + 0.2 * sf' }] } } }),
          ],
        },
      },
    }
    const mode = { $choice: MODES }
    const down = {
      choose: {
        resize: { weight: 0.75, steps: [step(resize, { with: { factor: { $expr: '1 / shrink' }, mode } })] },
        shifted: {
          weight: 0.25,
          steps: [step(sample, { with: { sigma: { $uniform: [0.1, { $expr: '0.6 * sf' }] }, factor: sf } })],
        },
      },
    }
    const quality = { $int: [30, 95] }
    const degraded = p.shuffle(
      'degraded',
      {
        'blur-a': blurStep,
        'blur-b': blurStep,
        down,
        final: step(resize, { in: { like: half }, with: { divide: sf, mode } }),
        noise: step(noise, { with: { level: { $int: [2, 25] }, gray: { $chance: 0.4 } } }),
        jpeg: step(jpeg, { with: { quality }, when: { $chance: 0.9 } }),
        camera: step(camera, { when: { $chance: 0.25 } }),
      },
      { in: half, before: [['down', 'final']] },
    )
    const packed = p.add('packed', jpeg, { in: { image: degraded }, with: { quality } })
    const cropped = p.add('pair', crop, { in: { lq: packed, hq: photo }, with: { size: 16, scale: 4 } })
    p.output('lq', cropped.lq).output('hq', cropped.hq).output('order', degraded.order)
    assert.deepEqual(p.toDocument(), documentOf('bsrgan-degradation.yaml'))
  })
})
