import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { convertCheckpoint } from '@kintsugi/nn'
import { timeAgainstBare } from './measure/against-bare.mjs'
import { withFolder } from './measure/folder.mjs'
import { compareOutputs, timePairs } from './measure/graphs.mjs'
import { atMost, report, skipped } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'

export const title =
  'Built graphs: through the framework against a bare session, and against graphs exported by PyTorch'

const SIDE = 128
const PAIRS = Number(process.env.BENCH_PAIRS ?? 12)
const WARM_UP = 2
const NETWORKS = ['nafnet', 'swinir', 'restormer']
/** A Python with PyTorch that can export ONNX. */
const PYTHON = process.env.BENCH_PYTHON ?? '/usr/bin/python3'

/** Pairs in turn, the median of their ratios. */
export async function measure() {
  const shipped = fileURLToPath(new URL('../packages/plugin-esrgan/models/x4.onnx', import.meta.url))
  const rows = [await againstBareSession('RRDBNet', shipped)]
  await withFolder(async (folder) => {
    const failure = exportNetworks(folder)
    if (failure !== undefined) {
      rows.push(skipped('PyTorch exports', failure))
      return
    }
    for (const name of NETWORKS) {
      const { onnx } = await convertCheckpoint(join(folder, `${name}.pth`))
      const built = join(folder, `${name}.built.onnx`)
      writeFileSync(built, onnx)
      rows.push(await againstBareSession(name, built))
      rows.push(...(await againstExport(name, onnx, readFileSync(join(folder, `${name}.onnx`)))))
    }
  })
  return rows
}

/** The reason why there is nothing to compare with; undefined if all went well. */
function exportNetworks(folder) {
  const script = fileURLToPath(new URL('torch/networks.py', import.meta.url))
  const { status, stderr, error } = spawnSync(PYTHON, [script, folder, SIDE, SIDE].map(String), { encoding: 'utf8' })
  if (status === 0) return undefined
  return `${PYTHON} cannot export: ${error?.message ?? stderr.trim().split('\n').at(-1)}`
}

async function againstBareSession(name, model) {
  const params = { model, tiles: 'whole' }
  const pairs = await timeAgainstBare(model, SIDE, { pairs: PAIRS, warmUp: WARM_UP, params })
  const ratios = pairs.map(([ours, theirs]) => ours.processor / theirs.processor)
  return atMost(`${name}: framework`, (median(ratios) - 1) * 100, 3, '% slower', `than a bare session, ${PAIRS} pairs`)
}

async function againstExport(name, built, exported) {
  const { ratios, ours, theirs } = await timePairs(built, exported, [1, 3, SIDE, SIDE], {
    pairs: PAIRS,
    warmUp: WARM_UP,
  })
  const difference = await compareOutputs(built, exported, [1, 3, SIDE, SIDE])
  return [
    report(`${name}: built graph`, median(ours), 'ms', `PyTorch's export ${median(theirs).toFixed(0)} ms`),
    atMost(`${name}: built graph`, (median(ratios) - 1) * 100, 3, '% slower', "than PyTorch's export"),
    atMost(`${name}: difference`, difference, 1e-5, 'of the range'),
  ]
}
