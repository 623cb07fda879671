import assert from 'node:assert/strict'
import { CONTRACT_VERSION, createKintsugi, defineNode, definePlugin, type LineageRecord, Type } from '../src/index.js'

const guess = defineNode({
  name: 'guess/double',
  title: 'Double',
  description: 'Doubles a number, and tells what it was.',
  runs: 'inline',
  params: Type.Object({}),
  inputs: { value: 'number' },
  outputs: { doubled: 'number', told: { type: 'table', recorded: true } },
  run: ({ value }) => ({ doubled: 2 * value, told: { columns: ['before'], rows: [[value]] } }),
})
const plugin = definePlugin({ name: 'guess', version: '1.0.0', nodes: [guess] })

describe('recorded outputs', () => {
  const record = async (last: object): Promise<LineageRecord> => {
    let found: LineageRecord | undefined
    const { failures } = await createKintsugi({ cacheDir: false, plugins: [plugin] }).run(
      {
        kintsugi: 1,
        nodes: {
          three: { use: 'core/value', with: { value: 3 } },
          six: { use: 'guess/double', in: 'three' },
          last: { use: 'guess/double', in: 'six', ...last },
        },
        outputs: { record: 'last.$record' },
      },
      { jobs: 1, receive: (_output, _item, value) => void (found = value as LineageRecord) },
    )
    assert.deepEqual(failures, [])
    return found!
  }
  const told = (before: number) => ({ told: { columns: ['before'], rows: [[before]] } })

  it('stand in the record of what rests on them, with the values that they had', async () => {
    const { steps } = await record({})
    assert.deepEqual([steps['six']!.gave, steps['last']!.gave], [told(3), told(6)])
    assert.equal(steps['three']!.gave, undefined)
  })

  it('do not stand there for steps that were left out', async () => {
    const { steps } = await record({ when: false })
    assert.deepEqual(steps['six']!.gave, told(3))
    assert.equal(steps['last']!.ran, false)
    assert.equal(steps['last']!.gave, undefined)
  })

  it('hold no samples and are one for each item', () => {
    for (const outputs of [{ image: { type: 'image', recorded: true } }, { told: { type: 'table', recorded: true } }]) {
      const kind = 'told' in outputs ? 'expand' : 'map'
      const broken = { ...guess, kind, outputs }
      assert.throws(
        () =>
          createKintsugi({
            plugins: [{ name: 'x', version: '1.0.0', contract: CONTRACT_VERSION, nodes: [broken as never] }],
          }),
        { code: 'E_PLUGIN', message: /cannot be recorded/ },
      )
    }
  })
})
