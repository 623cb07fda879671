import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import degrade from '@kintsugi/plugin-degrade'
import sharp from 'sharp'
import { best, completed, kernelOf, recycling } from './measure/beside.mjs'
import { operators, SIDE } from './measure/degrade-operators.mjs'
import { withFolder } from './measure/folder.mjs'
import { picture } from './measure/pictures.mjs'
import { missingPython, startPython } from './measure/python.mjs'
import { atMost, skipped } from './measure/rows.mjs'
import { timed } from './measure/time.mjs'

export const title = `Operators of plugin-degrade beside OpenCV and NumPy, ${SIDE} x ${SIDE} RGB, one thread each`

/** How many times the time of the reference an operator may take. */
const LIMIT = 1.5

export async function measure() {
  const missing = missingPython()
  if (missing !== undefined) return [skipped('operators', missing)]
  sharp.concurrency(1)
  return withFolder(async (folder) => {
    const image = picture(SIDE, SIDE, 1)
    const path = join(folder, 'image.f32')
    writeFileSync(path, interleaved(image))
    const python = await startPython('degrade.py', [path, String(SIDE), String(SIDE)])
    const rows = []
    const only = process.env.ONLY
    for (const operator of operators)
      if (!only || operator.name.includes(only)) {
        const row = await timeOperator(operator, image, python, join(folder, 'result.f32'))
        if (only !== undefined) console.log(row.name.padEnd(40), row.value.toFixed(2), row.pass ? '' : 'FAIL', row.note)
        rows.push(row)
      }
    python.close()
    return rows
  })
}

async function timeOperator({ name, use, params, reference, args, kernel, tolerance }, image, python, result) {
  const definition = degrade.nodes.find((node) => node.name === use)
  const all = completed(definition, params)
  const { context, recycle } = recycling()
  const run = (input, seed = 1) => definition.run({ image: input }, all, context(seed))
  const request = { operator: reference, arguments: kernel ? { kernel: await kernelOf(run) } : args }
  const ours = await run(image)
  await python.ask({ ...request, save: result })
  const difference = differenceOf(ours.image.data, new Float32Array(readFileSync(result).buffer))
  if (tolerance !== undefined && !(difference <= tolerance))
    throw new Error(`${name} differs from its reference by ${difference}`)
  recycle()
  const { ours: mine, theirs } = await best(
    async (round) => {
      const { least } = await timed(() => run(image, round + 2))
      recycle()
      return least
    },
    async () => {
      const { elapsed, processor } = await python.ask(request)
      return Math.min(elapsed, processor)
    },
  )
  const note = `${mine.toFixed(1)} ms, reference ${theirs.toFixed(1)} ms${tolerance === undefined ? '' : `, differ by ${difference.toExponential(1)}`}`
  return atMost(name, mine / theirs, LIMIT, 'times', note)
}

function interleaved({ width, height, data }) {
  const size = width * height
  return Float32Array.from({ length: 3 * size }, (_, i) => data[(i % 3) * size + Math.floor(i / 3)])
}

function differenceOf(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}
