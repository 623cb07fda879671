import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { type LineageRecord, type RecordStep, type Vector } from '@kintsugi/core'
import type { Level } from '@kintsugi/vectors'
import { decode, encode } from '../src/index.js'
import { maxDifference, testContext } from './context.js'
import { draws } from './draws.js'
import { goldenAvailable } from './golden.js'

type Codec = 'dasr/33@1' | 'dasr/33-released@1'

const encoded = (record: LineageRecord, codec: Codec, level?: Level): Vector =>
  (encode.run({ record }, { codec, ...(level === undefined ? {} : { level }) }, testContext()) as { vector: Vector })
    .vector
const decoded = (vector: Vector, level?: Level): LineageRecord =>
  (
    decode.run({ vector }, { scale: 4, sharpen: true, ...(level === undefined ? {} : { level }) }, testContext()) as {
      record: LineageRecord
    }
  ).record

/** A record of steps in this order; those marked `-` were left out. */
function recordOf(steps: readonly (readonly [use: string, params: Record<string, unknown>])[]): LineageRecord {
  const entries = steps.map(([use, params], i): [string, RecordStep] => [
    `${i}`,
    { use: `degrade/${use.replace('-!', '')}`, with: params, ran: !use.endsWith('-!') },
  ])
  return { record: 1, result: 'x.image', sources: {}, steps: Object.fromEntries(entries), choices: {} }
}

