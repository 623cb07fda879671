import { createImage, type Image } from '@kintsugi/core'
import type { CaseInputs } from '../cases/case.js'
import { isImage, withImages } from '../cases/cases.js'
import { runHere } from '../run/direct-run.js'
import { KEY, type Subject } from '../subject.js'
import { type Check, describeError } from './check.js'

const TILE = 16
const LARGEST_HALO = 48
const TOLERANCE = 1e-6

/** For nodes that declare a halo: tiles cut with it give what the whole image gives, within 1e-6. */
export const checkTiles: Check = async (subject, report) => {
  const { registered, cases } = subject
  const { halo } = registered.definition
  if (halo === undefined) {
    report.uncovered('tiles', 'no halo is declared')
    return
  }
  if (registered.random) {
    report.uncovered('tiles', 'random draws do not follow tiles')
    return
  }
  const tried = new Set<string>()
  let compared = 0
  for (const made of cases) {
    const params = registered.complete({ ...made.params })
    if (tried.has(JSON.stringify(params))) continue
    tried.add(JSON.stringify(params))
    const reach = halo(params as never)
    if (!Number.isInteger(reach) || reach < 0) {
      report.finding('tiles', made.title, 'a halo of whole pixels', String(reach))
      continue
    }
    if (reach > LARGEST_HALO) continue
    const side = 2 * TILE + 2 * reach + 5
    const inputs = withImages(made.inputs, { shape: { width: side + 6, height: side, channels: 1 } })
    const difference = await largestDifference(subject, inputs, made.params, reach)
    if (typeof difference === 'string') {
      report.uncovered('tiles', difference)
      continue
    }
    compared++
    if (!(difference <= TOLERANCE)) {
      report.finding(
        'tiles',
        made.title,
        `tiles of ${TILE} px with halo ${reach} within ${TOLERANCE} of the whole`,
        `a difference of ${difference}`,
      )
    }
  }
  if (compared === 0) report.uncovered('tiles', `no case with a halo of at most ${LARGEST_HALO} px could be compared`)
}

/** Largest difference between the tiled and the whole result, or why there is none. */
async function largestDifference(
  { bench, registered }: Subject,
  inputs: CaseInputs,
  params: Readonly<Record<string, unknown>>,
  halo: number,
): Promise<number | string> {
  const [port, given] = Object.entries(inputs).find(([, input]) => input.kind === 'one' && isImage(input.value)) ?? []
  const output = [...registered.outputs].find(([, { type }]) => type === 'image')?.[0]
  if (port === undefined || given?.kind !== 'one' || output === undefined) return 'no image goes in and out'
  const image = given.value as Image
  const apply = async (of: Image): Promise<Image | string> => {
    const run = await runHere(
      bench,
      registered,
      { inputs: { ...inputs, [port]: { kind: 'one', value: of } }, params },
      { key: KEY },
    )
    return run.outputs === undefined ? describeError(run.error) : (run.outputs[output] as Image)
  }
  const whole = await apply(image)
  if (typeof whole === 'string') return whole
  if (whole.width !== image.width || whole.height !== image.height) return 'the size changes'
  let largest = 0
  for (let top = 0; top < image.height; top += TILE) {
    for (let left = 0; left < image.width; left += TILE) {
      const x = Math.max(0, left - halo)
      const y = Math.max(0, top - halo)
      const right = Math.min(image.width, left + TILE + halo)
      const bottom = Math.min(image.height, top + TILE + halo)
      const tile = await apply(cut(image, x, y, right - x, bottom - y))
      if (typeof tile === 'string') return tile
      for (let row = top; row < Math.min(top + TILE, image.height); row++) {
        for (let column = left; column < Math.min(left + TILE, image.width); column++) {
          const expected = whole.data[row * whole.width + column] ?? Number.NaN
          const found = tile.data[(row - y) * tile.width + column - x] ?? Number.NaN
          const difference = Math.abs(expected - found)
          if (!(difference <= largest)) largest = difference
        }
      }
    }
  }
  return largest
}

function cut(image: Image, x: number, y: number, width: number, height: number): Image {
  const tile = createImage({ width, height, channels: 1, metadata: image.metadata })
  for (let row = 0; row < height; row++) {
    const from = (y + row) * image.width + x
    tile.data.set(image.data.subarray(from, from + width), row * width)
  }
  return tile
}
