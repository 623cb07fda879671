import assert from 'node:assert/strict'
import type { Image, RandomStream } from '@kintsugi/core'
import { poissonNoise, saltAndPepperNoise, speckleNoise } from '../src/index.js'
import { imageOf, maxDifference, patternA, testContext } from './context.js'
import { goldenAvailable, readArray, readImage } from './golden.js'
import { patternS } from './pattern-s.js'

type Run<D extends { run: (...args: never[]) => unknown }> = Parameters<D['run']>[1]
const poisson = (image: Image, params: Partial<Run<typeof poissonNoise>> = {}, context = testContext(3)) => {
  const all = { scale: 1, kind: 'color', round: false, luma: 'torchvision', clip: true, ...params } as const
  return (poissonNoise.run({ image }, all, context) as { image: Image }).image
}
const impulses = (image: Image, params: Partial<Run<typeof saltAndPepperNoise>> = {}, seed = 3) => {
  const all = { amount: 0.1, salt: 0.5, kind: 'color', ...params } as const
  return (saltAndPepperNoise.run({ image }, all, testContext(seed)) as { image: Image }).image
}
const speckle = (image: Image, params: Partial<Run<typeof speckleNoise>> = {}) => {
  const all = { sigma: 25, kind: 'color', clip: false, ...params } as const
  return (speckleNoise.run({ image }, all, testContext(3)) as { image: Image }).image
}

const flat = (value: number, side = 256) => imageOf({ width: side, height: side, channels: 3 }, () => value)
const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: Float32Array, about: number) =>
  values.reduce((sum, value) => sum + (value - about) ** 2, 0) / values.length

/** A context whose Poisson draws note their means and give their means back, so that the noise is 0. */
function watchedPoisson(means: number[]) {
  const context = testContext()
  const fillPoisson: RandomStream['fillPoisson'] = (out, asked) => {
    means.push(...asked)
    out.set(asked)
  }
  return { ...context, random: { ...context.random, fillPoisson } }
}

describe('degrade/poisson-noise', () => {
  // n = 196608; the variance of a variance of Poisson counts of mean m is (2 m^2 + m) / n.
  for (const [level, photons] of [
    [128, 100],
    [10, 40],
    [200, 5000],
  ] as const) {
    it(`has the moments of Poisson counts at level ${level} with ${photons} photons (4 standard errors)`, () => {
      const counts = poisson(flat(level / 255), { photons, clip: false }).data.map((sample) => sample * photons)
      const m = (level / 255) * photons
      assert.ok(Math.abs(mean(counts) - m) < 4 * Math.sqrt(m / counts.length))
      assert.ok(Math.abs(variance(counts, m) - m) < 4 * Math.sqrt((2 * m * m + m) / counts.length))
      assert.ok(counts.every((count) => Math.abs(count - Math.round(count)) < 1e-3 * photons))
    })
  }

  it('has Poisson probabilities (chi-square at 1 % over counts 0 to 9 of mean 2, and the rest)', () => {
    const photons = 2 * (255 / 51)
    const counts = poisson(flat(0.2), { photons, clip: false }).data.map((sample) => Math.round(sample * photons))
    let [square, probability, rest] = [0, Math.exp(-2), counts.length]
    for (let k = 0; k < 10; k++) {
      const seen = counts.filter((count) => count === k).length
      const expected = probability * counts.length
      square += (seen - expected) ** 2 / expected
      rest -= expected
      probability *= 2 / (k + 1)
    }
    square += (counts.filter((count) => count > 9).length - rest) ** 2 / rest
    assert.ok(square < 23.21, `${square}`)
  })

  it('takes as photons the power of two above the number of distinct levels, of all channels or of the gray level', () => {
    // Distinct levels: S 8x8 113 in colour, 40 in gray; A 16x16 241 and 135.
    for (const [image, color, gray] of [
      [patternS(8, 8), 128, 64],
      [patternA({ width: 16, height: 16, channels: 3 }), 256, 256],
    ] as const) {
      for (const [kind, photons] of [
        ['color', color],
        ['gray', gray],
      ] as const) {
        const means: number[] = []
        poisson(image, { kind, luma: 'opencv' }, watchedPoisson(means))
        const unit = Math.max(...means) / photons
        assert.ok(Math.abs(unit * 255 - Math.round(unit * 255)) < 1e-4 && unit <= 1 && unit > 0.5, `${kind} ${unit}`)
      }
    }
    const means: number[] = []
    poisson(flat(0.4, 4), {}, watchedPoisson(means))
    assert.ok(Math.abs(means[0]! - 0.4) < 1e-6)
  })

  it('adds the noise of the rounded image to the image as it is, unless that is rounded too', () => {
    const image = flat(100.3 / 255, 16)
    const context = () => watchedPoisson([])
    assert.deepEqual(poisson(image, {}, context()).data, image.data)
    assert.ok(maxDifference(poisson(image, { round: true }, context()).data, flat(100 / 255, 16).data) < 1e-7)
    assert.ok(
      maxDifference(poisson(image, { round: true, kind: 'gray' }, context()).data, flat(100 / 255, 16).data) < 1e-7,
    )
  })

  it('adds the same to all channels when gray, and scales with `scale`', () => {
    const { data } = poisson(flat(0.5, 16), { kind: 'gray', photons: 50, clip: false })
    assert.deepEqual(data.subarray(0, 256), data.subarray(256, 512))
    const weak = poisson(flat(0.5, 16), { scale: 0.25, photons: 50, clip: false }).data
    const strong = poisson(flat(0.5, 16), { scale: 1, photons: 50, clip: false }).data
    assert.ok(
      maxDifference(
        weak.map((sample) => (sample - 0.5) * 4),
        strong.map((sample) => sample - 0.5),
      ) < 1e-6,
    )
  })

  it('leaves alpha alone, keeps the metadata, clips, and repeats with its key', () => {
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 7, height: 5, channels: 3, alpha: true, metadata }, () => 0.98)
    const noisy = poisson(image, { photons: 10 })
    assert.deepEqual(noisy.alpha, image.alpha)
    assert.deepEqual(noisy.metadata, metadata)
    assert.ok(Math.max(...noisy.data) <= 1)
    assert.deepEqual(poisson(image, { photons: 10 }).data, noisy.data)
    assert.notDeepEqual(poisson(image, { photons: 10 }, testContext(4)).data, noisy.data)
  })

  it('equals add_poisson_noise_pt of BasicSR to 1e-6 when given its counts, and asks for its means', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    for (const scale of [1, 2.5]) {
      for (const kind of ['color', 'gray'] as const) {
        const name = `noise/poisson_${scale === 1 ? '1p0' : '2p5'}_${kind}`
        const counts = readArray(`${name}.count.npy`).data
        const rates = readArray(`${name}.rate.npy`).data
        const context = testContext()
        let from = 0
        const fillPoisson: RandomStream['fillPoisson'] = (out, means) => {
          assert.ok(maxDifference(means, rates.subarray(from, from + out.length)) < 1e-4, name)
          out.set(counts.subarray(from, (from += out.length)))
        }
        const random = { ...context.random, fillPoisson }
        const noisy = poisson(readImage('noise/input.npy'), { scale, kind }, { ...context, random })
        assert.ok(maxDifference(noisy.data, readImage(`${name}.npy`).data) < 1e-6, name)
      }
    }
  })
})

