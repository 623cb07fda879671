import assert from 'node:assert/strict'
import { assertChoice, assertDistribution, assertShare, assertShares, assertUniform } from './distribution.js'
import { countOf, type Drawn, draws, stepsOf, valuesOf } from './draws.js'

const N = 10_000
const SIZES = [7, 9, 11, 13, 15, 17, 19, 21]
const MODES = ['pytorch-area', 'bilinear', 'bicubic']
const PI = Math.PI

/** Distribution function of an even mixture of two uniform ranges. */
const halves = (a: readonly [number, number], b: readonly [number, number]) => (x: number) => {
  const of = ([low, high]: readonly [number, number]) => Math.min(Math.max((x - low) / (high - low), 0), 1)
  return (of(a) + of(b)) / 2
}

// Marginals as published: xinntao/Real-ESRGAN options/train_realesrgan_x4plus.yml.
describe('degrade/real-esrgan: 10,000 draws against the published marginals', () => {
  let all: Drawn[]

  before(async function () {
    this.timeout(120_000)
    all = await draws('degrade/real-esrgan', N, 12)
    assert.equal(all.length, N)
  })

  for (const { stage, p, sigma, scales, weights, noise, poisson } of [
    { stage: 1, p: 1, sigma: 3, scales: [0.15, 1.5], weights: [0.2, 0.7, 0.1], noise: 30, poisson: 3 },
    { stage: 2, p: 0.8, sigma: 1.5, scales: [0.3, 1.2], weights: [0.3, 0.4, 0.3], noise: 25, poisson: 2.5 },
  ] as const) {
    const blur = (rest = ''): RegExp => new RegExp(`^blur${stage}/blur/${rest}`)

    it(`blurs in stage ${stage}`, () => {
      const blurred = countOf(all, blur())
      if (p === 1) assert.equal(blurred, N)
      else assertShare(blurred, N, p, 'blurred')
      assertShare(countOf(all, blur('sinc')), blurred, 0.1, 'sinc')
      const kernels = ['iso', 'aniso', 'generalized-iso', 'generalized-aniso', 'plateau-iso', 'plateau-aniso']
      assertShares(
        kernels.map((kernel) => countOf(all, blur(`mixture/kernel/${kernel}/`))),
        [0.45, 0.25, 0.12, 0.03, 0.12, 0.03],
        'kernels',
      )
      assertChoice(valuesOf(all, blur('mixture'), 'kernel_size'), SIZES, 'sizes of the mixture')
      assertChoice(valuesOf(all, blur('sinc'), 'kernel_size'), SIZES, 'sizes of the sinc')
      assertUniform(valuesOf(all, blur('sinc/size/small'), 'cutoff'), PI / 3, PI, 'cutoff below size 13')
      assertUniform(valuesOf(all, blur('sinc/size/large'), 'cutoff'), PI / 5, PI, 'cutoff from size 13')
      assertUniform(valuesOf(all, blur('mixture/kernel/[a-z-]*iso/'), 'sigma_x'), 0.2, sigma, 'sigma_x')
      assertUniform(valuesOf(all, blur('mixture/kernel/[a-z-]*iso/'), 'sigma_y'), 0.2, sigma, 'sigma_y')
      for (const kernel of ['iso', 'generalized-iso', 'plateau-iso'])
        assertUniform(valuesOf(all, blur(`mixture/kernel/${kernel}/`), 'sigma'), 0.2, sigma, `sigma of ${kernel}`)
      assertUniform(
        valuesOf(all, blur('mixture/kernel/(generalized-|plateau-)?aniso/'), 'rotation'),
        -PI,
        PI,
        'rotation',
      )
      const shapes = valuesOf(all, blur('mixture/kernel/generalized'), 'beta')
      assertDistribution(shapes, halves([0.5, 1], [1, 4]), 'beta of the generalized Gaussian')
      const flanks = valuesOf(all, blur('mixture/kernel/plateau'), 'beta')
      assertShare(flanks.filter((beta) => beta === 1).length, flanks.length, 0.5, 'plateaus of beta 1')
      assertUniform(
        flanks.filter((beta) => beta !== 1),
        1,
        2,
        'beta of the other plateaus',
      )
    })

    it(`resizes, adds noise and compresses in stage ${stage}`, () => {
      const factors = valuesOf(all, new RegExp(`^resize${stage}$`), 'factor')
      const [smallest, largest] = scales
      const up = factors.filter((factor) => factor > 1)
      const down = factors.filter((factor) => factor < 1)
      assertShares([up.length, down.length, N - up.length - down.length], weights, 'up, down, keep')
      assertUniform(up, 1, largest, 'enlarging')
      assertUniform(down, smallest, 1, 'shrinking')
      assertChoice(
        stepsOf(all, new RegExp(`^resize${stage}$`)).map((step) => step.with['mode']),
        MODES,
        'modes',
      )
      const gaussian = valuesOf(all, new RegExp(`^noise${stage}/gaussian`), 'sigma')
      assertShare(gaussian.length, N, 0.5, 'Gaussian noise')
      assertUniform(gaussian, 1, noise, 'sigma of the noise')
      assertUniform(valuesOf(all, new RegExp(`^noise${stage}/poisson`), 'scale'), 0.05, poisson, 'Poisson scale')
      for (const kind of ['gaussian', 'poisson'])
        assertChoice(
          stepsOf(all, new RegExp(`^noise${stage}/${kind}`)).map((step) => step.with['kind']),
          ['gray', 'color'],
          `gray ${kind} noise`,
          [0.4, 0.6],
        )
    })
  }

  it('compresses and filters last', () => {
    assertUniform(valuesOf(all, /^jpeg1$/, 'quality'), 30, 95, 'first quality')
    for (const [order, share] of [
      ['filter-then-jpeg', 0.5],
      ['jpeg-then-filter', 0.5],
    ] as const) {
      const of = (rest: string): RegExp => new RegExp(`^final/${order}/${rest}`)
      const n = countOf(all, of(''))
      assertShare(n, N, share, order)
      assertUniform(valuesOf(all, of('diffjpeg'), 'quality'), 30, 95, `second quality, ${order}`)
      assertChoice(
        stepsOf(all, of('resize')).map((step) => step.with['mode']),
        MODES,
        `last mode, ${order}`,
      )
      assertShare(countOf(all, of('sinc-blur')), n, 0.8, `final sinc, ${order}`)
      assertChoice(valuesOf(all, of('sinc-blur'), 'kernel_size'), SIZES, `size of the final sinc, ${order}`)
      assertUniform(valuesOf(all, of('sinc-blur'), 'cutoff'), PI / 3, PI, `final cutoff, ${order}`)
    }
    for (const { ran } of all) {
      const order = [...ran.values()].map((step) => step.use.replace('degrade/', ''))
      const last = order.slice(-5).join()
      assert.match(last, /resize,(sinc-blur,)?quantize,diffjpeg,quantize$|diffjpeg,resize,(sinc-blur,)?quantize$/)
    }
  })

  it('draws independently in the two stages', () => {
    const first = all.filter(({ ran }) => [...ran.keys()].some((path) => path.startsWith('noise1/gaussian')))
    assertShare(countOf(first, /^noise2\/gaussian/), first.length, 0.5, 'Gaussian noise twice')
    assertShare(countOf(first, /^final\/filter-then-jpeg/), first.length, 0.5, 'order after Gaussian noise')
  })
})
