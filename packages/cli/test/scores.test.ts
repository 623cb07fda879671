import assert from 'node:assert/strict'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { explainable } from '@kintsugi/plugin-metrics'
import { explainableNames } from '../src/commands/explain-score.js'
import { picture, savePicture, Workplace } from './workplace.js'

const PIPELINE = `kintsugi: 1
name: scored
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  soft: { use: degrade/gaussian-blur, in: photo, with: { sigma: 1 } }
  psnr: { use: metrics/psnr, in: { image: soft, reference: photo }, with: { preset: tgsr } }
outputs:
  photo: { from: photo, save: 'photo/{photo}.png' }
  soft: { from: soft, save: 'soft/{photo}.png' }
  psnr: psnr
`

describe('scores on the command line', function () {
  this.timeout(300_000)
  const place = new Workplace()
  before(async () => {
    place.write('scored.yaml', PIPELINE)
    await savePicture(place.path('photos', 'a.png'), picture(40, 32, 7))
    await savePicture(place.path('photos', 'b.png'), picture(33, 36, 11))
  })
  after(() => place.remove())

  it('run writes times and a report, report writes it again, --no-report leaves it out', async () => {
    const ran = await place.kintsugi('run', 'scored.yaml', '--out', 'out')
    assert.equal(ran.code, 0, ran.stderr)
    assert.match(ran.stdout, /report {4}out\/report\.html/)
    const { nodes } = JSON.parse(readFileSync(place.path('out', 'timings.json'), 'utf8')) as {
      nodes: { node: string; ran: number }[]
    }
    assert.deepEqual(nodes.map(({ node, ran: times }) => [node, times]).sort(), [
      ['photo', 2],
      ['psnr', 2],
      ['soft', 2],
    ])
    const report = place.path('out', 'report.html')
    const text = readFileSync(report, 'utf8')
    assert.match(text, /border 4, color_space y/)
    assert.match(text, /degrade\/gaussian-blur/)
    rmSync(report)
    const again = await place.kintsugi('report', 'out')
    assert.equal(again.code, 0, again.stderr)
    assert.match(again.stdout, /report\.html: [\d.]+ MB, 4 pictures/)
    assert.equal(readFileSync(report, 'utf8'), text)
    const without = await place.kintsugi('run', 'scored.yaml', '--out', 'bare', '--no-report')
    assert.equal(without.code, 0, without.stderr)
    assert.equal(existsSync(place.path('bare', 'report.html')), false)
    const nothing = await place.kintsugi('report', 'photos')
    assert.equal(nothing.code, 2)
    assert.match(nothing.stderr, /E_REPORT_RUN/)
  })

  it('explain-score goes from the protocol of a run to a preset, step by step', async () => {
    const explained = await place.kintsugi(
      'explain-score',
      'out/soft/a.png',
      'photos/a.png',
      '--from',
      'out/scores.json:psnr',
      '--to',
      'skimage',
      '--json',
    )
    assert.equal(explained.code, 0, explained.stderr)
    const { from, steps } = JSON.parse(explained.stdout) as { from: { score: number }; steps: { convention: string }[] }
    const { outputs } = JSON.parse(readFileSync(place.path('out', 'scores.json'), 'utf8')) as {
      outputs: { psnr: { value: number }[] }
    }
    assert.equal(from.score, outputs.psnr[0]?.value)
    assert.deepEqual(
      steps.map(({ convention }) => convention),
      ['border', 'color_space'],
    )
    const text = await place.kintsugi('explain-score', 'out/soft/a.png', 'photos/a.png', '--to', 'matlab,border=4')
    assert.match(text.stdout, /From basicsr \([\d.]+\) to matlab,border=4/)
    const wrong = await place.kintsugi('explain-score', 'out/soft/a.png', 'photos/a.png', '--to', 'matlb')
    assert.equal(wrong.code, 2)
    assert.match(wrong.stderr, /Write "matlab"/)
  })

  it('explain-score takes metrics without presets, and those of one image', async () => {
    const gmsd = await place.kintsugi(
      'explain-score',
      'out/soft/a.png',
      'photos/a.png',
      ...['--metric', 'gmsd', '--to', 'default,border=2,color_space=y', '--json'],
    )
    assert.equal(gmsd.code, 0, gmsd.stderr)
    const { presets, steps } = JSON.parse(gmsd.stdout) as { presets: unknown[]; steps: { convention: string }[] }
    assert.deepEqual([presets, steps.map(({ convention }) => convention)], [[], ['border', 'color_space']])
    const one = ['explain-score', 'photos/a.png', '--metric', 'sharpness', '--to', 'default,estimator=tenengrad']
    assert.match((await place.kintsugi(...one)).stdout, /estimator +laplacian +tenengrad/)
    const lpips = ['explain-score', 'out/soft/a.png', 'photos/a.png', '--metric', 'lpips']
    const networks = await place.kintsugi(...lpips, '--from', 'default,backbone=vgg', '--to', 'default,heads=alex.pth')
    assert.match(networks.stdout, /backbone +vgg +alex\n\nScores are left out: lpips needs "trunk"/)
    for (const [args, message] of [
      [['photos/a.png', '--metric', 'gmsd'], /needs a reference/],
      [['out/soft/a.png', 'photos/a.png', '--metric', 'sharpness'], /scores one image/],
      [['out/soft/a.png', 'photos/a.png', '--to', 'tgsr,color_space=lab'], /"color_space=lab" does not fit/],
      [['out/soft/a.png', 'photos/a.png', '--metric', 'gmsd', '--to', 'tgsr'], /"tgsr" is no protocol/],
    ] as const) {
      const wrong = await place.kintsugi('explain-score', ...args)
      assert.equal(wrong.code, 2, args.join(' '))
      assert.match(wrong.stderr, message)
    }
  })

  it('explain-score offers every metric that can be explained', () => {
    assert.deepEqual([...explainableNames].sort(), Object.keys(explainable).sort())
  })
})
