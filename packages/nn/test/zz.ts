import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { convertCheckpoint } from '../src/index.js'

const require = createRequire(import.meta.url)
const ort = require('onnxruntime-node')
const opts = {
  executionProviders: ['cpu'],
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
} as const
const only = process.argv[2]?.split(',') ?? ['nafnet', 'swinir', 'restormer']
const side = 128
for (const name of only) {
  const { onnx } = await convertCheckpoint(`/tmp/tn/${name}.pth`)
  const built = await ort.InferenceSession.create(onnx, opts)
  const torch = await ort.InferenceSession.create(readFileSync(`/tmp/tn/${name}.onnx`), opts)
  const data = Float32Array.from({ length: 3 * side * side }, (_, i) => Math.sin(i * 0.37) * 0.5 + 0.5)
  const run = async (s: any) => {
    const c = process.cpuUsage()
    const { output } = await s.run({ input: new ort.Tensor('float32', data, [1, 3, side, side]) }, ['output'])
    const d = process.cpuUsage(c)
    return [(d.user + d.system) / 1000, output.data]
  }
  const a: number[] = [],
    b: number[] = []
  let diff = 0,
    range = 0
  for (let i = 0; i < 9; i++) {
    const [ta, x] = await run(built)
    const [tb, y] = await run(torch)
    if (i > 1) {
      a.push(ta)
      b.push(tb)
    } else
      for (let k = 0; k < x.length; k++) {
        diff = Math.max(diff, Math.abs(x[k] - y[k]))
        range = Math.max(range, Math.abs(y[k]))
      }
  }
  const med = (v: number[]) => [...v].sort((p, q) => p - q)[v.length >> 1]!
  const ratios = a.map((v, i) => v / b[i]!)
  console.log(
    name,
    'built',
    med(a).toFixed(0),
    'torch',
    med(b).toFixed(0),
    'ratio',
    med(ratios).toFixed(3),
    'min',
    Math.min(...a).toFixed(0),
    Math.min(...b).toFixed(0),
    'diff',
    diff / range,
  )
}
