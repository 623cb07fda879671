import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createKintsugi, decodeImage, type LineageRecord, type PipelineDocument, type RunResult } from '@kintsugi/core'
import { parse } from 'yaml'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))
const photos = ['camera', 'chelsea']
const draws = 3

interface Told extends RunResult {
  out: string
  /** How many tasks of each node ran, with a cache that was empty before. */
  count: ReadonlyMap<string, number>
  /** Hashes of the pixels of what was saved, by path. */
  pixels: Readonly<Record<string, string | undefined>>
}

describe('examples of degradation models', function () {
  this.timeout(180_000)
  const folder = mkdtempSync(join(tmpdir(), 'kintsugi-degradations-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  let runs = 0

  const run = async (
    pipeline: string | PipelineDocument,
    params: Readonly<Record<string, number>>,
    jobs = 2,
    only?: string[],
  ): Promise<Told> => {
    const out = join(folder, String(runs++))
    const count = new Map<string, number>()
    const result = await createKintsugi({ cwd: examples, cacheDir: `${out}-cache` }).run(pipeline, {
      out,
      jobs,
      where: { photo: photos },
      params: { draws, ...params },
      ...(only === undefined ? {} : { only }),
      on: (event) => {
        if (event.type === 'task' && event.state === 'ran') count.set(event.node, (count.get(event.node) ?? 0) + 1)
      },
    })
    assert.deepEqual(result.failures, [])
    return {
      ...result,
      out,
      count,
      pixels: Object.fromEntries(result.saved.map(({ path, pixels }) => [path, pixels])),
    }
  }
  const items = photos.flatMap((photo) => Array.from({ length: draws }, (_, draw) => [photo, String(draw)] as const))
  const recordOf = ({ out }: Told, photo: string, draw: string): LineageRecord =>
    JSON.parse(readFileSync(join(out, 'records', `${photo}-${draw}.json`), 'utf8')) as LineageRecord
  const told = ({ rows }: RunResult, output: string): Map<string, string | number> =>
    new Map(
      rows
        .filter((row) => row.output === output)
        .map(({ item, cells }) => [Object.values(item).join(' '), cells[''] as string | number]),
    )
  /** The example with a further axis and a node that draws along it. */
  const withUnrelated = (file: string): PipelineDocument => {
    const document = parse(readFileSync(join(examples, file), 'utf8')) as PipelineDocument
    return {
      ...document,
      axes: { unrelated: [1, 2], ...document.axes },
      nodes: {
        other: { use: 'core/value', with: { value: { $uniform: [0, 1] } }, along: ['unrelated', 'draw'] },
        ...document.nodes,
      },
      outputs: { ...document.outputs, other: 'other' },
    }
  }
  const assertKept = async (file: string, params: Readonly<Record<string, number>>, before: Told): Promise<void> => {
    const low = (pixels: Told['pixels']) =>
      Object.entries(pixels)
        .filter(([path]) => /^[LH]R\//.test(path))
        .sort()
    assert.deepEqual((await run(file, params, 1)).pixels, before.pixels)
    assert.deepEqual(low((await run(withUnrelated(file), params, 2, ['lq', 'hq', 'other'])).pixels), low(before.pixels))
  }

  describe('real-esrgan.yaml', () => {
    const params = { side: 64 }
    let result: Told
    before(async () => {
      result = await run('real-esrgan.yaml', params)
    })

    it('runs each task once for what it depends on', () => {
      const [photo, both, scored] = [photos.length, items.length, 2 * items.length]
      for (const [node, expected] of [
        ['original', photo],
        ['degraded/sharp', photo],
        ['degraded/resize1', both],
        ['degraded/resize2', both],
        ['degraded/rounded', both],
        ['bicubic', both],
        ['network', both],
        ['psnr', scored],
        ['spread', 2 * photo],
        ['mean', 2],
      ] as const)
        assert.equal(result.count.get(node), expected, node)
    })

    it('draws within the published ranges, each item for itself', async () => {
      const qualities = new Set<unknown>()
      for (const [photo, draw] of items) {
        const low = await decodeImage(join(result.out, 'LR', `${photo}-${draw}.png`))
        assert.deepEqual([low.width, low.height], [16, 16])
        const { steps, choices } = recordOf(result, photo, draw)
        assert.equal(choices['degraded/final'], told(result, 'order').get(`${photo} ${draw}`))
        const quality = steps['degraded/jpeg1']!.with['quality'] as number
        assert.ok(quality >= 30 && quality <= 95)
        qualities.add(quality)
        const factor = steps['degraded/resize1']!.with['factor'] as number
        assert.ok(factor >= 0.15 && factor <= 1.5)
        assert.equal(steps['degraded/resize2']!.with['divide'], 4)
        assert.equal(steps['degraded/sharp']!.ran, true)
      }
      assert.equal(qualities.size, items.length)
      assert.equal((await decodeImage(join(result.out, 'HR', 'chelsea.png'))).width, 64)
    })

    it('scores by the order that was drawn: the mean of all is that of the groups, by their sizes', () => {
      const orders = [...told(result, 'order').values()]
      const groups = told(result, 'mean_by_order')
      for (const method of ['bicubic', 'network']) {
        const sum = [...new Set(orders)].reduce<number>((total, order) => {
          const size = orders.filter((other) => other === order).length
          return total + size * (groups.get(`${method} ${order}`) as number)
        }, 0)
        assert.ok(Math.abs(sum / orders.length - (told(result, 'mean').get(method) as number)) < 1e-9)
      }
    })

    it('gives the same pixels with one thread, and beside an axis and a node that have nothing to do with it', () =>
      assertKept('real-esrgan.yaml', params, result))
  })

  describe('bsrgan.yaml', () => {
    const params = { side: 64, patch: 32 }
    let result: Told
    before(async () => {
      result = await run('bsrgan.yaml', params)
    })

    it('draws orders in which the last resize follows the first, and takes the steps in them', () => {
      const orders = told(result, 'order')
      assert.ok(new Set(orders.values()).size > 3)
      let skipped = 0
      for (const [photo, draw] of items) {
        const order = String(orders.get(`${photo} ${draw}`)).split(',')
        assert.deepEqual([...order].sort(), ['blur-a', 'blur-b', 'camera', 'down', 'final', 'jpeg', 'noise'])
        assert.ok(order.indexOf('down') < order.indexOf('final'))
        const { steps } = recordOf(result, photo, draw)
        const names = Object.keys(steps).flatMap((name) => /^degraded\/degraded\/([^/]+)/.exec(name)?.[1] ?? [])
        assert.deepEqual([...new Set(names)], order)
        if (steps['degraded/degraded/camera']?.ran === false) skipped++
      }
      assert.ok(skipped > 0 && skipped < items.length, `the camera model was left out ${skipped} times`)
    })

    it('cuts both pictures of a pair at one place, on whole small pixels', async () => {
      for (const [photo, draw] of items) {
        const high = await decodeImage(join(result.out, 'HR', `${photo}-${draw}.png`))
        const low = await decodeImage(join(result.out, 'LR', `${photo}-${draw}.png`))
        assert.deepEqual([high.width, high.height, low.width, low.height], [32, 32, 8, 8])
        const whole = await decodeImage(join(examples, 'photos', `${photo}.png`))
        const same = (left: number, top: number): boolean => {
          for (let y = 0; y < 32; y++)
            for (let x = 0; x < 32; x++)
              if (high.data[y * 32 + x] !== whole.data[(64 + top + y) * whole.width + 96 + left + x]) return false
          return true
        }
        const places = Array.from({ length: 9 }, (_, i) => 4 * i)
        assert.ok(
          places.some((top) => places.some((left) => same(left, top))),
          `${photo} ${draw} is cut elsewhere`,
        )
      }
    })

    it('gives the same pixels with one thread, and beside an axis and a node that have nothing to do with it', () =>
      assertKept('bsrgan.yaml', params, result))
  })
})
