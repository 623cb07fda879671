import assert from 'node:assert/strict'
import { KintsugiError } from '../src/errors/error.js'
import { createStream } from '../src/random/generator.js'
import { type RandomKeyParts, randomKey } from '../src/random/key.js'
import { inverseNormal } from '../src/random/normal.js'
import { logFactorial, samplePoisson } from '../src/random/poisson.js'

function keyOf(...words: number[]): Uint8Array {
  const key = new Uint8Array(16)
  const view = new DataView(key.buffer)
  words.forEach((word, i) => view.setUint32(4 * i, word, true))
  return key
}

const streamOf = (purpose: string) => createStream(randomKey({ seed: 1, stream: 'test', purpose, keys: {} }))

const hasCode = (code: string) => (error: unknown) => error instanceof KintsugiError && error.code === code

/** Chi-square over bins merged until each expects 20 draws, as a standard score by Wilson and Hilferty. */
function chiSquareScore(counts: readonly number[], expected: readonly number[]): number {
  let square = 0
  let bins = 0
  let seen = 0
  let due = 0
  const close = () => {
    square += (seen - due) ** 2 / due
    bins++
    seen = due = 0
  }
  expected.forEach((e, i) => {
    seen += counts[i] ?? 0
    due += e
    if (due >= 20) close()
  })
  const degrees = bins - 1
  return (Math.cbrt(square / degrees) - (1 - 2 / (9 * degrees))) / Math.sqrt(2 / (9 * degrees))
}

describe('random: generator', () => {
  it('gives the outputs of the reference C code of xoshiro128++', () => {
    const known: [number[], number[], number][] = [
      [
        [1, 2, 3, 4],
        [641, 1573767, 3222811527, 3517856514, 836907274, 4247214768, 3867114732, 1355841295, 495546011, 621204420],
        3100914457,
      ],
      [
        [0xffffffff, 0x80000000, 0xdeadbeef, 0x12345678],
        [
          439040904, 2911024527, 2571386563, 4244104324, 2669946573, 980123660, 4097863969, 382241562, 276213307,
          1955537679,
        ],
        3916521844,
      ],
    ]
    for (const [words, first, after] of known) {
      const stream = createStream(keyOf(...words))
      assert.deepEqual(
        first.map(() => stream.uint32()),
        first,
      )
      for (let i = first.length; i < 1_000_000; i++) stream.uint32()
      assert.equal(stream.uint32(), after)
    }
  })

  it('starts the all-zero key from (1, 0, 0, 0)', () => {
    const stream = createStream(new Uint8Array(16))
    assert.deepEqual(
      [129, 129, 262144, 537397377].map(() => stream.uint32()),
      [129, 129, 262144, 537397377],
    )
  })

  it('refuses a key that is not 16 bytes', () => {
    assert.throws(() => createStream(new Uint8Array(32)), hasCode('E_PARAM'))
  })

  it('reads a key inside a larger buffer', () => {
    const wide = new Uint8Array(24)
    wide.set(keyOf(1, 2, 3, 4), 3)
    assert.equal(createStream(wide.subarray(3, 19)).uint32(), 641)
  })
})