describe('degrade/salt-and-pepper-noise', () => {
  it('replaces the stated shares of samples by white and black (n = 196608, 4 standard errors)', () => {
    const { data } = impulses(flat(0.5), { amount: 0.17, salt: 0.3 })
    const share = (value: number) => data.filter((sample) => sample === value).length / data.length
    const bound = (p: number) => 4 * Math.sqrt((p * (1 - p)) / data.length)
    for (const [value, p] of [
      [1, 0.17 * 0.3],
      [0, 0.17 * 0.7],
      [0.5, 0.83],
    ] as const) {
      assert.ok(Math.abs(share(value) - p) < bound(p), `${value}: ${share(value)}`)
    }
  })

  it('takes samples one by one, or whole pixels', () => {
    const replaced = (image: Image, c: number) =>
      image.data.subarray(c * 4096, (c + 1) * 4096).map((v) => (v === 0.5 ? 0 : 1))
    const color = impulses(flat(0.5, 64))
    assert.notDeepEqual(replaced(color, 0), replaced(color, 1))
    const gray = impulses(flat(0.5, 64), { kind: 'gray' })
    assert.deepEqual(gray.data.subarray(0, 4096), gray.data.subarray(4096, 8192))
  })

  it('replaces all that a smaller amount does, all at amount 1 and nothing at 0', () => {
    const less = impulses(flat(0.5, 64), { amount: 0.05, salt: 1 }).data
    const more = impulses(flat(0.5, 64), { amount: 0.2, salt: 1 }).data
    assert.ok(less.every((sample, i) => sample === 0.5 || more[i] === 1))
    assert.deepEqual(impulses(flat(0.5, 16), { amount: 0 }).data, flat(0.5, 16).data)
    assert.ok(impulses(flat(0.5, 16), { amount: 1 }).data.every((sample) => sample === 0 || sample === 1))
  })

  it('leaves alpha alone and keeps the metadata', () => {
    const metadata = { bitDepth: 16 } as const
    const image = imageOf({ width: 7, height: 5, channels: 3, alpha: true, metadata }, () => 0.4)
    const noisy = impulses(image)
    assert.deepEqual(noisy.alpha, image.alpha)
    assert.deepEqual(noisy.metadata, metadata)
  })
})

describe('degrade/speckle-noise', () => {
  it('has a deviation that grows with the sample (n = 196608, 4 standard errors)', () => {
    for (const value of [0.1, 0.5, 0.9]) {
      const { data } = speckle(flat(value), { sigma: 51 })
      const expected = (0.2 * value) ** 2
      assert.ok(Math.abs(variance(data, value) / expected - 1) < 4 * Math.sqrt(2 / data.length), `${value}`)
    }
  })

  it('leaves black as it is, clips when asked, and draws one value per pixel when gray', () => {
    assert.deepEqual(speckle(flat(0, 16)).data, flat(0, 16).data)
    assert.equal(Math.max(...speckle(flat(1, 16), { sigma: 60, clip: true }).data), 1)
    const { data } = speckle(flat(0.5, 16), { kind: 'gray' })
    assert.deepEqual(data.subarray(0, 256), data.subarray(512))
  })
})
