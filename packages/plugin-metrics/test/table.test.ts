import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  compileSchema,
  createKintsugi,
  KintsugiError,
  type PipelineDocument,
  PipelineErrors,
  type Table,
  tableLatex,
  tableMarkdown,
} from '@kintsugi/core'
import metrics, { presets, psnrMetric, publishedSchema, publishedSets, ssimMetric, table } from '../src/index.js'
import { halfWidth, studentQuantile } from '../src/statistics/student.js'
import { imageOf, seriesOf, testContext } from './context.js'
import { levels } from './patterns.js'

type Params = Parameters<typeof table.run>[1]
type Columns = Parameters<typeof table.run>[0]['columns']
const defaults = { level: 0.95, mark: false, cap: 100, protocols: 'refuse' } as const
const run = async (columns: Columns, params: Partial<Params> = {}): Promise<Table> =>
  (await table.run({ columns }, { ...defaults, ...params }, testContext)).table
const code =
  (expected: string, text = /./) =>
  (error: unknown) =>
    error instanceof KintsugiError &&
    error.code === expected &&
    text.test(`${error.message} ${error.found} ${error.fix}`)
const psnrOf = (params: object = {}) => ({
  name: 'PSNR',
  direction: 'higher' as const,
  unit: 'dB',
  protocol: psnrMetric.protocol(params as never, []),
})

/** Two photos, two models, two strengths. */
const scores = seriesOf(
  ['a', 'b'].flatMap((photo, p) =>
    ['bicubic', 'net'].flatMap((model, m) =>
      ['5', '15'].map((sigma, s) => [{ photo, model, sigma }, 20 + 10 * m + 2 * p - s] as const),
    ),
  ),
)

