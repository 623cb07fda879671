import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { picture, savePicture, Workplace } from './workplace.js'

const checkpoint = fileURLToPath(new URL('../../../../shared/weights/rrdb-tiny-x4.pth', import.meta.url))

describe('commands that show things', function () {
  this.timeout(120_000)
  const place = new Workplace()

  before(async () => {
    await savePicture(place.path('photos/a.png'), picture(8, 8, 7))
    place.write(
      'chain.yaml',
      `kintsugi: 1
inputs: { photo: { type: image, each: 'photos/*.png' } }
nodes:
  soft: { use: degrade/gaussian-blur, in: photo, when: { $chance: 0.5 } }
outputs: { soft: { from: soft, save: '{photo}.png' } }
`,
    )
    place.write(
      'faulty.yaml',
      `kintsugi: 1\nnodes:\n  a: { use: degrade/gaussian-blurr, in: photo }\n  b: { use: degrade/jpeg, in: c, with: { quality: 900 } }\noutputs: { b: b }\n`,
    )
  })
  after(() => place.remove())

  it('validate prints every fault with its place', async () => {
    assert.equal((await place.kintsugi('validate', 'chain.yaml')).code, 0)
    const { code, stdout } = await place.kintsugi('validate', 'faulty.yaml', '--json')
    assert.equal(code, 2)
    const { valid, errors } = JSON.parse(stdout) as {
      valid: boolean
      errors: { code: string; place: { file: string; line: number } }[]
    }
    assert.equal(valid, false)
    assert.ok(errors.length >= 2)
    assert.ok(errors.every(({ place: { file, line } }) => file === 'faulty.yaml' && line >= 3))
    const text = await place.kintsugi('validate', 'faulty.yaml')
    assert.equal(text.code, 2)
    assert.match(text.stderr, /E_NODE_UNKNOWN faulty\.yaml:3:\d+/)
    assert.match(text.stderr, /> 3 \| /)
    assert.match(text.stderr, new RegExp(`^${errors.length} errors$`, 'm'))
  })

  it('graph draws Mermaid and gives JSON', async () => {
    const drawn = await place.kintsugi('graph', 'chain.yaml')
    assert.match(drawn.stdout, /^flowchart LR\n/)
    assert.match(drawn.stdout, /-\.->/)
    const { nodes, edges } = JSON.parse((await place.kintsugi('graph', 'chain.yaml', '--format', 'json')).stdout) as {
      nodes: { id: number; use: string; axes: string[] }[]
      edges: { from: number; to: number; certain: boolean }[]
    }
    const blur = nodes.find(({ use }) => use === 'degrade/gaussian-blur')
    assert.deepEqual(blur?.axes, ['photo'])
    assert.ok(edges.some(({ to, certain }) => to === blur?.id && certain))
    assert.equal((await place.kintsugi('graph', 'chain.yaml', '--format', 'dot')).code, 2)
  })

  it('nodes, plugins, models and schema know the same node types', async () => {
    const [list, one, plugins, models, schema] = await Promise.all([
      place.kintsugi('nodes', '--json'),
      place.kintsugi('nodes', 'degrade/gaussian-noise'),
      place.kintsugi('plugins', '--json'),
      place.kintsugi('models', '--json'),
      place.kintsugi('schema', '--out'),
    ])
    const names = (JSON.parse(list.stdout) as { name: string }[]).map(({ name }) => name)
    assert.ok(names.includes('core/mod-crop') && names.includes('esrgan/restore') && names.includes('metrics/psnr'))
    assert.match(one.stdout, /sigma +a number from 0 to 255/)
    assert.match(one.stdout, /Examples\n/)
    const { plugins: found, failed } = JSON.parse(plugins.stdout) as {
      plugins: { families: string[] }[]
      failed: unknown[]
    }
    assert.deepEqual(failed, [])
    assert.deepEqual(
      [...new Set(found.flatMap(({ families }) => families))].sort(),
      [...new Set(names.map((name) => name.split('/')[0]))].sort(),
    )
    const x4 = (JSON.parse(models.stdout) as { name: string; facts: { scale: number } }[]).find(
      ({ name }) => name === 'builtin:x4',
    )
    assert.equal(x4?.facts.scale, 4)
    assert.equal(schema.stdout, 'pipeline.schema.json\n')
    const text = await readFile(place.path('pipeline.schema.json'), 'utf8')
    for (const name of names) assert.ok(text.includes(`"${name}"`), name)
  })

  it('doctor finds everything well, and the cache can be looked at and emptied', async () => {
    const { code, stdout } = await place.kintsugi('doctor', '--json')
    const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: { name: string; ok: boolean; text: string }[] }
    assert.deepEqual(
      checks.filter((check) => !check.ok),
      [],
    )
    assert.deepEqual([code, ok], [0, true])
    assert.equal((await place.kintsugi('apply', 'degrade/gaussian-blur', 'photos/a.png', '-j', '1')).code, 0)
    const before = JSON.parse((await place.kintsugi('cache', 'info', '--json')).stdout) as {
      directory: string
      entries: number
    }
    assert.deepEqual([before.directory, before.entries], [place.path('cache'), 1])
    assert.match((await place.kintsugi('cache', 'prune', '--all')).stdout, /^removed 1 files/)
    assert.equal(
      (JSON.parse((await place.kintsugi('cache', 'info', '--json')).stdout) as { entries: number }).entries,
      0,
    )
  })

  it('convert makes an ONNX file that inspect understands', async function () {
    if (!existsSync(checkpoint)) {
      console.log('      (the checkpoint is not there)')
      this.skip()
    }
    const inspected = JSON.parse((await place.kintsugi('inspect', checkpoint, '--json')).stdout) as {
      architecture: string
      parameters: number
    }
    assert.deepEqual([inspected.architecture, inspected.parameters], ['RRDBNet', 398_755])
    assert.equal((await place.kintsugi('convert', checkpoint, 'tiny.onnx')).code, 0)
    const { facts, operators, receptiveField } = JSON.parse(
      (await place.kintsugi('inspect', 'tiny.onnx', '--json')).stdout,
    ) as {
      facts: { architecture: string; scale: number }
      operators: Record<string, number>
      receptiveField: { halo: number; scale: number }
    }
    assert.deepEqual([facts.architecture, facts.scale], ['RRDBNet', 4])
    assert.equal(operators['Conv'], 36)
    assert.deepEqual([receptiveField.halo, receptiveField.scale], [34, 4])
    assert.equal((await place.kintsugi('convert', '--half', '--range', '0,1', 'tiny.onnx', 'half.onnx')).code, 0)
    const half = JSON.parse((await place.kintsugi('inspect', 'half.onnx', '--json')).stdout) as { bytes: number }
    assert.ok(half.bytes < 900_000, `${half.bytes} bytes for 398,755 weights`)
    const refused = await place.kintsugi('inspect', 'chain.yaml')
    assert.equal(refused.code, 2)
    assert.match(refused.stderr, /E_MODEL_FORMAT[\s\S]*\.onnx/)
  })
})
