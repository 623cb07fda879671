import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError } from '@kintsugi/core'
import sharp from 'sharp'
import { comparisonsOf, ranksOf, summaryOf } from '../src/comparison.js'
import { dotOf } from '../src/graph-drawing.js'
import { writeReport } from '../src/index.js'
import { itemAxes } from '../src/items.js'
import { reportOf } from '../src/report.js'
import { thumbnailsOf } from '../src/thumbnails.js'
import { repeatedRun, runOf } from './run.js'

describe('the report of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-report-'))
  after(() => rmSync(folder, { recursive: true }))
  const noise = (width: number, height: number) =>
    sharp(Buffer.from(Array.from({ length: width * height * 3 }, (_, i) => (i * 7919 + ((i * i) >> 3)) % 256)), {
      raw: { width, height, channels: 3 },
    })
      .png()
      .toBuffer()

  it('is written into the run folder, from what stands there', async () => {
    const { scores, metrics, tables, timings, ...run } = runOf(['a', 'b'], ['tg', 'base'])
    mkdirSync(join(folder, 'restored'))
    for (const { path } of run.saved) writeFileSync(join(folder, path), await noise(40, 30))
    writeFileSync(join(folder, 'run.json'), JSON.stringify(run))
    writeFileSync(join(folder, 'scores.json'), JSON.stringify({ outputs: scores, metrics, tables }))
    writeFileSync(join(folder, 'timings.json'), JSON.stringify(timings))
    const written = await writeReport(folder)
    const text = readFileSync(join(folder, 'report.html'), 'utf8')
    assert.equal(written.pictures, 4)
    assert.equal(written.bytes, statSync(written.path).size)
    for (const part of ['Summary', 'Distributions', 'Each item', 'Graph', 'Timings', 'Versions'])
      assert.match(text, new RegExp(`>${part}</h2>`))
    assert.match(text, /kintsugi replay/)
  })

  it('fetches nothing: no address of another place in it', async () => {
    const text = await reportOf(runOf(['a', 'b', 'c'], ['tg', 'base']), new Map())
    const addresses = [...text.matchAll(/(?:src|href|url\()\s*=?\s*["']?((?:https?:)?\/\/[^"')\s>]+)/g)].map(
      ([, at]) => at,
    )
    assert.deepEqual(
      addresses.filter((at) => !at?.startsWith('http://www.w3.org/')),
      [],
    )
    assert.match(text, /default-src 'none'|default-src &#39;none&#39;/)
  })

  it('shows names as text, whatever is in them', async () => {
    const hostile = '</script><img src=x onerror=alert(1)>"&'
    const text = await reportOf(
      runOf([hostile, 'b'], ['tg'], {
        pipeline: hostile,
        failures: [{ output: hostile, item: { photo: hostile }, error: { code: 'E_FILE', message: hostile } }],
      }),
      new Map(),
    )
    assert.doesNotMatch(text, /<img src=x/)
    assert.equal(text.match(/<\/script>/g)?.length, text.match(/<script[ >]/g)?.length)
  })

  it('keeps pictures within their bytes, each item alike', async () => {
    const { saved } = runOf(['a', 'b'], ['tg', 'base'])
    for (const { path } of saved) writeFileSync(join(folder, path), await noise(300, 200))
    const bytes = async (budget: number) => {
      const found = await thumbnailsOf(folder, saved, budget)
      assert.equal(found.size, 4)
      return [...found.values()].map(({ data }) => Buffer.from(data, 'base64').length)
    }
    const [large, small] = [await bytes(4 * 160_000), await bytes(4 * 12_000)]
    assert.ok(
      small.every((size) => size <= 12_000),
      String(small),
    )
    assert.ok(Math.min(...large) > Math.max(...small))
  })

  it('says what is wrong with a folder that holds no finished run', async () => {
    const empty = mkdtempSync(join(folder, 'empty-'))
    await assert.rejects(
      writeReport(empty),
      (error) => error instanceof KintsugiError && error.code === 'E_REPORT_RUN' && /run\.json/.test(error.message),
    )
  })

  it('never compares scores of different protocols', () => {
    const run = runOf(['a', 'b'], ['tg', 'base'])
    const psnr = run.metrics.psnr!
    const other = { ...run, scores: { ...run.scores, psnr_rgb: run.scores.psnr!, psnr_again: run.scores.psnr! } }
    const groups = comparisonsOf({
      ...other,
      metrics: {
        ...run.metrics,
        psnr_again: psnr,
        psnr_rgb: { ...psnr, protocol: { ...psnr.protocol, color_space: 'rgb' } },
      },
    })
    assert.deepEqual(
      groups.map(({ series }) => series.map(({ label }) => label)),
      [
        ['psnr, model tg', 'psnr, model base', 'psnr_again, model tg', 'psnr_again, model base'],
        ['ssim, model tg', 'ssim, model base'],
        ['psnr_rgb, model tg', 'psnr_rgb, model base'],
      ],
    )
  })

  it('takes repetitions of a photo as items, not as series', async () => {
    const run = repeatedRun(['a', 'b'], 3, ['tg', 'base'])
    assert.deepEqual(itemAxes(run), ['photo', 'draw'])
    const [psnr, , sharpness] = comparisonsOf(run)
    assert.deepEqual(
      psnr!.series.map(({ label }) => label),
      ['psnr, model tg', 'psnr, model base'],
    )
    assert.deepEqual(psnr!.items, ['a, draw 0', 'a, draw 1', 'a, draw 2', 'b, draw 0', 'b, draw 1', 'b, draw 2'])
    assert.deepEqual(sharpness!.items, ['a', 'b'], 'what does not differ between repetitions is counted once')
    assert.equal(summaryOf(psnr!.series[0]!, psnr!.items).n, 6)

    const picture = { data: '', width: 4, height: 4, fullWidth: 4, fullHeight: 4 }
    const text = await reportOf(run, new Map(run.saved.map(({ path }) => [path, { ...picture, path }])))
    const { pictures } = JSON.parse(/id="data">(.*)<\/script>/.exec(text)![1]!) as {
      pictures: { items: string[]; label: string }[]
    }
    const of = (item: string) => pictures.filter(({ items }) => items.includes(item)).map(({ label }) => label)
    assert.deepEqual(of('b, draw 1'), ['original', 'restored, model tg', 'restored, model base'])
    assert.match(text, /<th scope="col">photo, draw<\/th>/)
    assert.equal(text.match(/<tr data-item=/g)!.length, 6)
  })

  it('takes the keys of other axes as series, and the longest axis as items where there is nothing else', () => {
    const run = runOf(['a', 'b', 'c'], ['tg', 'base'])
    assert.deepEqual(itemAxes(run), ['photo'])
    const [photo, model] = run.graph.axes.map((axis) => ({ ...axis, declared: `axes.${axis.name}` }))
    assert.deepEqual(itemAxes({ ...run, graph: { ...run.graph, axes: [photo!, model!] } }), ['photo'])
    assert.deepEqual(itemAxes({ ...run, graph: { ...run.graph, axes: [photo!, { ...model!, counted: true }] } }), [
      'model',
    ])
    assert.deepEqual(itemAxes({ ...run, graph: { ...run.graph, axes: [] } }), [])
  })

  it('orders items of one series by its values, without gains, and puts what nothing is known of last', async () => {
    const run = runOf(['a', 'b', 'c'], ['tg'])
    const { ssim, psnr } = run.scores
    const changed = { ...run, scores: { level: ssim!, psnr: psnr! }, metrics: { psnr: run.metrics.psnr! } }
    assert.deepEqual(
      comparisonsOf(changed).map(({ title }) => title),
      ['PSNR [border=4 color_space=y]', 'level'],
    )
    const text = await reportOf(changed, new Map())
    const rows = [...text.matchAll(/<tr data-item="(\w)"/g)].map(([, item]) => item)
    const best = [...psnr!].sort((x, y) => Number(y.value) - Number(x.value)).map(({ photo }) => photo)
    assert.deepEqual(rows, best)
    assert.doesNotMatch(text, />gain<\/th>/)
    assert.match(text, /<option value="0" selected>PSNR<\/option><option value="1">level<\/option>/)
  })

  it('counts what is missing and what is infinite, and leaves both out of the figures', () => {
    const series = {
      label: 's',
      values: new Map([
        ['a', 30],
        ['b', null],
        ['c', Number.POSITIVE_INFINITY],
        ['d', 32],
      ]),
    }
    const { n, missing, infinite, mean } = summaryOf(series, ['a', 'b', 'c', 'd'])
    assert.deepEqual({ n, missing, infinite, mean }, { n: 3, missing: 1, infinite: 1, mean: 31 })
    assert.deepEqual(ranksOf([0.2, 0.1, undefined, 0.1], 'lower'), [2, 1, 0, 1])
    assert.deepEqual(ranksOf([0.2, 0.1], undefined), [0, 0])
  })

  it('draws nested pipelines as boxes and what may be left out as dashed lines', () => {
    const { graph } = runOf(['a'], ['tg'])
    const inner = { ...graph.nodes[1]!, id: 2, path: 'deg"raded/blur' }
    const dot = dotOf({
      ...graph,
      nodes: [...graph.nodes, inner],
      edges: [...graph.edges, { ...graph.edges[0]!, to: 2, certain: false }],
    })
    assert.match(dot, /subgraph "cluster_deg\\"raded"/)
    assert.match(dot, /n0 -> n2 \[label="", style=dashed\]/)
  })
})
