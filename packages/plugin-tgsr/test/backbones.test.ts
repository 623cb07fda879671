import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, createKintsugi, type Image } from '@kintsugi/core'
import tgsr from '../src/index.js'

const golden = new URL('../../../../shared/golden/tgsr/', import.meta.url)

interface Case {
  checkpoints: Readonly<Record<string, { file: string }>>
  runs: readonly { inputs: { input: { file: string } }; outputs: { output: { file: string } } }[]
}

/** A NumPy array file of version 1.0, float32, C order, [1, channels, height, width]. */
function readArray(url: URL): Image {
  const bytes = readFileSync(url)
  const start = 10 + bytes.readUInt16LE(8)
  const [, shape = ''] = /\(([^)]*)\)/.exec(bytes.toString('latin1', 10, start)) ?? []
  const [, channels, height, width] = shape.split(',').map(Number)
  const image = createImage({ width: width!, height: height!, channels: channels as 3 })
  image.data.set(new Float32Array(bytes.buffer.slice(bytes.byteOffset + start, bytes.byteOffset + bytes.length)))
  return image
}

// Small networks of the authors' code (XPixelGroup/TGSR 39630ae) with random weights, and what it gives.
describe('tgsr/restore over the backbones of TGSR', function () {
  this.timeout(60_000)
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-tgsr-backbones-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  before(function () {
    if (!existsSync(golden)) {
      console.log('    the reference data is not there')
      this.skip()
    }
  })

  for (const name of ['srresnet', 'rrdbnet', 'swinir', 'hat']) {
    it(`${name} gives what the authors' network gives`, async () => {
      const at = new URL(`${name}/`, golden)
      const { checkpoints, runs } = JSON.parse(readFileSync(new URL('case.json', at), 'utf8')) as Case
      const [{ file }] = Object.values(checkpoints) as [{ file: string }]
      const model = fileURLToPath(new URL(file, at))
      for (const run of runs) {
        const [image, expected] = [run.inputs.input, run.outputs.output].map((one) => readArray(new URL(one.file, at)))
        let restored: Image | undefined
        const { failures } = await createKintsugi({ cwd: folder, cacheDir: false, plugins: [tgsr] }).run(
          {
            kintsugi: 1,
            inputs: { image: { type: 'image' } },
            nodes: { restored: { use: 'tgsr/restore', in: 'image', with: { model } } },
            outputs: { restored: 'restored' },
          },
          {
            inputs: { image: image! },
            jobs: 1,
            out: join(folder, 'out'),
            receive: (_o, _k, value) => {
              restored = value as Image
            },
          },
        )
        for (const { error } of failures) throw error
        const { data } = expected!
        const range =
          data.reduce((most, value) => Math.max(most, value), -Infinity) -
          data.reduce((least, value) => Math.min(least, value), Infinity)
        const largest = data.reduce((most, value, i) => Math.max(most, Math.abs(value - restored!.data[i]!)), 0)
        assert.equal(restored!.data.length, data.length)
        assert.ok(largest <= 1e-4 * Math.max(1, range), `${largest} of a range of ${range}`)
      }
    })
  }
})