describe('tables over axes', () => {
  it('pivot by any two axes, with statistics over the others', async () => {
    const found = await run({ psnr: scores }, { rows: ['model'], across: ['sigma'] })
    assert.deepEqual(found, {
      columns: ['model', 'psnr 5', 'psnr 15'],
      rows: [
        ['bicubic', 21, 20],
        ['net', 31, 30],
      ],
    })
    const turned = await run(
      { psnr: scores },
      { rows: ['sigma'], across: ['model'], statistics: ['median', 'std', 'n'] },
    )
    assert.deepEqual(turned.columns, [
      'sigma',
      ...['bicubic', 'net'].flatMap((m) => ['median', 'std', 'n'].map((s) => `psnr ${m} ${s}`)),
    ])
    assert.deepEqual(turned.rows[0], ['5', 21, Math.SQRT2, 2, 31, Math.SQRT2, 2])
  })

  it('give intervals by Student t', async () => {
    // scipy 1.10.1: stats.t.ppf.
    for (const [p, freedom, expected] of [
      [0.975, 1, 12.706204736174698],
      [0.975, 9, 2.2621571627409915],
      [0.975, 199, 1.971956544249395],
      [0.995, 4, 4.604094871415897],
      [0.95, 1000, 1.6463788172854639],
    ] as const)
      assert.ok(Math.abs(studentQuantile(p, freedom) - expected) < 1e-8)
    assert.equal(halfWidth([1]), undefined)
    const { rows, notes } = await run({ psnr: scores }, { rows: ['model'], statistics: ['interval'] })
    assert.ok(Math.abs((rows[0]?.[1] as number) - (3.1824463052842624 * Math.sqrt(5 / 3)) / 2) < 1e-8)
    assert.match(String(notes), /95 % confidence interval of the mean, by Student t/)
  })

  it('mark best and second by the direction of the metric, equal ones alike', async () => {
    const models = ['w', 'x', 'y', 'z']
    const of = (...values: number[]) => seriesOf(values.map((value, i) => [{ model: models[i]! }, value] as const))
    const lpips = { name: 'LPIPS', direction: 'lower' as const, unit: '', protocol: { backbone: 'alex' } }
    const params = { mark: true, metrics: { psnr: psnrOf(), lpips } }
    const found = await run({ psnr: of(30, 31, 31, 29), lpips: of(0.4, 0.1, 0.3, 0.2), other: of(1, 2, 3, 4) }, params)
    assert.deepEqual(found.ranks, [
      [0, 2, 0, 0],
      [0, 1, 1, 0],
      [0, 1, 0, 0],
      [0, 0, 2, 0],
    ])
    assert.equal(tableMarkdown(found).split('\n')[3], '| x | **31** | **0.1000** | 2 |')
    const tex = tableLatex(found)
    assert.match(tex, /w & \\underline\{30\} & 0\.4000 & 1 \\\\/)
    assert.match(tex, /model & psnr \$\\uparrow\$ & lpips \$\\downarrow\$ & other/)
    assert.match(tex, /% psnr: PSNR \[border=0 color_space=rgb epsilon=0 quantize=true\], dB/)
  })

  it('show the difference to a baseline row', async () => {
    const found = await run({ psnr: scores }, { rows: ['sigma', 'model'], baseline: { model: 'bicubic' } })
    assert.deepEqual(found.columns, ['sigma', 'model', 'psnr', 'Δ psnr'])
    assert.deepEqual(found.rows, [
      ['5', 'bicubic', 21, 0],
      ['15', 'bicubic', 20, 0],
      ['5', 'net', 31, 10],
      ['15', 'net', 30, 10],
    ])
    await assert.rejects(
      run({ psnr: scores }, { rows: ['model'], baseline: { model: 'none' } }),
      code('E_TABLE_BASELINE'),
    )
    await assert.rejects(run({ psnr: scores }, { rows: ['modle'] }), code('E_TABLE_AXIS', /modle/))
  })

  it('count infinite scores as the stated cap', async () => {
    const same = seriesOf([
      [{ photo: 'a' }, Number.POSITIVE_INFINITY],
      [{ photo: 'b' }, 30],
    ])
    const found = await run({ psnr: same }, { rows: [], cap: 80 })
    assert.deepEqual(found.rows, [[55]])
    assert.match(String(found.notes), /1 infinite value counts as 80/)
  })

  it('refuse columns of mixed protocols, or show them unranked', async () => {
    const mixed = { psnr: { ...psnrOf(), differing: ['border'] } }
    await assert.rejects(run({ psnr: scores }, { metrics: mixed }), code('E_TABLE_PROTOCOL', /border/))
    await assert.rejects(
      run({ psnr: scores }, { metrics: mixed, rows: ['model'], protocols: 'unranked' }),
      code('E_TABLE_PROTOCOL', /takes statistics/),
    )
    const shown = await run({ psnr: scores }, { metrics: mixed, protocols: 'unranked', mark: true })
    assert.ok(shown.ranks?.flat().every((rank) => rank === 0))
    assert.match(String(shown.notes), /differ in border/)
  })
})

