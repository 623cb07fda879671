import assert from 'node:assert/strict'
import type { Image } from '@kintsugi/core'
import { imageOf } from './context.js'
import { assertChoice, assertShare, assertShares, assertUniform } from './distribution.js'
import { countOf, type Drawn, draws, kintsugi, stepsOf, valuesOf } from './draws.js'

const PI = Math.PI
const MODES = ['pytorch-area', 'bilinear', 'bicubic']

// cszn/BSRGAN utils/utils_blindsr.py, `degradation_bsrgan`.
describe('degrade/bsrgan: draws against the published code', () => {
  const N = 3000
  let all: Drawn[]

  before(async function () {
    this.timeout(60_000)
    all = await draws('degrade/bsrgan', N, 2)
  })

  const halved = ({ ran }: Drawn): boolean => [...ran.keys()].some((path) => path.startsWith('half/'))

  it('halves one image in four, and then treats it as for scale 2', () => {
    assertShare(all.filter(halved).length, N, 0.25, 'halved')
    assertShare(countOf(all, /^half\/opencv/), all.filter(halved).length, 0.5, 'halved by OpenCV')
    for (const [sf, some] of [
      [2, all.filter(halved)],
      [4, all.filter((one) => !halved(one))],
    ] as const) {
      assertUniform(
        valuesOf(some, /^degraded\/down\/resize\/resize$/, 'factor').map((factor) => 1 / factor),
        1,
        2 * sf,
        `shrinking at scale ${sf}`,
      )
      assertUniform(valuesOf(some, /^degraded\/down\/shifted\/shifted/, 'sigma'), 0.1, 0.6 * sf, `shift, scale ${sf}`)
      assertUniform(valuesOf(some, /blur\/iso\//, 'sigma'), 0, 2 + 0.2 * sf, `isotropic width, scale ${sf}`)
      for (const name of ['sigma_x', 'sigma_y'])
        assertUniform(
          valuesOf(some, /blur\/aniso\//, name).map((s) => s ** 2),
          0,
          4 + sf,
          `${name}^2, scale ${sf}`,
        )
      for (const step of stepsOf(some, /^degraded\/final\/resize\/resize$/)) assert.equal(step.with['divide'], sf)
    }
  })

  it('draws blurs, sizes, noise and qualities as published', () => {
    for (const blur of ['blur-a', 'blur-b']) assertShare(countOf(all, new RegExp(`${blur}/blur/aniso`)), N, 0.5, blur)
    const sizes = valuesOf(all, /blur\/(an)?iso\//, 'kernel_size')
    assertChoice(sizes, [7, 9, 11, 13, 15, 17, 19, 21, 23, 25], 'kernel sizes')
    assertUniform(valuesOf(all, /blur\/aniso\//, 'rotation'), 0, PI, 'rotation')
    assertShare(countOf(all, /^degraded\/down\/resize/), N, 0.75, 'random factor')
    assertShares(
      ['color', 'gray', 'correlated'].map((kind) => countOf(all, new RegExp(`^degraded/noise/${kind}`))),
      [0.4, 0.4, 0.2],
      'noise kinds',
    )
    const levels = Array.from({ length: 24 }, (_, i) => i + 2)
    assertChoice(valuesOf(all, /^degraded\/noise\/(color|gray)/, 'sigma'), levels, 'noise levels')
    assert.ok(valuesOf(all, /^degraded\/noise\/correlated/, 'sigma').every((sigma) => sigma === 25))
    assertShare(countOf(all, /^degraded\/jpeg$/), N, 0.9, 'JPEG among the steps')
    assert.equal(countOf(all, /^last$/), N)
    const qualities = Array.from({ length: 66 }, (_, i) => i + 30)
    for (const step of [/^degraded\/jpeg$/, /^last$/])
      assertChoice(valuesOf(all, step, 'quality'), qualities, 'quality')
  })

  it('takes every permitted order of the six steps that run equally often', () => {
    const orders = all.map(({ record }) =>
      (record.choices['degraded/degraded'] as readonly string[]).filter((step) => step !== 'camera').join(),
    )
    for (const order of orders) assert.ok(order.indexOf('down') < order.indexOf('final'), order)
    const counts = new Map<string, number>()
    for (const order of orders) counts.set(order, (counts.get(order) ?? 0) + 1)
    // 6! orders, half of which have the two resizes in turn.
    assertShares(
      [...counts.values(), ...new Array<number>(360 - counts.size).fill(0)],
      new Array<number>(360).fill(1),
      'orders',
    )
  })
})

// csjliang/DASR options/train/DASR/train_DASR.yml and dasr/models/DASR_model.py.
describe('degrade/dasr: draws against the published code', () => {
  const N = 4000
  const SIZES = [9, 11, 13, 15, 17, 19, 21]
  let all: Drawn[]

  before(async function () {
    this.timeout(60_000)
    all = await draws('degrade/dasr', N, 5)
  })

  it('takes the levels with their probabilities', () => {
    assertShares(
      ['weak', 'standard', 'severe'].map((level) => countOf(all, new RegExp(`^level/${level}/`))),
      [0.3, 0.3, 0.4],
      'levels',
    )
  })

  for (const { level, stage, sigma, resize, weights, noise, poisson, quality } of [
    {
      level: 'weak/dasr-weak/degraded',
      stage: '',
      sigma: 0.8,
      resize: [0.85, 1.2],
      weights: [0.1, 0.2, 0.7],
      noise: 10,
      poisson: 0.5,
      quality: 90,
    },
    {
      level: 'standard/dasr-standard/degraded',
      stage: '',
      sigma: 1.5,
      resize: [0.5, 1.2],
      weights: [0.3, 0.4, 0.3],
      noise: 20,
      poisson: 1.5,
      quality: 50,
    },
    {
      level: 'severe/dasr-severe',
      stage: '1',
      sigma: 3,
      resize: [0.15, 1.5],
      weights: [0.2, 0.7, 0.1],
      noise: 30,
      poisson: 3,
      quality: 30,
    },
    {
      level: 'severe/dasr-severe',
      stage: '2',
      sigma: 1.5,
      resize: [0.3, 1.2],
      weights: [0.3, 0.4, 0.3],
      noise: 25,
      poisson: 2.5,
      quality: 30,
    },
  ]) {
    it(`draws within the ranges of ${level.split('/')[0]}${stage === '' ? '' : `, stage ${stage}`}`, () => {
      const at = (rest: string): RegExp => new RegExp(`^level/${level}/${rest}`)
      const n = countOf(all, at(`resize${stage}$`))
      const blurred = countOf(all, at(`blur${stage}/`))
      if (stage === '2') assertShare(blurred, n, 0.8, 'second blur')
      else assert.equal(blurred, n)
      assertShare(countOf(all, at(`blur${stage}/blur/iso`)), blurred, 0.65, 'isotropic')
      assertChoice(valuesOf(all, at(`blur${stage}/`), 'kernel_size'), SIZES, 'sizes')
      assertUniform(valuesOf(all, at(`blur${stage}/blur/iso`), 'sigma'), 0.2, sigma, 'sigma')
      for (const name of ['sigma_x', 'sigma_y'])
        assertUniform(valuesOf(all, at(`blur${stage}/`), name), 0.2, sigma, name)
      const factors = valuesOf(all, at(`resize${stage}$`), 'factor')
      const [up, down] = [factors.filter((factor) => factor > 1), factors.filter((factor) => factor < 1)]
      assertShares([up.length, down.length, n - up.length - down.length], weights, 'up, down, keep')
      assertUniform(up, 1, resize[1]!, 'enlarging')
      assertUniform(down, resize[0]!, 1, 'shrinking')
      assertUniform(valuesOf(all, at(`noise${stage}/`), 'sigma'), 1, noise, 'Gaussian noise')
      assertUniform(valuesOf(all, at(`noise${stage}/`), 'scale'), 0.05, poisson, 'Poisson noise')
      assertUniform(
        valuesOf(all, at(stage === '2' ? 'final/.*/diffjpeg' : `jpeg${stage}$`), 'quality'),
        quality,
        95,
        'quality',
      )
      assertChoice(
        stepsOf(all, at(`resize${stage}$`)).map((step) => step.with['mode']),
        MODES,
        'modes',
      )
    })
  }

  it('filters the severe level last, with probability 0.8', () => {
    const severe = countOf(all, /^level\/severe/)
    assertShare(countOf(all, /final\/.*\/sinc-blur/), severe, 0.8, 'final sinc')
    assertChoice(valuesOf(all, /final\/.*\/sinc-blur/, 'kernel_size'), SIZES, 'size of the final sinc')
    assertUniform(valuesOf(all, /final\/.*\/sinc-blur/, 'cutoff'), PI / 3, PI, 'final cutoff')
    assertShare(countOf(all, /final\/jpeg-then-filter/), severe, 0.5, 'order')
  })
})

// MILab-PKU/dcpt and gy65896/OneRestore syn_data.py.
describe('degrade/dcpt-five, dcpt-ten, cdd-11: draws against the published settings', () => {
  const five = ['haze', 'motion-blur', 'noise', 'rain', 'low-light']
  const ten = [...five, 'defocus-blur', 'jpeg', 'snow', 'mosaic', 'lines']

  for (const [model, kinds] of [
    ['dcpt-five', five],
    ['dcpt-ten', ten],
  ] as const) {
    it(`takes each kind of ${model} alike, with its settings`, async () => {
      const all = await draws(`degrade/${model}`, 2000, 6)
      assertChoice(
        all.map(({ record }) => String(record.choices['degraded/degraded'])),
        kinds,
        model,
      )
      assertChoice(valuesOf(all, /haze\/haze$/, 'beta'), [0.04, 0.06, 0.08, 0.1, 0.12, 0.16, 0.2], 'beta')
      assertChoice(valuesOf(all, /haze\/haze$/, 'light'), [0.8, 0.85, 0.9, 0.95, 1], 'light')
      for (const [name, low, high] of [
        ['alpha', 0.9, 1],
        ['beta', 0.5, 1],
        ['gamma', 1.5, 5],
      ] as const)
        assertUniform(valuesOf(all, /low-light\/low-light$/, name), low, high, name)
      assertUniform(valuesOf(all, /rain\/rain$/, 'angle'), 60, 120, 'angle of the rain')
      const sigmas = valuesOf(all, /noise\/gaussian-noise$/, 'sigma')
      if (model === 'dcpt-five') assert.ok(sigmas.every((sigma) => sigma === 25))
      else {
        assertChoice(sigmas, [15, 25, 50], 'sigma')
        assertChoice(valuesOf(all, /lines\/lines$/, 'count'), [5, 6, 7, 8, 9, 10], 'number of lines')
        assertChoice(valuesOf(all, /lines\/lines$/, 'thickness'), [5, 6, 7, 8, 9, 10], 'thickness of lines')
        assert.ok(valuesOf(all, /jpeg\/jpeg$/, 'quality').every((quality) => quality === 50))
      }
    })
  }

  it('takes each mixture of CDD-11 alike, in its order', async () => {
    const all = await draws('degrade/cdd-11', 2200, 6)
    const kinds = [
      ...['low', 'haze', 'rain', 'snow', 'low-haze', 'low-rain', 'low-snow'],
      ...['haze-rain', 'haze-snow', 'low-haze-rain', 'low-haze-snow'],
    ]
    assertChoice(
      all.map(({ record }) => String(record.choices['degraded/mixture'])),
      kinds,
      'mixtures',
    )
    for (const { record, ran } of all) {
      const parts = String(record.choices['degraded/mixture']).split('-')
      const order = ['low', 'rain', 'snow', 'haze'].filter((part) => parts.includes(part))
      assert.deepEqual(
        [...ran.keys()].map((path) => path.split('/').at(-1)),
        ['color', ...order, 'rounded'],
      )
    }
    assertUniform(valuesOf(all, /low$/, 'gamma'), 2, 3, 'gamma')
    assertUniform(
      valuesOf(all, /low$/, 'sigma').map((sigma) => sigma / 255),
      0.03,
      0.08,
      'noise',
    )
    assertUniform(valuesOf(all, /haze$/, 'beta'), 1, 2, 'beta')
    assertUniform(valuesOf(all, /haze$/, 'light'), 0.6, 0.9, 'light')
  })
})

// ifryed/HyperRes, data preparation.
describe('degrade/hyperres-*', () => {
  for (const [task, step, name, levels] of [
    ['noise', 'noisy', 'sigma', [15, 35, 55, 75]],
    ['jpeg', 'coded', 'quality', [10, 30, 50, 80]],
    ['sr', 'small', 'divide', [2, 3, 4, 5]],
  ] as const) {
    it(`takes the shipped levels of ${task} alike, or those that are given`, async () => {
      const all = await draws(`degrade/hyperres-${task}`, 400, 3)
      assertChoice(valuesOf(all, new RegExp(`^${step}$`), name), [...levels], task)
      const one = await draws(`degrade/hyperres-${task}`, 1, 3, { levels: [25] }).catch((error: unknown) => error)
      if (task === 'sr') assert.match(String(error(one)), /out of range/)
      else assert.deepEqual(valuesOf(one as Drawn[], new RegExp(`^${step}$`), name), [25])
    })
  }
})

/** Test image S of the degradation literature notes, 8-bit levels divided by 255. */
function patternS(width: number, height: number): Image {
  const tri = (n: number, p: number): number => Math.abs((n % p) - p / 2)
  return imageOf(
    { width, height, channels: 3 },
    (c, y, x) => (tri(2 * x + y + 60 * c, 256) + tri(x + 3 * y, 128) + (((x * x + y * y) >> 6) & 31) + 16) / 255,
  )
}

describe('published degradation models on an image', () => {
  const models: Record<string, [use: string, params: Record<string, unknown>]> = {
    x4plus: ['degrade/real-esrgan', {}],
    x2plus: ['degrade/real-esrgan-x2plus', {}],
    bsrgan2: ['degrade/bsrgan', { scale: 2 }],
    bsrgan4: ['degrade/bsrgan', { scale: 4 }],
    weak: ['degrade/dasr-weak', {}],
    standard: ['degrade/dasr-standard', {}],
    severe: ['degrade/dasr-severe', {}],
    noise: ['degrade/hyperres-noise', { levels: [1] }],
    sr: ['degrade/hyperres-sr', { levels: [3] }],
    camera: ['degrade/bsrgan', { camera: 1 }],
    cdd: ['degrade/cdd-11', {}],
    five: ['degrade/dcpt-five', {}],
    ten: ['degrade/dcpt-ten', {}],
  }
  /** Models that change no size, so that the input is what results are compared with. */
  const ALONE = ['cdd', 'five', 'ten']
  const results = new Map<string, Image[]>()
  const of = (output: string): Image[] => results.get(output) ?? []

  before(async function () {
    this.timeout(120_000)
    const names = Object.keys(models)
    const prepared = await kintsugi.plan(
      {
        kintsugi: 1,
        axes: { draw: { count: 3 } },
        inputs: { photo: { type: 'image' } },
        nodes: Object.fromEntries(
          Object.entries(models).map(([name, [use, params]]) => [
            name,
            { use, in: 'photo', with: params, along: ['draw'] },
          ]),
        ),
        outputs: Object.fromEntries(
          names.flatMap((name): [string, string][] => [
            [name, name],
            ...(ALONE.includes(name) ? [] : [[`${name}_hq`, `${name}.hq`] as [string, string]]),
          ]),
        ),
      },
      { inputs: { photo: patternS(70, 50) } },
    )
    const { failures } = await kintsugi.run(prepared, {
      jobs: 1,
      receive: (output, _item, value) => void results.set(output, [...of(output), value as Image]),
    })
    for (const { error } of failures) throw error
  })

  it('gives pairs of the sizes that the scale asks for', () => {
    const sizes = (name: string): number[][] => of(name).map(({ width, height }) => [width, height])
    for (const name of ['x4plus', 'weak', 'standard', 'severe'])
      assert.deepEqual(sizes(name), Array(3).fill([17, 12]), name)
    assert.deepEqual(sizes('x2plus'), Array(3).fill([35, 25]))
    for (const scale of [2, 4]) {
      const [width, height] = [70 - (70 % scale), 50 - (50 % scale)]
      assert.ok(sizes(`bsrgan${scale}_hq`).every(([w, h]) => w === width && h === height))
      assert.deepEqual(sizes(`bsrgan${scale}`), Array(3).fill([width / scale, height / scale]))
    }
  })

  it('gives 8-bit levels', () => {
    for (const [name, images] of results) {
      // The noise of DCPT is neither clipped nor rounded.
      if (name.endsWith('_hq') || name === 'five' || name === 'ten') continue
      for (const { data } of images)
        assert.ok(
          data.every((value) => Math.abs(value * 255 - Math.round(value * 255)) < 1e-4),
          name,
        )
    }
  })

  it('truncates the noise of HyperRes: half a level darker in the mean', () => {
    const [image, hq] = [of('noise')[0]!, of('noise_hq')[0]!]
    const inside = [...hq.data.keys()].filter((i) => hq.data[i]! > 0.1 && hq.data[i]! < 0.9)
    const bias = inside.reduce((sum, i) => sum + 255 * (image.data[i]! - hq.data[i]!), 0) / inside.length
    assert.ok(Math.abs(bias + 0.5) < 0.1, `bias ${bias}`)
  })

  it('shrinks and enlarges as OpenCV: known sum and samples of S 50x70 at 3, within one level', () => {
    const { data } = of('sr')[0]!
    const level = (c: number, y: number, x: number): number => Math.round(255 * data[(c * 50 + y) * 70 + x]!)
    const sum = data.reduce((total, value) => total + Math.round(255 * value), 0)
    // OpenCV 4.6 on uint8, whose weights are whole numbers, gives 1209224.
    assert.ok(Math.abs(sum - 1209224) < 0.05 * data.length, `sum ${sum}`)
    for (const [y, x, expected] of [
      [0, 0, [203, 143, 83]],
      [25, 35, [125, 119, 179]],
    ] as const)
      expected.forEach((value, c) => assert.ok(Math.abs(level(c, y, x) - value) <= 1, `${y},${x}: ${level(c, y, x)}`))
  })
})

function error(value: unknown): unknown {
  return value instanceof Error && 'errors' in value ? (value as { errors: unknown[] }).errors[0] : value
}
