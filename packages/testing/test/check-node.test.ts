import assert from 'node:assert/strict'
import {
  type AnyNodeDefinition,
  defineNode,
  definePlugin,
  type Image,
  type NodeContext,
  type PortType,
  type Series,
  Type,
} from '@kintsugi/core'
import {
  assertConforms,
  type CheckName,
  checkNode,
  checkPlugin,
  type Finding,
  formatUncovered,
  type NodeOptions,
  packingFault,
} from '../src/index.js'
import plugin, { brighten, mapSamples } from './fixture-plugin.js'

const entry = new URL('fixture-plugin.ts', import.meta.url)

type Run = (
  inputs: { image: Image },
  params: { by: number; twice: boolean },
  context: NodeContext,
) => Record<string, unknown>

/** `tests/brighten` with something changed. */
function changed(parts: Partial<AnyNodeDefinition> & { run?: Run }): AnyNodeDefinition {
  return { ...brighten, ...parts }
}

const running = (run: Run): AnyNodeDefinition => changed({ run })

async function findings(definition: AnyNodeDefinition, options: NodeOptions = {}): Promise<readonly Finding[]> {
  return (await checkNode(definition, undefined, undefined, options)).findings
}

const faulty: Record<string, { definition: AnyNodeDefinition; checks: readonly CheckName[]; options?: NodeOptions }> = {
  'changes its input': {
    checks: ['examples', 'inputs', 'tiles'],
    definition: running(({ image }, { by, twice }, context) => {
      image.data[0] = 9
      return { image: mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)) }
    }),
  },
  'has a source of its own': {
    checks: ['examples', 'repeat', 'tiles', 'worker'],
    definition: running(({ image }, { by, twice }, context) => ({
      image: mapSamples(image, context, (value) => value + by * (twice ? 2 : Math.random())),
    })),
  },
  'draws without saying so': {
    checks: ['examples', 'random', 'sizes'],
    definition: running(({ image }, { by, twice }, context) => ({
      image: mapSamples(image, context, (value) => value + by * (twice ? 2 : context.random.uniform())),
    })),
  },
  'says that it draws and does not': { checks: ['random'], definition: changed({ random: true }) },
  'draws and does not use it': {
    checks: ['random'],
    definition: changed({
      random: true,
      run: ({ image }, { by, twice }, context) => {
        context.random.uniform()
        return { image: mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)) }
      },
    }),
  },
  'ignores a parameter': {
    checks: ['parameters'],
    definition: running(({ image }, { by }, context) => ({ image: mapSamples(image, context, (value) => value + by) })),
  },
  'promises another mean': {
    checks: ['examples'],
    definition: changed({
      examples: [{ title: 'wrong', in: { image: { pattern: 'flat' } }, expect: { image: { mean: 0.5 } } }],
    }),
  },
  'has no example': { checks: ['examples'], definition: changed({ examples: [] }) },
  'gives samples that are not finite': {
    checks: ['examples', 'outputs', 'tiles'],
    definition: running(({ image }, { by, twice }, context) => ({
      image: mapSamples(image, context, (value) => (twice ? value : value / 0) + by),
    })),
  },
  'gives an array of its own': {
    checks: ['outputs'],
    definition: running(({ image }, { by, twice }, context) => {
      const out = mapSamples(image, context, (value) => value + by * (twice ? 2 : 1))
      return { image: { ...out, data: Float32Array.from(out.data) } }
    }),
  },
  'throws a bare error': {
    checks: ['outputs', 'sizes'],
    definition: running(({ image }, { by, twice }, context) => {
      if (image.channels === 1) throw new Error('gray')
      return { image: mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)) }
    }),
  },
  'takes what its limits exclude': { checks: ['sizes'], definition: changed({ limits: { minSize: 8 } }) },
  'forgets alpha': {
    checks: ['channels'],
    definition: running(({ image }, { by, twice }, context) => ({
      image: { ...mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)), alpha: null },
    })),
  },
  'forgets metadata': {
    checks: ['metadata'],
    definition: running(({ image }, { by, twice }, context) => ({
      image: { ...mapSamples(image, context, (value) => value + by * (twice ? 2 : 1)), metadata: { bitDepth: 16 } },
    })),
  },
  'understates its halo': {
    checks: ['tiles'],
    definition: running(({ image }, { by, twice }, context) => {
      const out = mapSamples(image, context, (value) => value + by * (twice ? 2 : 1))
      for (let i = out.data.length - 1; i > 0; i--) out.data[i] = (out.data[i]! + out.data[i - 1]!) / 2
      return { image: out }
    }),
  },
  'does not look whether it is cancelled': {
    checks: ['cancel'],
    options: { cancelWithin: 20 },
    definition: running(({ image }, { by, twice }, context) => {
      const out = context.createImage({ ...image, alpha: image.alpha !== null })
      if (image.alpha !== null) out.alpha?.set(image.alpha)
      const until = performance.now() + image.width * image.height * 0.0005
      while (performance.now() < until) out.data[0] = 0
      image.data.forEach((value, i) => {
        out.data[i] = value + by * (twice ? 2 : 1)
      })
      return { image: out }
    }),
  },
  'underestimates its memory': { checks: ['memory'], definition: changed({ memory: () => 64 }) },
  'takes any parameter': {
    checks: ['schema'],
    definition: changed({
      params: { ...brighten.params, additionalProperties: true } as AnyNodeDefinition['params'] & object,
    }),
  },
  'has an invalid default': {
    checks: ['examples', 'parameters', 'schema'],
    definition: changed({
      params: Type.Object({
        ...brighten.params!.properties,
        by: Type.Number({ default: 2, maximum: 1, description: 'Too much.' }),
      }),
    }),
  },
  'describes no parameter': {
    checks: ['schema'],
    definition: changed({
      params: Type.Object({ by: Type.Number({ default: 0.25 }), twice: Type.Boolean({ default: false }) }),
    }),
  },
}