describe('published results', () => {
  const own = seriesOf([
    [{ model: 'mine', group: 'G1' }, 21],
    [{ model: 'mine', group: 'G2' }, 22],
  ])
  const beside = (preset: string, same_data: boolean) =>
    run(
      { psnr: own },
      {
        rows: ['model'],
        across: ['group'],
        mark: true,
        metrics: { psnr: psnrOf({ preset }) },
        published: [{ set: 'tgsr-div2k5g', axes: { model: 'method' }, same_data }],
      },
    )

  it('follow their schema, and name axes and metrics that are there', () => {
    const validate = compileSchema(publishedSchema)
    for (const [id, set] of publishedSets) {
      assert.deepEqual(validate(set), [], id)
      for (const { keys, values } of set.rows) {
        assert.deepEqual(Object.keys(keys), set.axes, id)
        for (const name of Object.keys(values)) assert.ok(name in set.metrics, `${id}: ${name}`)
      }
      const all = set.rows.map(({ keys }) => JSON.stringify(keys))
      assert.equal(new Set(all).size, all.length, id)
    }
  })

  it('have the averages that the papers print', () => {
    // DCPT, five degradations, printed averages of DCPT-PromptIR and of NAFNet.
    const mean = (id: string, method: string, metric: string) => {
      const found = publishedSets.get(id)!.rows.filter(({ keys }) => keys.method === method)
      return found.map(({ values }) => values[metric]!)
    }
    const five = (method: string) => mean('dcpt-5', method, 'psnr')
    assert.ok(
      Math.abs(
        five('DCPT-PromptIR')
          .slice(0, 5)
          .reduce((a, b) => a + b, 0) /
          5 -
          30.31,
      ) < 0.006,
    )
    const cdd = (method: string) => mean('dcpt-cdd', method, 'psnr').reduce((a, b) => a + b, 0) / 11
    assert.ok(Math.abs(cdd('DCPT-NAFNet') - cdd('NAFNet') - 6.53) < 0.006)
  })

  it('state the protocol of the presets that they were measured by', () => {
    assert.deepEqual(
      publishedSets.get('tgsr-div2k5g')!.metrics.psnr!.protocol,
      psnrMetric.protocol({ preset: 'tgsr' } as never, []),
    )
    assert.deepEqual(
      publishedSets.get('dcpt-5')!.metrics.psnr!.protocol,
      psnrMetric.protocol({ preset: 'basicsr' } as never, []),
    )
    assert.deepEqual(
      publishedSets.get('dcpt-5')!.metrics.ssim!.protocol,
      ssimMetric.protocol({ preset: 'basicsr' } as never, []),
    )
    assert.equal(presets.tgsr.psnr.border, 4)
  })

  it('of the same protocol and images stand in the same column and are ranked together', async () => {
    const found = await beside('tgsr', true)
    assert.deepEqual(found.columns, ['model', 'source', 'psnr G1', 'psnr G2'])
    const hat = found.rows.findIndex(([model]) => model === 'RealHAT-TG')
    assert.deepEqual(found.rows[hat], ['RealHAT-TG', 'tgsr-div2k5g', 21.41, 23.2])
    assert.equal(found.ranks?.[hat]?.[2], 1)
    assert.equal(found.ranks?.[0]?.[2], 0)
  })

  it('of other images are shown in the column but not ranked with the run', async () => {
    const found = await beside('tgsr', false)
    assert.match(String(found.notes), /not said that the images are the same/)
    const hat = found.rows.findIndex(([model]) => model === 'RealHAT-TG')
    assert.equal(found.ranks?.[hat]?.[2], 1)
    const alone = await run(
      { psnr: own },
      { rows: ['model'], across: ['group'], mark: true, metrics: { psnr: psnrOf({ preset: 'tgsr' }) } },
    )
    assert.deepEqual(found.ranks?.[0]?.slice(2), alone.ranks?.[0]?.slice(1))
  })

  it('of another protocol have columns of their own', async () => {
    const found = await beside('basicsr', true)
    assert.deepEqual(found.columns, [
      'model',
      'source',
      'psnr G1',
      'psnr G2',
      'psnr G1 (tgsr-div2k5g)',
      'psnr G2 (tgsr-div2k5g)',
    ])
    assert.deepEqual(found.rows[0], ['mine', 'this run', 21, 22, null, null])
    assert.match(String(found.notes), /they differ in border, color_space/)
    await assert.rejects(
      run({ psnr: own }, { published: [{ set: 'tgsr-div2k' }] }),
      code('E_TABLE_PUBLISHED', /tgsr-div2k5g/),
    )
  })

  it('tell their errata', async () => {
    const groups = seriesOf([[{ model: 'mine', group: 'G3' }, 21]])
    const { notes } = await run(
      { psnr: groups },
      { across: ['group'], published: [{ set: 'tgsr-div2k5g', axes: { model: 'method' } }] },
    )
    assert.match(String(notes), /RealESRGAN, G3: Tables 3 and 5 print a PSNR of 24.00/)
  })
})

