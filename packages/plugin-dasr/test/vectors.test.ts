import assert from 'node:assert/strict'
import type { Table, Vector } from '@kintsugi/core'
import { SLOTS } from '@kintsugi/vectors'
import { NodeRun } from '../../plugin-hypernet/test/node-run.js'
import plugin, { adjust, compare } from '../src/index.js'

const vector = (codec: string, value: number): Vector => ({ codec, names: [...SLOTS], values: SLOTS.map(() => value) })
const at = ({ values }: Vector, name: string): number => values[SLOTS.indexOf(name)]!

describe('degradations of DASR', () => {
  const { context } = new NodeRun(plugin)
  const change = (settings: object, from = vector('dasr/33-released@1', 0.5)) =>
    adjust.run({ vector: from }, { set: {}, add: {}, unit: 'codec', level: 'severe', ...settings }, context) as {
      vector: Vector
      changes: Table
    }

  it('are adjusted by name, keeping the predicted value beside the used one', () => {
    const { vector: used, changes } = change({ set: { 'jpeg1.quality': 0.2 }, add: { 'jpeg1.quality': 0.1 } })
    assert.ok(Math.abs(at(used, 'jpeg1.quality') - 0.3) < 1e-12)
    assert.equal(used.values.filter((value) => value !== 0.5).length, 1)
    assert.deepEqual(changes.columns, ['entry', 'predicted', 'used', 'predicted_physical', 'used_physical'])
    const [row] = changes.rows
    assert.deepEqual([row![0], row![1], row![3]], ['jpeg1.quality', 0.5, 62.5])
    assert.ok(Math.abs(Number(row![4]) - 49.5) < 1e-9)
    assert.deepEqual(change({}).vector, vector('dasr/33-released@1', 0.5))
  })

  it('are adjusted in physical units by the ranges of the level', () => {
    const settings = { unit: 'physical', set: { 'blur1.sigma_x': 0.8 }, add: { 'blur2.sigma_x': 0.13 } }
    const weak = change({ ...settings, level: 'weak' }).vector
    assert.ok(Math.abs(at(weak, 'blur1.sigma_x') - 1) < 1e-12)
    assert.ok(Math.abs(at(weak, 'blur2.sigma_x') - 0.6) < 1e-12)
    const severe = change(settings).vector
    assert.ok(Math.abs(at(severe, 'blur1.sigma_x') - 0.6 / 2.8) < 1e-12)
  })

  it('have no other entries, and no other codec', () => {
    assert.throws(() => change({ set: { 'blur1.sigma': 1 } }), { code: 'E_PARAM', fix: /blur1\.sigma_/ })
    assert.throws(() => change({}, { codec: 'x@1', names: ['a'], values: [1] }), {
      code: 'E_PARAM',
      found: 'codec x@1',
    })
  })

  it('are compared entry by entry, of one codec alone', () => {
    const truth = vector('dasr/33@1', 0.5)
    const estimate = { ...truth, values: truth.values.map((value, i) => value + (i === 26 ? 0.33 : 0)) }
    const { table, error } = compare.run({ estimate, truth }, { level: 'severe' }, context) as {
      table: Table
      error: number
    }
    assert.ok(Math.abs(error - 0.01) < 1e-12)
    const row = table.rows.find(([entry]) => entry === 'jpeg1.quality')!
    assert.deepEqual(row.slice(4, 6), ['JPEG quality', 62.5])
    assert.ok(Math.abs(Number(row[6]) - (62.5 + 0.33 * 65)) < 1e-9)
    const released = vector('dasr/33-released@1', 0.5)
    assert.throws(() => compare.run({ estimate: released, truth }, { level: 'severe' }, context), {
      code: 'E_PARAM',
      found: 'dasr/33-released@1',
    })
  })
})
