import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import type { LineageRecord } from '../../src/index.js'
import { Workshop } from './workshop.js'

describe('run: records of values that are not there', function () {
  this.timeout(120_000)
  let shop: Workshop
  beforeEach(async () => {
    shop = new Workshop()
    await shop.photo('photos/a.png', 0)
  })
  afterEach(() => shop.remove())

  /** `soft` cannot be identified at v = -5: the blur takes no such strength, which shows when the value is there. */
  const pipeline = (rest: string): string => `
kintsugi: 1
axes: { v: [1, -5] }
inputs:
  photo: { type: image, default: photos/a.png }
nodes:
  strength: { use: core/value, with: { value: { $axis: v } } }
  sharp: { use: core/mod-crop, in: photo, with: { multiple: 4 } }
  soft: { use: degrade/gaussian-blur, in: sharp, with: { sigma: { $from: strength } } }
${rest}`
  const record = (path: string): LineageRecord =>
    JSON.parse(readFileSync(shop.path('out', path), 'utf8')) as LineageRecord

  for (const [what, nodes] of [
    ['a step that cannot be identified', '  last: { use: core/mod-crop, in: soft, with: { multiple: 2 } }'],
    ['a gate that is open', '  last: { use: core/mod-crop, in: soft, with: { multiple: 2 }, when: true }'],
    ['a branch that is taken', "  last: { select: { by: strength, cases: { '1': sharp }, default: soft } }"],
  ] as const) {
    it(`${what} leaves the value without a record, for the same reason`, async () => {
      shop.write('p.yaml', pipeline(`${nodes}\noutputs:\n  record: { from: last.$record, save: '{v}.json' }\n`))
      const { result } = await shop.run('p.yaml', { keepGoing: true })
      assert.deepEqual(
        result.failures.map(({ output, item, error }) => [output, item['v'], error.code]),
        [['record', '-5', 'E_PARAM']],
      )
      assert.equal(existsSync(shop.path('out/-5.json')), false)
      assert.equal(record('1.json').steps['sharp']?.ran, true)
    })
  }

  it('a skipped step whose parameters are not there says nothing of them', async () => {
    shop.write(
      'p.yaml',
      pipeline(
        `  psnr: { use: metrics/psnr, in: { image: soft, reference: sharp } }
  last: { use: degrade/gaussian-blur, in: sharp, with: { sigma: { $from: psnr } }, when: false }
outputs:
  record: { from: last.$record, save: '{v}.json' }
`,
      ),
    )
    const { result } = await shop.run('p.yaml')
    assert.deepEqual(result.failures, [])
    assert.deepEqual(record('-5.json').steps['last'], { use: 'degrade/gaussian-blur', with: {}, ran: false })
    const told = record('1.json').steps['last']!.with['sigma']
    assert.ok(typeof told === 'number' && told > 10)
    assert.equal(record('-5.json').result, 'sharp.image')
  })
})