describe('random: samplers', () => {
  it('makes a uniform of the upper 27 and 26 bits of two outputs', () => {
    const stream = createStream(keyOf(0xffffffff, 0x80000000, 0xdeadbeef, 0x12345678))
    const bits = (BigInt(439040904 >>> 5) << 26n) | BigInt(2911024527 >>> 6)
    assert.equal(stream.uniform(), Number(bits) / 2 ** 53)
  })

  it('spreads uniforms evenly', () => {
    const stream = streamOf('uniform')
    const counts = new Array<number>(100).fill(0)
    for (let i = 0; i < 200_000; i++) counts[Math.floor(stream.uniform() * 100)]!++
    assert.ok(
      Math.abs(
        chiSquareScore(
          counts,
          counts.map(() => 2000),
        ),
      ) < 3,
    )
  })

  it('inverts the normal distribution (40-digit arithmetic, 1e-15 relative)', () => {
    const known: [number, number][] = [
      [2 ** -53, -8.209536151601387],
      [1e-12, -7.034483825301132],
      [1.3e-11, -6.667611456510741],
      [1.4e-11, -6.656723091518184],
      [0.0001, -3.7190164854556804],
      [0.07499, -1.4396021182393162],
      [0.1, -1.2815515655446004],
      [0.25, -0.6744897501960817],
      [0.4, -0.2533471031357997],
      [0.75, 0.6744897501960817],
      [0.9251, 1.440238267527964],
      [0.999999, 4.753424308817087],
      [1 - 2 ** -53, 8.209536151601387],
      [1e-100, -21.273453560965326],
    ]
    for (const [p, z] of known) assert.ok(Math.abs(inverseNormal(p) / z - 1) < 1e-15, `${p}: ${inverseNormal(p)}`)
    assert.equal(inverseNormal(0.5), 0)
  })

  it('draws normals with the moments of the normal distribution, two outputs each', () => {
    const stream = streamOf('normal')
    const n = 400_000
    const sums = [0, 0, 0, 0]
    for (let i = 0; i < n; i++) {
      const z = stream.normal()
      sums.forEach((_, k) => (sums[k]! += z ** (k + 1)))
    }
    const bound = (variance: number) => 4 * Math.sqrt(variance / n)
    assert.ok(Math.abs(sums[0]! / n) < bound(1))
    assert.ok(Math.abs(sums[1]! / n - 1) < bound(2))
    assert.ok(Math.abs(sums[2]! / n) < bound(15))
    assert.ok(Math.abs(sums[3]! / n - 3) < bound(96))
    const [a, b] = [streamOf('x'), streamOf('x')]
    a.normal()
    b.uint32()
    b.uint32()
    assert.equal(a.uint32(), b.uint32())
  })

  for (const mean of [0.01, 0.7, 4, 9.999, 10, 12.5, 60, 1000, 250_000])
    it(`draws Poisson numbers of mean ${mean} with their probabilities`, () => {
      const stream = streamOf(`poisson ${mean}`)
      const n = 100_000
      const counts: number[] = []
      for (let i = 0; i < n; i++) {
        const k = stream.poisson(mean)
        counts[k] = (counts[k] ?? 0) + 1
      }
      const top = Math.ceil(mean + 12 * Math.sqrt(mean) + 12)
      const expected = Array.from({ length: top }, (_, k) => n * Math.exp(k * Math.log(mean) - mean - logFactorial(k)))
      const score = chiSquareScore(counts, expected)
      assert.ok(Math.abs(score) < 3.3, `standard score ${score}`)
    })

  it('fills arrays with what single draws give, bit for bit, and goes on from there', () => {
    // Lengths around the block that is drawn at once; Poisson means on both sides of 10, recurring and not.
    for (const length of [0, 1, 1023, 1024, 2500]) {
      const [bulk, single] = [streamOf('fill'), streamOf('fill')]
      const means = Float64Array.from({ length }, (_, i) => (i % 7 === 0 ? 0 : (i * 0.37) % (i % 2 === 0 ? 25 : 9)))
      const filled = [new Float64Array(length), new Float64Array(length), new Float64Array(length)]
      bulk.fillNormal(filled[0]!, 2, 0.5)
      bulk.fillUniform(filled[1]!)
      bulk.fillPoisson(filled[2]!, means)
      assert.deepEqual(
        filled[0],
        means.map(() => 2 + 0.5 * single.normal()),
      )
      assert.deepEqual(
        filled[1],
        means.map(() => single.uniform()),
      )
      assert.deepEqual(
        filled[2],
        means.map((mean) => single.poisson(mean)),
      )
      assert.equal(bulk.uint32(), single.uint32())
    }
    const samples = new Float32Array(5000)
    streamOf('single precision').fillNormal(samples)
    const source = streamOf('single precision')
    assert.ok(samples.every((sample) => sample === Math.fround(source.normal())))
  })

  it('inverts the Poisson distribution function in double precision, also where a uniform is next to a step of it', () => {
    // The smallest number of which the probabilities up to it, added from 0 on, exceed the uniform.
    const inverse = (uniform: number, mean: number) => {
      let [rest, probability, count] = [uniform, Math.exp(-mean), 0]
      while (rest >= probability && (probability > 8e-19 || count < mean)) {
        rest -= probability
        count++
        probability *= mean / count
      }
      return count
    }
    const stream = streamOf('inversion')
    for (let i = 0; i < 2000; i++) {
      const drawn = i === 0 ? 1e-300 : i < 500 ? stream.uniform() ** 4 : 10 * stream.uniform()
      // Also such as are tabulated.
      const mean = i % 4 === 1 ? Math.ceil(64 * drawn) / 64 : drawn
      if (mean === 10) continue
      let [sum, probability] = [0, Math.exp(-mean)]
      const uniforms = [0, stream.uniform(), 1 - 2 ** -53]
      for (let count = 0; count < 40; count++) {
        sum += probability
        probability *= mean / (count + 1)
        uniforms.push(sum, sum - 2 ** -52, sum + 2 ** -52, sum + 1e-12, sum - 1e-12)
      }
      for (const uniform of uniforms.filter((value) => value >= 0 && value < 1))
        assert.equal(samplePoisson({ uniform: () => uniform }, mean), inverse(uniform, mean), `${uniform}, ${mean}`)
    }
  })

  it('gives 0 for a Poisson mean of 0 and refuses means it cannot draw', () => {
    const stream = streamOf('edge')
    assert.equal(stream.poisson(0), 0)
    for (const mean of [-1, NaN, Infinity, 2e9]) {
      assert.throws(() => stream.poisson(mean), hasCode('E_PARAM'))
      assert.throws(() => stream.fillPoisson(new Float32Array(1), Float64Array.of(mean)), hasCode('E_PARAM'))
    }
  })

  it('knows ln(n!) to 1e-14 relative', () => {
    const known: [number, number][] = [
      [0, 0],
      [5, 4.787491742782046],
      [15, 27.89927138384089],
      [16, 30.671860106080672],
      [20, 42.335616460753485],
      [170, 706.5730622457874],
      [1e6, 12815518.384658169],
    ]
    for (const [n, log] of known) assert.ok(Math.abs(logFactorial(n) - log) <= 1e-14 * log, `${n}: ${logFactorial(n)}`)
  })

  it('draws integers without bias, both ends included', () => {
    const stream = streamOf('integer')
    const counts = new Array<number>(7).fill(0)
    for (let i = 0; i < 70_000; i++) counts[stream.integer(-3, 3) + 3]!++
    assert.ok(
      Math.abs(
        chiSquareScore(
          counts,
          counts.map(() => 10_000),
        ),
      ) < 3,
    )
    // A range of 3 * 2^30: a plain remainder would give the lower third twice as often.
    const thirds = [0, 0, 0]
    for (let i = 0; i < 30_000; i++) thirds[Math.floor(stream.integer(0, 3 * 2 ** 30 - 1) / 2 ** 30)]!++
    assert.ok(Math.abs(chiSquareScore(thirds, [10_000, 10_000, 10_000])) < 3)
    assert.equal(stream.integer(5, 5), 5)
    const wide = Array.from({ length: 1000 }, () => stream.integer(0, Number.MAX_SAFE_INTEGER))
    assert.ok(wide.some((k) => k > 2 ** 52) && wide.every(Number.isSafeInteger))
  })

  it('refuses ranges that are not ranges of integers', () => {
    const stream = streamOf('range')
    for (const [low, high] of [
      [2, 1],
      [0.5, 2],
      [0, Infinity],
      [-(2 ** 53) + 1, 2],
    ] as const)
      assert.throws(() => stream.integer(low, high), hasCode('E_PARAM'))
  })
})

