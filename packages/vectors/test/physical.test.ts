import assert from 'node:assert/strict'
import { fromPhysical, LEVELS, SLOTS, shiftFromPhysical, toPhysical, unitOf } from '../src/index.js'

const vector = (codec: string, entries: Readonly<Record<string, number>>) => ({
  codec,
  names: [...SLOTS],
  values: SLOTS.map((name) => entries[name] ?? 0),
})

describe('degradation vectors in physical units', () => {
  it('read each entry by the range of its level, and noise by the kind that is told', () => {
    // Ranges of csjliang/DASR options/train/DASR/train_DASR.yml.
    const released = vector('dasr/33-released@1', { 'blur1.sigma_x': 0.5, 'noise1.level': 1, 'noise1.poisson': 1 })
    const at = (level: (typeof LEVELS)[number], name: string) =>
      Number(toPhysical(released, level).values[SLOTS.indexOf(name)]!.toFixed(12))
    assert.deepEqual(
      LEVELS.map((level) => at(level, 'blur1.sigma_x')),
      [0.5, 0.85, 1.6],
    )
    assert.deepEqual(
      LEVELS.map((level) => at(level, 'noise1.level')),
      [0.5, 1.5, 3],
    )
    assert.equal(at('severe', 'noise2.level'), 1)
    assert.equal(at('weak', 'jpeg1.quality'), 90)
    assert.throws(() => toPhysical(released, undefined), { code: 'E_PARAM' })
  })

  it('leave -1 for what is not there, and go back', () => {
    const own = vector('dasr/33@1', { 'blur2.size': -1, 'blur1.size': 3 / 7 })
    const { values } = toPhysical(own, undefined)
    assert.equal(values[4], -1)
    assert.ok(Math.abs(values[0]! - 13) < 1e-12)
    assert.ok(Math.abs(fromPhysical(own, 0, 13, undefined) - 3 / 7) < 1e-12)
    assert.ok(Math.abs(shiftFromPhysical(own, 1, 1.4, undefined) - 0.5) < 1e-12)
    assert.deepEqual(['blur1.size', 'noise2.level', 'last.area'].map(unitOf), ['px', 'of 255, or Poisson scale', ''])
  })
})
