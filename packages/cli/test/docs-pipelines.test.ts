import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createImage, createKintsugi, encodeImage } from '@kintsugi/core'

const page = readFileSync(new URL('../../../docs/pipelines.md', import.meta.url), 'utf8')
const blocks = [...page.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text]) => text!)
const whole = blocks.filter((text) => /^kintsugi: 1$/m.test(text))
const nameOf = (text: string): string =>
  /^# file: (.+)$/m.exec(text)?.[1] ?? `${/^name: (.+)$/m.exec(text)?.[1] ?? 'unnamed'}.yaml`

describe('docs/pipelines.md', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-docs-'))
  const kintsugi = createKintsugi({ cwd: folder, cacheDir: false })
  const files = new Map(whole.map((text) => [nameOf(text), text]))

  before(async () => {
    const picture = createImage({ width: 24, height: 20, channels: 3 })
    picture.data.forEach((_, i) => {
      picture.data[i] = ((i * 37) % 101) / 101
    })
    const png = await encodeImage(picture, { format: 'png' })
    for (const part of ['images', 'HR', 'LR']) mkdirSync(join(folder, part))
    for (const name of ['images/cat', 'images/dog', 'HR/cat', 'HR/dog', 'LR/catx1', 'LR/dogx1'])
      writeFileSync(join(folder, `${name}.png`), png)
    writeFileSync(join(folder, 'jobs.csv'), 'key,file,sigma\nsoftly,images/cat.png,0.5\nstrongly,images/dog.png,3\n')
    for (const [name, text] of files) writeFileSync(join(folder, name), text)
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('has a whole pipeline for each of its names', () => {
    assert.ok(whole.length >= 15, `${whole.length} whole blocks`)
    assert.equal(files.size, whole.length, 'names of blocks differ')
  })

  for (const name of files.keys()) {
    it(`${name} runs and gives every output`, async () => {
      const prepared = await kintsugi.plan(name)
      const received = new Set<string>()
      const result = await kintsugi.run(prepared, {
        out: `runs/${name}`,
        jobs: 1,
        receive: (output) => void received.add(output),
      })
      assert.deepEqual(result.failures, [])
      assert.deepEqual([...received].sort(), prepared.plan.outputs.map((output) => output.name).sort())
    })
  }
})
