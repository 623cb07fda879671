import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import degrade from '@kintsugi/plugin-degrade'
import sharp from 'sharp'
import { completed, kernelOf, paired, recycling } from './measure/beside.mjs'
import { chains, prepareChain } from './measure/degrade-chain.mjs'
import { corruptions } from './measure/degrade-corruptions.mjs'
import { operators as plain, SIDE } from './measure/degrade-operators.mjs'
import { scenes } from './measure/degrade-scenes.mjs'
import { grayPicture, picture } from './measure/pictures.mjs'
import { missingPython, startPython } from './measure/python.mjs'
import { atMost, skipped } from './measure/rows.mjs'
import { THROUGHPUT, throughput } from './measure/throughput.mjs'
import { timed } from './measure/time.mjs'

export const title = `Operators of plugin-degrade beside OpenCV and NumPy, ${SIDE} x ${SIDE} RGB, one thread each`

const operators = [...plain, ...scenes, ...corruptions]

/** How many times the time of the reference an operator may take. */
const LIMIT = 1.5
/** The same for the whole model of Real-ESRGAN. */
const CHAIN_LIMIT = 1
const CHAIN = 'Real-ESRGAN, second order'

/** Rows one by one; with `words`, those alone whose name has one of them. */
export async function* measure(words) {
  const picked = (name) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word.toLowerCase()))
  const chosen = operators.filter(({ name }) => picked(name))
  const chosenChains = Object.entries(chains).filter(([name]) => picked(`${CHAIN}: ${name}`))
  const missing = missingPython()
  if (missing !== undefined) yield skipped('operators beside OpenCV and NumPy', missing)
  else if (chosen.length + chosenChains.length > 0) yield* timeBeside(chosen, chosenChains)
  if (picked(THROUGHPUT)) yield* await throughput()
}

async function* timeBeside(chosen, chosenChains) {
  sharp.concurrency(1)
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-bench-'))
  try {
    const image = picture(SIDE, SIDE, 1)
    const layer = grayPicture(SIDE, SIDE, 2)
    writeFileSync(join(folder, 'image'), interleaved(image))
    writeFileSync(join(folder, 'layer'), layer.data)
    const python = await startPython('degrade.py', [folder, String(SIDE), String(SIDE)])
    const memory = recycling()
    const session = {
      ...memory,
      image: memory.place(image),
      layer: memory.place(layer),
      python,
      result: join(folder, 'result'),
    }
    for (const operator of chosen) yield await timeOperator(operator, session)
    for (const [name, steps] of chosenChains) yield await timeChain(name, steps, session)
    python.close()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timeOperator(operator, session) {
  const { name, use, params, reference, args, kernel, tolerance, layer, seed: fixed } = operator
  const definition = degrade.nodes.find((node) => node.name === use)
  const all = completed(definition, params)
  const { context, recycle } = session
  const more = layer === undefined ? {} : { [layer]: session.layer }
  const run = (image, seed = 1) => definition.run({ image, ...more }, all, context(fixed ?? seed))
  const request = {
    operator: reference,
    arguments: kernel ? { kernel: await kernelOf(run, params.kernel_size) } : args,
  }
  const difference = tolerance === undefined ? undefined : await differenceFrom(request, run, session)
  if (difference > tolerance) throw new Error(`${name} differs from its reference by ${difference}`)
  recycle()
  return timeBoth(name, LIMIT, run, recycle, request, session, difference)
}

async function timeChain(name, steps, session) {
  const { context, recycle } = session
  const { run, request } = await prepareChain(steps, context)
  return timeBoth(`${CHAIN}: ${name}`, CHAIN_LIMIT, run, recycle, request, session)
}

async function timeBoth(name, limit, run, recycle, request, { image, python }, difference) {
  let calls = 0
  python.settle()
  const { ours, theirs, ratio } = await paired(
    async () => {
      const { least } = await timed(() => run(image, ++calls))
      recycle()
      return least
    },
    async () => {
      const { elapsed, processor } = await python.ask(request)
      return Math.min(elapsed, processor)
    },
  )
  const times = `${shown(ours)}, reference ${shown(theirs)}`
  const note = difference === undefined ? times : `${times}, differ by ${difference.toExponential(1)}`
  return atMost(name, ratio, limit, 'times', note)
}

/** The largest difference between a result and that of the reference. */
async function differenceFrom(request, run, { image, python, result }) {
  const ours = (await run(image)).image.data
  await python.ask({ ...request, save: result })
  const theirs = new Float32Array(readFileSync(result).buffer)
  if (ours.length !== theirs.length) throw new Error(`${request.operator} has another size than its reference`)
  return ours.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs[i])), 0)
}

function interleaved({ width, height, data }) {
  const size = width * height
  return Float32Array.from({ length: 3 * size }, (_, i) => data[(i % 3) * size + Math.floor(i / 3)])
}

function shown(milliseconds) {
  return `${milliseconds.toFixed(milliseconds < 10 ? 2 : 1)} ms`
}