describe('the 33 numbers of DASR', () => {
  // Worked example of the severe level, from the slots of csjliang/DASR dasr/models/DASR_model.py.
  const severe = recordOf([
    ['usm-sharpen', {}],
    ['gaussian-blur', { kernel_size: 13, sigma: 1, sigma_x: 1.2, sigma_y: 0.6, rotation: Math.PI / 4 }],
    ['resize', { factor: 0.8, mode: 'bilinear' }],
    ['gaussian-noise', { sigma: 12, kind: 'color' }],
    ['diffjpeg', { quality: 60 }],
    ['gaussian-blur', { kernel_size: 9, sigma: 0.5, rotation: 0 }],
    ['resize', { factor: 1, divide: 4, mode: 'pytorch-area' }],
    ['poisson-noise', { scale: 0.7, kind: 'gray' }],
    ['diffjpeg', { quality: 80 }],
    ['resize', { divide: 4, factor: 1, mode: 'bicubic' }],
    ['sinc-blur-!', { kernel_size: 11, cutoff: 2 }],
    ['quantize', {}],
  ])

  it('are those of the released code, the quirks included', () => {
    // biome-ignore format: slots in groups
    const expected = [
      0.42857143, 0.35714286, 0.14285714, 0.625, 0.14285714, 0.23076923, 0.23076923, 0.5, -0.5, 1, 0.48148148, 0, 1, 0,
      0.77777778, 1, 0, 0, 0.37931034, 0, 1, 0, 0.26530612, 1, 0, 1, 0.46153846, 0.76923077, 0, 1, 0, 0, 1,
    ]
    assert.ok(maxDifference(encoded(severe, 'dasr/33-released@1', 'severe').values, expected) < 1e-8)
  })

  it('have one range for each slot, and -1 for what is not there, in the own codec', () => {
    const { values, names } = encoded(severe, 'dasr/33@1')
    const at = (name: string): number => values[names.indexOf(name)]!
    assert.equal(at('sinc.size'), -1)
    assert.equal(at('sinc.cutoff'), -1)
    assert.ok(Math.abs(at('resize2.factor') - 0.85 / 1.35) < 1e-12)
    assert.ok(Math.abs(at('blur2.sigma_x') - 0.3 / 2.8) < 1e-12)
    assert.ok(Math.abs(at('noise2.level') - 0.65 / 2.95) < 1e-12)
    const skipped = structuredClone(severe)
    ;(skipped.steps['5'] as { ran: boolean }).ran = false
    const off = encoded(skipped, 'dasr/33@1').values.slice(4, 8)
    assert.deepEqual(off, [-1, -1, -1, -1])
  })

  it('come back from what they decode to, for every draw of degrade/dasr', async () => {
    const all = await draws('degrade/dasr', 100, 8)
    const levels = new Set<string>()
    for (const { record } of all) {
      const level = Object.values(record.choices).find((choice) =>
        ['weak', 'standard', 'severe'].includes(String(choice)),
      ) as Level
      levels.add(level)
      for (const codec of ['dasr/33@1', 'dasr/33-released@1'] as const) {
        const vector = encoded(record, codec)
        assert.ok(
          codec === 'dasr/33-released@1' || vector.values.every((value) => value === -1 || (value >= 0 && value <= 1)),
        )
        const again = encoded(decoded(vector, level), codec, level)
        assert.ok(maxDifference(again.values, vector.values) < 1e-12, `${codec} ${level}`)
      }
      // The same physical numbers in the same steps, from the own codec.
      const physical = (one: LineageRecord): unknown[] =>
        Object.values(one.steps)
          .filter(({ ran }) => ran)
          .map(({ use, with: { quality, scale, kernel_size, cutoff, mode } }) => [
            use,
            quality,
            scale,
            kernel_size,
            cutoff,
            mode,
          ])
      const [before, after] = [physical(record), physical(decoded(encoded(record, 'dasr/33@1')))] as [
        unknown[][],
        unknown[][],
      ]
      assert.deepEqual(
        after.map(([use]) => use),
        before.map(([use]) => use),
      )
      before.forEach((step, i) =>
        step.forEach((value, j) => {
          const other = after[i]![j]
          // A decoded record leaves defaults out.
          if (other === undefined) return
          if (typeof value === 'number')
            assert.ok(Math.abs(value - (other as number)) < 1e-9, `${String(step[0])}: ${value}`)
          else assert.equal(other, value)
        }),
      )
    }
    assert.equal(levels.size, 3)
  }).timeout(20_000)

  it('decode as far as they can where a network has guessed them', () => {
    const vector = encoded(severe, 'dasr/33@1')
    const guessed = { ...vector, values: vector.values.map((value, i) => value + (i % 2 === 0 ? 0.03 : -0.03)) }
    const steps = Object.values(decoded(guessed).steps)
    assert.deepEqual(
      steps.map(({ use }) => use.slice(8)),
      [
        'usm-sharpen',
        'gaussian-blur',
        'resize',
        'gaussian-noise',
        'diffjpeg',
        'gaussian-blur',
        'resize',
        'poisson-noise',
        'diffjpeg',
        'resize',
        'quantize',
      ],
    )
    assert.equal(steps[1]!.with['kernel_size'], 13)
  })

  it('refuse what they have no numbers for, and other vectors', () => {
    const plateau = recordOf([
      ['plateau-blur', { kernel_size: 9, sigma: 1 }],
      ['resize', { factor: 1, mode: 'bicubic' }],
      ['gaussian-noise', { sigma: 1, kind: 'gray' }],
    ])
    assert.throws(() => encoded(plateau, 'dasr/33@1'), /blurs by degrade\/plateau-blur/)
    assert.throws(() => encoded(recordOf([['webp', { quality: 50 }]]), 'dasr/33@1'), /its step 1 is degrade\/webp/)
    assert.throws(() => encoded(severe, 'dasr/33-released@1'), /ranges of a level/)
    assert.throws(() => decoded({ codec: 'mine@1', names: [], values: [] }), /no description of a degradation/)
    assert.throws(() => decoded({ ...encoded(severe, 'dasr/33@1'), values: [1] }), /no description of a degradation/)
  })

  it('equal the labels that the released code stores', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    interface Kernel {
      kernel_size: number
      sigma_x: number
      sigma_y: number
      rotation: number
    }
    interface Stored {
      kernelInfo: { kernel1: Kernel; kernel2?: Kernel; sinc?: { kernel_size: number; omega_c: number } }
      steps: {
        op: string
        scale_factor?: number
        size?: [number, number]
        mode?: string
        sigma?: number
        scale?: number
        gray?: boolean
        quality?: number
        kernel?: object
        drawnScale?: number
      }[]
      degradationVector: number[]
    }
    for (const [name, level] of [
      ['weak', 'weak'],
      ['standard', 'standard'],
      ['severe-a', 'severe'],
      ['severe-b', 'severe'],
    ] as const) {
      const {
        kernelInfo,
        steps,
        degradationVector: expected,
      } = JSON.parse(
        readFileSync(
          new URL(`../../../../shared/golden/degrade/dasr-pipeline/${name}/case.json`, import.meta.url),
          'utf8',
        ),
      ) as Stored
      const blur = (
        { kernel_size, sigma_x, sigma_y, rotation }: Kernel,
        ran: boolean,
      ): [string, Record<string, unknown>] => [
        `gaussian-blur${ran ? '' : '-!'}`,
        { kernel_size, sigma: 1, sigma_x, sigma_y, rotation },
      ]
      const two = level === 'severe'
      const made: [string, Record<string, unknown>][] = [blur(kernelInfo.kernel1, true)]
      let resizes = 0
      let jpegs = 0
      for (const { op, scale_factor: factor, mode, sigma, scale, gray, quality } of steps) {
        if (op === 'interpolate') {
          resizes++
          // The factor of the second resize shows in its size alone; it is taken back from the label.
          const drawn = two && resizes === 2 ? 0.3 + expected[14]! * 0.9 : factor
          made.push(['resize', { factor: drawn ?? 1, mode: mode === 'area' ? 'pytorch-area' : mode }])
        } else if (op === 'gaussian') made.push(['gaussian-noise', { sigma, kind: gray === true ? 'gray' : 'color' }])
        else if (op === 'poisson') made.push(['poisson-noise', { scale, kind: gray === true ? 'gray' : 'color' }])
        else if (op === 'jpeg') {
          made.push(['diffjpeg', { quality }])
          jpegs++
          const blurred = expected[9] === 1
          if (two && jpegs === 1) made.push(blur(kernelInfo.kernel2!, blurred))
        }
      }
      if (kernelInfo.sinc !== undefined) {
        const last = made.findLastIndex(([use]) => use === 'resize')
        made.splice(last + 1, 0, [
          'sinc-blur',
          { kernel_size: kernelInfo.sinc.kernel_size, cutoff: kernelInfo.sinc.omega_c },
        ])
      }
      const { values } = encoded(recordOf(made), 'dasr/33-released@1', level)
      assert.ok(maxDifference(values, expected) < 1e-6, `${name}: ${values.join()} ${expected.join()}`)
    }
  })
})