describe('checkNode', function () {
  this.timeout(60_000)

  it('finds nothing at a node type without faults', async () => {
    assertConforms(await checkNode(brighten, plugin, entry))
    assertConforms(await checkNode(brighten))
  })

  for (const [title, { definition, checks, options }] of Object.entries(faulty)) {
    it(`finds a node type that ${title}`, async () => {
      const found = await findings(definition, options)
      assert.deepEqual([...new Set(found.map((finding) => finding.check))].sort(), checks)
    })
  }

  it('finds a node type that gives other bytes in a worker thread', async () => {
    const { nodes } = await checkPlugin(plugin, entry)
    const thread = nodes.find(({ node }) => node === 'tests/thread')
    assert.deepEqual([...new Set(thread?.findings.map(({ check }) => check))], ['worker'])
  })

  describe('of node types that give values by key', () => {
    type Ranks = (values: Series<number>) => Promise<ReadonlyMap<string, number>>
    const ranking = (ranks: Ranks) =>
      defineNode({
        name: 'tests/rank',
        title: 'Rank',
        description: 'How many values are larger.',
        kind: 'per-key',
        runs: 'inline',
        inputs: { values: 'number' },
        outputs: { rank: 'number' },
        examples: [
          {
            title: 'three',
            in: { values: [{ value: 1 }, { value: 3 }, { value: 2 }] },
            expect: { rank: { value: { 0: 2, 1: 0, 2: 1 } } },
          },
        ],
        run: async ({ values }) => ({ rank: await ranks(values) }),
      })
    const sorted: Ranks = async (values) => {
      const all = (await values.values()).sort((a, b) => b.value - a.value)
      return new Map(all.map(({ keys }, rank) => [Object.values(keys)[0]!, rank]))
    }
    const parts = (counts: readonly number[]) =>
      defineNode({
        name: 'tests/parts',
        title: 'Parts',
        description: 'Splits a number evenly.',
        kind: 'expand',
        runs: 'inline',
        inputs: { value: 'number' },
        outputs: { part: { type: 'number', opens: 'part' }, total: 'number' },
        examples: [
          {
            title: 'six',
            in: { value: { value: 6 } },
            expect: { part: { value: { a: 3, b: 3 } }, total: { value: 6 } },
          },
        ],
        run: ({ value }) => ({
          part: new Map(['a', 'b', 'c'].slice(0, counts[0]).map((key) => [key, value / 2])),
          total: counts.length > 1 ? (new Map([['a', value]]) as never) : value,
        }),
      })

    it('finds nothing where every key has its value, in whatever order', async () => {
      assertConforms(await checkNode(ranking(sorted)))
      assertConforms(await checkNode(parts([2])))
    })

    it('finds keys that are missing or too many, and a Map where no axis is opened', async () => {
      const checks = async (definition: AnyNodeDefinition) => [
        ...new Set((await findings(definition)).map((finding) => finding.check)),
      ]
      const without: Ranks = async (values) => new Map([...(await sorted(values))].slice(1))
      const more: Ranks = async (values) => new Map([...(await sorted(values)), ['other', 9]])
      assert.ok((await checks(ranking(without))).includes('outputs'))
      assert.ok((await checks(ranking(more))).includes('outputs'))
      assert.deepEqual(await checks(parts([3])), ['examples'])
      assert.ok((await checks(parts([2, 1]))).includes('outputs'))
    })
  })

  it('takes exceptions with their reason, and finds those that are not needed', async () => {
    const forgets = faulty['forgets alpha']!.definition
    const report = await checkNode(forgets, undefined, undefined, { except: { channels: 'opaque by design' } })
    assert.deepEqual(report.findings, [])
    assert.match(formatUncovered([report]), /channels +channels, by exception: opaque by design: tests\/brighten/)
    const [needless] = await findings(brighten, { except: { channels: 'opaque by design' } })
    assert.match(needless?.found ?? '', /passes without it/)
  })

  it('says which node, check and case failed, what was expected and what was found', async () => {
    const report = await checkNode(faulty['promises another mean']!.definition)
    assert.throws(
      () => assertConforms(report),
      (error: Error) => {
        for (const part of [
          'tests/brighten fails "examples"',
          'case:     example "wrong", output "image"',
          'expected: mean 0.5 within 0.000001',
          'found:    0.75',
        ]) {
          assert.ok(error.message.includes(part), error.message)
        }
        return true
      },
    )
  })

  it('refuses a specifier that loads another plugin', async () => {
    const other = definePlugin({ name: 'other', version: '1.0.0', nodes: [{ ...brighten, name: 'other/brighten' }] })
    await assert.rejects(checkPlugin(other, entry), { code: 'E_CONFORMANCE_SETUP' })
  })
})

describe('packingFault', () => {
  const samples: PortType = {
    name: 'samples',
    description: 'Numbers.',
    pack: (value) => ({ json: null, buffers: [value as Float32Array] }),
    unpack: ({ buffers }) => buffers[0],
  }

  it('finds nothing at a port type that keeps its values', () => {
    assert.equal(packingFault(samples, Float32Array.of(1, 2)), undefined)
  })

  it('finds JSON that does not survive and values that change', () => {
    const dated: PortType = { ...samples, pack: () => ({ json: new Date(0), buffers: [] }), unpack: ({ json }) => json }
    assert.match(packingFault(dated, null) ?? '', /changes when written/)
    const halved: PortType = { ...samples, unpack: ({ buffers }) => buffers[0]?.slice(1) }
    assert.match(packingFault(halved, Float32Array.of(1, 2)) ?? '', /packs differently/)
  })
})
