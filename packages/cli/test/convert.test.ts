import assert from 'node:assert/strict'
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

  it('writes ONNX files alone', async () => {
    await assert.rejects(convert('net.pth', 'net.bin'), { code: 'E_ARGUMENT', found: 'net.pth net.bin' })
  })
})
