import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeModel, readFacts } from '@kintsugi/core/onnx'
import { type ConvertOptions, convert } from '../src/actions/convert.js'

describe('convert', () => {
  const refusals: [input: string, options: ConvertOptions, found: string][] = [
    ['net.onnx', { layout: 'nhcw' }, 'nhcw'],
    ['net.onnx', { order: 'grb' }, 'grb'],
    ['net.onnx', { range: '1' }, '1'],
    ['net.onnx', { range: '0,white' }, 'white'],
    ['net.onnx', { range: '1,1' }, '1,1'],
    ['net.onnx', { scale: '-2' }, '-2'],
    ['net.onnx', { set: { act_type: 'relu' } }, '--set'],
    ['net.pth', { scale: '2' }, '--scale'],
    ['net.pth', { coefficient: { level: 'high' } }, 'high'],
  ]
  for (const [input, options, found] of refusals) {
    it(`refuses ${JSON.stringify(options)} for ${input}`, async () => {
      await assert.rejects(convert(input, 'out.onnx', options), { code: 'E_ARGUMENT', found })
    })
  }

  it('takes hyper-parameters that are lists', async function () {
    const checkpoint = fileURLToPath(new URL('../../../../shared/golden/dcpt/swinir/net_g.pth', import.meta.url))
    if (!existsSync(checkpoint)) this.skip()
    const folder = mkdtempSync(join(tmpdir(), 'kintsugi-cli-test-'))
    try {
      const output = join(folder, 'swinir.onnx')
      await assert.rejects(convert(checkpoint, output, { set: { num_heads: '3,3' } }), { found: '[3,3]' })
      await convert(checkpoint, output, { set: { num_heads: '3,3,3,3,3,3' } })
      assert.deepEqual(
        readFacts(decodeModel(readFileSync(output), 'swinir'))?.hyperParameters?.['num_heads'],
        [3, 3, 3, 3, 3, 3],
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  }).timeout(20_000)

  it('writes ONNX files alone', async () => {
    await assert.rejects(convert('net.pth', 'net.bin'), { code: 'E_ARGUMENT', found: 'net.pth net.bin' })
  })
})