describe('what scores measure', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-protocol-'))
  after(() => rmSync(folder, { recursive: true }))
  const photo = imageOf({ width: 24, height: 24, channels: 3 }, levels.S)
  const noisy = imageOf({ width: 24, height: 24, channels: 3 }, levels.T)
  const document = (nodes: PipelineDocument['nodes'], outputs: PipelineDocument['outputs']): PipelineDocument => ({
    kintsugi: 1,
    name: 'protocols',
    axes: { draw: { count: 2 }, border: [0, 4] },
    inputs: { photo: { type: 'image' }, noisy: { type: 'image' } },
    nodes: {
      plain: {
        use: 'metrics/psnr',
        in: { image: 'noisy', reference: 'photo' },
        along: ['draw'],
        with: { preset: 'tgsr' },
      },
      varying: {
        use: 'metrics/psnr',
        in: { image: 'noisy', reference: 'photo' },
        along: ['draw'],
        with: { border: { $axis: 'border' } },
      },
      ...nodes,
    },
    outputs,
  })
  const kintsugi = createKintsugi({ cacheDir: false, plugins: [metrics] })
  const execute = (pipeline: PipelineDocument) =>
    kintsugi.run(pipeline, { inputs: { photo, noisy }, out: folder, jobs: 1 })
  const written = () =>
    JSON.parse(readFileSync(join(folder, 'scores.json'), 'utf8')) as {
      metrics: Record<string, unknown>
      tables: Record<string, Table>
    }

  it('stands in scores and tables, through statistics too', async () => {
    const nodes: PipelineDocument['nodes'] = {
      mean: { use: 'stats/mean', in: 'plain', over: 'draw' },
      deviation: { use: 'stats/std', in: 'plain', over: 'draw' },
      table: { use: 'stats/table', in: { columns: { psnr: 'plain' } }, over: 'draw', with: { rows: [] } },
    }
    const result = await execute(
      document(nodes, {
        plain: 'plain',
        mean: 'mean',
        deviation: 'deviation',
        varying: 'varying',
        table: { from: 'table', save: 'table.tex' },
      }),
    )
    assert.equal(result.ok, true)
    const { metrics: found, tables } = written()
    const psnr = psnrOf({ preset: 'tgsr' })
    assert.deepEqual(found.plain, psnr)
    assert.deepEqual(found.mean, { ...psnr, statistic: 'mean' })
    const { direction: _none, ...undirected } = psnr
    assert.deepEqual(found.deviation, { ...undirected, statistic: 'std' })
    assert.deepEqual((found.varying as { differing: string[] }).differing, ['border'])
    assert.deepEqual(tables.table?.metrics, [{ ...psnr, statistic: 'mean' }])
    const csv = readFileSync(join(folder, 'scores.csv'), 'utf8')
    assert.match(csv, /^0,,plain,[\d.]+,.*"?PSNR \[border=4 color_space=y epsilon=0 quantize=true\]"?,$/m)
    assert.match(readFileSync(join(folder, 'table.tex'), 'utf8'), /\\begin\{tabular\}\{r\}/)
  })

  it('is refused by a table where the protocol varies along an axis', async () => {
    const result = await execute(
      document({ table: { use: 'stats/table', in: { columns: { psnr: 'varying' } }, over: '*' } }, { table: 'table' }),
    )
    assert.equal(result.failures[0]?.error.code, 'E_TABLE_PROTOCOL')
    assert.ok(!(result.failures[0]?.error instanceof PipelineErrors))
  })

  it('is joined where values of two protocols are stacked', async () => {
    const nodes: PipelineDocument['nodes'] = {
      matlab: {
        use: 'metrics/psnr',
        in: { image: 'noisy', reference: 'photo' },
        along: ['draw'],
        with: { preset: 'matlab' },
      },
      both: { stack: { tgsr: 'plain', matlab: 'matlab' }, axis: 'protocol' },
    }
    await execute(document(nodes, { both: 'both' }))
    assert.deepEqual((written().metrics.both as { differing: string[] }).differing, ['border', 'color_space'])
  })
})