describe('random: keys', () => {
  it('hash the canonical text', () => {
    const key = randomKey({ seed: 7, stream: 'noisy', purpose: 'with.sigma', keys: { sigma: '15', photo: 'cat' } })
    // printf '%s' '["kintsugi/key@1",7,"noisy","with.sigma",[["photo","cat"],["sigma","15"]]]' | sha256sum
    assert.equal(Buffer.from(key).toString('hex'), '405ee812e6b3dd6afe4b84cccb3258e7')
  })

  it('do not depend on the order of axes, which is by code point', () => {
    const parts = { seed: 's', stream: 'n', purpose: 'run' }
    const forward = randomKey({ ...parts, keys: { '\u{1F600}': '1', '\uFF5E': '2', a: '3' } })
    const backward = randomKey({ ...parts, keys: { a: '3', '\uFF5E': '2', '\u{1F600}': '1' } })
    assert.deepEqual(forward, backward)
  })

  it('differ wherever their parts differ', () => {
    const base = { seed: 7, stream: 'a', purpose: 'run', keys: { a: '1', b: '2' } }
    const others: RandomKeyParts[] = [
      base,
      { ...base, keys: { a: '1,b=2' } },
      { ...base, keys: { a: '1"],["b","2' } },
      { ...base, keys: { a: '2', b: '1' } },
      { ...base, keys: { b: '2' } },
      { ...base, keys: {} },
      { ...base, seed: '7' },
      { ...base, seed: 8 },
      { ...base, stream: 'a","run' },
      { ...base, stream: 'ar', purpose: 'un' },
      { ...base, purpose: 'when' },
      { ...base, keys: { a: '1', b: '\ud800' } },
      { ...base, keys: { a: '1', b: '\ud801' } },
      { ...base, keys: { a: '1', b: '\ufffd' } },
    ]
    const keys = new Set(others.map((parts) => Buffer.from(randomKey(parts)).toString('hex')))
    assert.equal(keys.size, others.length)
  })

  it('refuse a seed that is not finite', () => {
    assert.throws(() => randomKey({ seed: NaN, stream: '', purpose: '', keys: {} }), hasCode('E_PARAM'))
  })
})
