import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { outcome, picture, savePicture, Workplace } from './workplace.js'

const PIPELINE = `kintsugi: 1
name: small
seed: 3
params:
  blur: { type: number, default: 1, minimum: 0, maximum: 5 }
axes:
  sigma: [5, 15]
inputs:
  photo: { type: image, each: 'photos/*.png' }
nodes:
  soft: { use: degrade/gaussian-blur, in: photo, with: { sigma: { $param: blur } } }
  noisy: { use: degrade/gaussian-noise, in: soft, with: { sigma: { $axis: sigma } } }
  psnr: { use: metrics/psnr, in: { image: noisy, reference: photo } }
  mean: { use: stats/mean, in: psnr, over: photo }
outputs:
  noisy: { from: noisy, save: 'noisy/{photo}-{sigma}.png' }
  psnr: psnr
  mean: mean
`

interface Line {
  type: string
  error?: { code: string }
  reproduce?: string
}

function lines(text: string): Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

describe('kintsugi run', function () {
  this.timeout(120_000)
  const place = new Workplace()

  before(async () => {
    place.write('small.yaml', PIPELINE)
    await savePicture(place.path('photos', 'a.png'), picture(24, 20, 7))
    const bytes = await savePicture(place.path('photos', 'b.png'), picture(19, 23, 11))
    await savePicture(place.path('mixed', 'good.png'), picture(16, 16, 5))
    await writeFile(place.path('mixed', 'cut.png'), bytes.subarray(0, bytes.length / 2))
  })
  after(() => place.remove())

  it('plans without computing anything', async () => {
    const { code, stdout, stderr } = await place.kintsugi(
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--dry-run',
      '--where',
      'sigma=15',
    )
    assert.equal(code, 0)
    assert.equal(stderr, '')
    assert.match(stdout, /^ {2}noisy +degrade\/gaussian-noise +2 +photo x sigma$/m)
    assert.match(stdout, /^ {2}mean +stats\/mean +1 +sigma +photo$/m)
    assert.match(stdout, /runs\/small\/noisy\/\{photo\}-\{sigma\}\.png/)
    assert.ok(!existsSync(place.path('runs')) && !existsSync(place.path('cache')))
  })

  it('writes pictures, scores and the record, and says where they are', async () => {
    const { code, stdout } = await place.kintsugi('run', 'small.yaml', '--jobs', '1')
    assert.equal(code, 0)
    assert.match(stdout, /saved +4 files in runs\/small/)
    assert.match(stdout, /^ {2}a +5 +\d+\.\d+$/m)
    assert.match(stdout, /tasks: \d+ ran, 0 from the cache/)
    assert.doesNotMatch(stdout, /\u001b/)
    for (const file of ['noisy/a-5.png', 'noisy/b-15.png', 'scores.json', 'scores.csv', 'run.json']) {
      assert.ok(existsSync(place.path('runs/small', file)), file)
    }
  })

  it('prints JSON lines alone with --json, and takes what is done from the cache', async () => {
    const { code, stdout, stderr } = await place.kintsugi(
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--json',
      '--out',
      'again',
    )
    assert.equal(code, 0)
    assert.equal(stderr, '')
    const events = lines(stdout)
    assert.equal(events[0]?.type, 'start')
    const last = events.at(-1) as unknown as { type: string; out: string; ok: boolean; saved: number }
    assert.deepEqual([last.type, last.out, last.ok, last.saved], ['result', 'again', true, 4])
    const tasks = events.filter(({ type }) => type === 'task') as unknown as { node: string; state: string }[]
    assert.ok(tasks.length > 0)
    assert.deepEqual(
      tasks.filter(({ node, state }) => node !== 'photo' && node !== 'mean' && state === 'ran'),
      [],
    )
  })

  it('gives the same pixels under filters, and only what they leave', async () => {
    const { code } = await place.kintsugi(
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--no-cache',
      '--out',
      'part',
      '--only',
      'noisy',
      '--limit',
      'sigma=1',
      '--where',
      'photo=b',
    )
    assert.equal(code, 0)
    assert.deepEqual(
      await readFile(place.path('part/noisy/b-5.png')),
      await readFile(place.path('runs/small/noisy/b-5.png')),
    )
    assert.ok(!existsSync(place.path('part/noisy/a-5.png')) && !existsSync(place.path('part/noisy/b-15.png')))
  })

  it('reads values as YAML, and changes the document with --set', async () => {
    const { code } = await place.kintsugi(
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--param',
      'blur=0',
      '--set',
      'axes.sigma=[0]',
      '--set',
      'nodes.mean.use=stats/max',
      '--out',
      'set',
      '--seed',
      '9',
    )
    assert.equal(code, 0)
    const { outputs } = JSON.parse(await readFile(place.path('set/scores.json'), 'utf8')) as {
      outputs: Record<string, unknown>
    }
    assert.deepEqual(
      outputs['mean'],
      [{ sigma: '0', value: 'Infinity' }].map((row) => ({ ...row, ...(outputs['mean'] as object[])[0] })),
    )
    assert.equal((outputs['psnr'] as unknown[]).length, 2)
  })

  it('reports each failure with the command that meets it again', async () => {
    const args = [
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--input',
      'photo=mixed/*.png',
      '--keep-going',
      '--only',
      'psnr',
      '--where',
      'sigma=5',
      '--json',
      '--out',
      'failing',
    ]
    const { code, stdout } = await place.kintsugi(...args)
    assert.equal(code, 1)
    const failed = lines(stdout).filter(({ type }) => type === 'failed')
    assert.equal(failed.length, 1)
    assert.equal(failed[0]?.error?.code, 'E_IMAGE_FORMAT')
    const command = failed[0]?.reproduce ?? ''
    assert.match(
      command,
      /^kintsugi run small\.yaml --where photo=cut --where sigma=5 --only psnr --input 'photo=mixed\/\*\.png' --jobs 1 --out failing-failure$/,
    )
    const again = await place.kintsugi(...command.replaceAll("'", '').split(' ').slice(1))
    assert.equal(again.code, 1)
    assert.match(again.stderr, /E_IMAGE_FORMAT/)
    assert.match(again.stderr, /reproduce {2}kintsugi run/)
    assert.doesNotMatch(again.stderr, /^ {4}at /m)
  })

  it('exits 2 for invalid arguments and pipelines, naming the nearest fix', async () => {
    const cases: [args: string[], expected: RegExp][] = [
      [['run', 'small.yaml', '--jbos', '2'], /Unknown option '--jbos'[\s\S]*--jobs/],
      [['run', 'small.yaml', '--memory', 'lots'], /512MiB[\s\S]*lots/],
      [['run', 'small.yaml', '--where', 'sigm=5'], /no axis "sigm"[\s\S]*"sigma"/],
      [
        ['run', 'small.yaml', '--set', 'nodes.soft.with.sigmma=2', '--dry-run'],
        /E_PARAM small\.yaml:\d+:\d+[\s\S]*"?sigma"?/,
      ],
      [['run', 'small.yaml', '--param', 'blur=[1'], /--param blur/],
    ]
    await Promise.all(
      cases.map(async ([args, expected]) => {
        const { code, stdout, stderr } = await place.kintsugi(...args)
        assert.equal(code, 2, args.join(' '))
        assert.equal(stdout, '')
        assert.match(stderr, expected)
        assert.doesNotMatch(stderr, /^ {4}at /m)
      }),
    )
  })

  it('demands the versions of a locked run', async () => {
    const run = JSON.parse(await readFile(place.path('runs/small/run.json'), 'utf8')) as {
      libraries: Record<string, string>
    }
    assert.equal(
      (await place.kintsugi('run', 'small.yaml', '--jobs', '1', '--locked', 'runs/small/run.json', '--dry-run')).code,
      0,
    )
    run.libraries['sharp'] = '0.1.2'
    place.write('locked.json', JSON.stringify(run))
    const { code, stderr } = await place.kintsugi(
      'run',
      'small.yaml',
      '--jobs',
      '1',
      '--locked',
      'locked.json',
      '--out',
      'locked',
    )
    assert.equal(code, 2)
    assert.match(stderr, /E_LOCKED[\s\S]*expected sharp 0\.1\.2\n {2}found +sharp \d/)
    assert.ok(!existsSync(place.path('locked')))
  })

  it('stops cleanly on Ctrl-C', async () => {
    const many = [
      '--set',
      'axes.sigma={count: 4000}',
      '--set',
      'nodes.noisy.with.sigma=5',
      '--set',
      'nodes.noisy.along=[sigma]',
    ]
    const child = place.start(['run', 'small.yaml', '--jobs', '1', '--no-cache', ...many, '--out', 'stopped', '--json'])
    const ended = outcome(child)
    child.stdout?.once('data', () => setTimeout(() => child.kill('SIGINT'), 200))
    const { code, signal, stdout } = await ended
    assert.deepEqual([code, signal], [1, null])
    const end = lines(stdout).find(({ type }) => type === 'end') as unknown as { cancelled: boolean }
    assert.equal(end.cancelled, true)
    assert.ok(!existsSync(place.path('stopped/run.json')))
  })

  it('is quiet when the reader of its output goes away', async () => {
    const child = place.start(['nodes'])
    child.stdout?.destroy()
    const { code, stderr } = await outcome(child)
    assert.equal(stderr, '')
    assert.equal(code, 0)
  })
})
