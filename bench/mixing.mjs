import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKintsugi, services } from '@kintsugi/core'
import { basisMaker } from '@kintsugi/nn'
import { withFolder } from './measure/folder.mjs'
import { noiseCheckpoint } from './measure/noise-checkpoint.mjs'
import { picture } from './measure/pictures.mjs'
import { atMost, report } from './measure/rows.mjs'
import { median } from './measure/statistics.mjs'
import { timed } from './measure/time.mjs'

const SIDE = 256
const MIXTURES = Number(process.env.BENCH_MIXTURES ?? 10)
const WARM_UP = 2
const LIMIT = 5

export const title = `Making the network of a level or of weights of experts, beside the restoration of ${SIDE} x ${SIDE} by it`

const conv = (name, to, from, ...experts) => ({
  [`${name}.weight`]: [...experts, to, from, 3, 3],
  [`${name}.bias`]: [...experts, to],
})

/** HyperRes as published: 64 features, 16 blocks of generated layers (ifryed/HyperRes). */
const hyperRes = {
  ...conv('conv1.module', 64, 3),
  ...Object.assign(
    {},
    ...Array.from({ length: 32 }, (_, i) => {
      const name = `res_blocks_meta.${1 + (i >> 1)}.hy_conv${1 + (i % 2)}.fc`
      const size = 64 * 64 * 9 + 64
      // Kernels generated at small levels are about as large as those of the other layers.
      return { [`${name}.weight`]: [size, 1], [`${name}.bias`]: [size] }
    }),
  ),
  ...conv('conv2.module', 64, 64),
  ...conv('conv3.module', 256, 64),
  ...conv('conv4.module', 64, 64),
  ...conv('conv5.module', 3, 64),
}

/** DASR's network as published: 64 features, 16 blocks, 5 experts, four times enlarged (csjliang/DASR). */
const dasr = {
  ...conv('conv_first', 64, 3, 5),
  ...Object.assign({}, ...Array.from({ length: 32 }, (_, i) => conv(`body.${i >> 1}.conv${1 + (i % 2)}`, 64, 64, 5))),
  ...conv('upconv1', 256, 64, 5),
  ...conv('upconv2', 256, 64, 5),
  ...conv('conv_hr', 64, 64, 5),
  ...conv('conv_last', 3, 64, 5),
}

export async function* measure(words) {
  for (const [name, given] of [
    ['hypernet/restore, published size', hyperResAt],
    ['hypernet/restore, builtin:denoise', builtinAt],
    ['dasr/restore, published size', dasrAt],
  ]) {
    if (words.length > 0 && !words.some((word) => name.includes(word))) continue
    yield* await measureMixing(name, given)
  }
}

function hyperResAt(folder) {
  const model = join(folder, 'hyperres.safetensors')
  noiseCheckpoint(model, hyperRes)
  return levels(model)
}

function builtinAt() {
  return levels(fileURLToPath(new URL('../packages/plugin-hypernet/models/denoise.safetensors', import.meta.url)))
}

function levels(model) {
  return {
    model,
    port: 'level',
    node: { use: 'hypernet/restore', with: { model, level: { $expr: '16 + mixture / 10' } } },
    coefficients: (mixture) => ({ level: (16 + mixture / 10) / 255 }),
  }
}

function dasrAt(folder) {
  const model = join(folder, 'dasr.safetensors')
  noiseCheckpoint(model, dasr)
  const others = [0.3, -0.2, 0.25, 0.4]
  const names = ['expert1', ...others.map((_, i) => `expert${i + 2}`)]
  const values = [{ $expr: '0.1 + mixture / 100' }, ...others]
  return {
    model,
    port: 'weights',
    node: { use: 'dasr/restore', with: { model, weights: { codec: 'dasr/weights@1', names, values } } },
    coefficients: (mixture) => [0.1 + mixture / 100, ...others],
  }
}

/**
 * Each mixture restores two pictures in turn: the first waits for its network, the second finds it open. Between them the network is made once more
 * on its own, which is the sum of the weights, the graph and the bytes of its file. The rest of what the first restoration takes longer is that a session
 * is opened and fills its memory, as for every network that is opened.
 */
async function measureMixing(name, given) {
  return withFolder(async (folder) => {
    const { model, node, port, coefficients } = given(folder)
    const member = { name: 'model', hash: model, path: model }
    const make = (mixture) => basisMaker.make([member], { coefficients: coefficients(mixture) }, 'mixture')
    const made = []
    const first = new Map()
    const again = new Map()
    const kintsugi = createKintsugi({
      cacheDir: join(folder, 'cache'),
      rebind: (container) => {
        const pool = container.get(services.workers)
        const run = pool.run.bind(pool)
        let last = Promise.resolve()
        pool.run = (request) => {
          const key = JSON.stringify(request.inputs[port].value.json)
          const result = last.then(async () => {
            if (first.has(key)) made.push(await timed(() => make(MIXTURES + WARM_UP + made.length)))
            const time = await timed(() => run(request))
            ;(first.has(key) ? again : first).set(key, time)
            return time.result
          })
          last = result.catch(() => undefined)
          return result
        }
      },
    })
    const { ok, failures } = await kintsugi.run(
      {
        kintsugi: 1,
        axes: { mixture: Array.from({ length: MIXTURES + WARM_UP }, (_, i) => i) },
        inputs: { a: { type: 'image' }, b: { type: 'image' } },
        nodes: {
          photo: { stack: { a: 'a', b: 'b' }, axis: 'picture' },
          restored: { in: { image: 'photo' }, ...node },
        },
        outputs: { restored: 'restored' },
      },
      { jobs: 1, inputs: { a: picture(SIDE, SIDE, 0), b: picture(SIDE, SIDE, 1) } },
    )
    if (!ok) throw failures[0].error
    const rounds = [...first].map(([key, fresh], i) => ({ fresh, open: again.get(key), made: made[i] })).slice(WARM_UP)
    const share = (of) => 100 * median(rounds.map(of))
    const note = `median of ${rounds.length} mixtures`
    return [
      report(`${name}: restoration`, median(rounds.map(({ open }) => open.least)), 'ms'),
      atMost(
        `${name}: mixing`,
        share((round) => round.made.least / round.open.least),
        LIMIT,
        '% of it',
        note,
      ),
      report(
        `${name}: first run`,
        share((round) => round.fresh.least / round.open.least - 1),
        '% longer',
        'with the session opened',
      ),
    ]
  })
}
