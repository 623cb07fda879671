import { Type } from 'typebox'
import { KintsugiError } from '../errors/index.js'
import type { Image } from '../image/image.js'
import { defineNode } from '../plugin/node.js'
import { textDots } from './label-font.js'

/** A sheet's side in pixels, at most: what image files hold. */
const MAX_SIDE = 65535
/** Pixels that a dot of a label takes in each direction, and the strip that a label stands in. */
const DOT = 2
const LABEL_HEIGHT = 16

const side = Type.Integer({ minimum: 8, maximum: 4096, 'x-unit': 'px' })

/** Lays the images of whole axes out in a grid. */
export const contactSheet = defineNode({
  name: 'core/contact-sheet',
  title: 'Contact sheet',
  description:
    'Lays images out in a grid of cells, row by row in axis order, each with its keys below: a space at a glance. An image larger than its cell is shrunk by the mean over ' +
    'the area of each pixel; a smaller one stands in the middle at its own size, or repeated by a whole number with `enlarge`. Gray becomes RGB, alpha is laid over the background. ' +
    'Images are loaded one at a time; the sheet alone is in memory.',
  kind: 'reduce',
  inputs: { images: { type: 'image', description: 'The images; their axes are named by `over`.' } },
  outputs: { image: { type: 'image', description: 'The sheet, RGB.' } },
  params: Type.Object(
    {
      cell: Type.Object(
        { width: side, height: side },
        {
          additionalProperties: false,
          default: { width: 192, height: 192 },
          description: 'Size that images are fitted into.',
        },
      ),
      columns: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: 4096,
          description:
            'Cells in a row. Default: the number of keys of the last axis where there are several axes, else as many as make the grid square.',
        }),
      ),
      gap: Type.Integer({
        default: 8,
        minimum: 0,
        maximum: 256,
        'x-unit': 'px',
        description: 'Between cells and around them.',
      }),
      labels: Type.Boolean({ default: true, description: 'Write the keys of each image below it, in capitals.' }),
      enlarge: Type.Boolean({
        default: false,
        description: 'Repeat the pixels of small images by the largest whole number that fits.',
      }),
      background: Type.Number({
        default: 1,
        minimum: 0,
        maximum: 1,
        description: 'Level around the images: 0 black, 1 white. Labels are black or white, whichever stands out.',
      }),
    },
    { additionalProperties: false },
  ),
  memory: () => 2 ** 26,
  examples: [
    {
      title: 'Two images side by side, on black and without labels',
      in: {
        images: [
          { pattern: 'flat', width: 8, height: 8 },
          { pattern: 'flat', width: 32, height: 16 },
        ],
      },
      with: { cell: { width: 8, height: 8 }, columns: 2, gap: 1, labels: false, background: 0 },
      expect: {
        image: {
          width: 19,
          height: 10,
          samples: [
            [0, 0, 0, 0],
            [0, 1, 1, 0.5],
            [0, 1, 10, 0],
            [0, 3, 10, 0.5],
            [0, 6, 17, 0.5],
          ],
        },
      },
    },
    {
      title: 'Labelled, small images enlarged by repeating pixels',
      in: { images: [{ pattern: 'step', width: 4, height: 4 }] },
      with: { cell: { width: 16, height: 16 }, gap: 0, enlarge: true },
      expect: {
        image: {
          width: 16,
          height: 32,
          samples: [
            [0, 0, 7, 0],
            [0, 0, 8, 1],
          ],
        },
      },
    },
  ],
  async run({ images }, { cell, columns, gap, labels, enlarge, background }, context) {
    if (images.length === 0) {
      throw new KintsugiError('E_ABSENT', {
        message: 'A contact sheet has no images.',
        expected: 'at least one',
        found: `${images.missing} missing`,
        fix: 'Check that the axes in `over` have items, and why items are missing.',
      })
    }
    const across = columns ?? (await naturalColumns(images))
    const down = Math.ceil(images.length / across)
    const high = cell.height + (labels ? LABEL_HEIGHT : 0)
    const width = gap + Math.min(across, images.length) * (cell.width + gap)
    const height = gap + down * (high + gap)
    if (Math.max(width, height) > MAX_SIDE) {
      throw new KintsugiError('E_IMAGE_SIZE', {
        message: `A contact sheet of ${images.length} images would be too large for any image file.`,
        expected: `sides of at most ${MAX_SIDE} px`,
        found: `${width}x${height} px`,
        fix: 'Use smaller cells, other `columns`, or reduce over fewer items.',
      })
    }
    const sheet = context.createImage({ width, height, channels: 3 })
    sheet.data.fill(background)
    let at = 0
    for await (const member of images) {
      context.throwIfCancelled()
      const left = gap + (at % across) * (cell.width + gap)
      const top = gap + Math.floor(at / across) * (high + gap)
      const image = await member.load()
      paste(sheet, image, left, top, cell, enlarge, background)
      if (labels)
        write(
          sheet,
          Object.values(member.keys).join(' '),
          left,
          top + cell.height + 3,
          cell.width,
          background < 0.5 ? 1 : 0,
        )
      at++
      context.progress(at / images.length)
    }
    return { image: sheet }
  },
})

/** The number of keys of the last axis where there are several, else the side of the smallest square that holds all. */
async function naturalColumns(
  images: AsyncIterable<{ keys: Readonly<Record<string, string>> }> & { length: number },
): Promise<number> {
  const last = new Set<string>()
  let axes = 0
  for await (const { keys } of images) {
    const values = Object.values(keys)
    axes = values.length
    last.add(values.at(-1) ?? '')
  }
  return axes > 1 ? last.size : Math.ceil(Math.sqrt(images.length))
}

/** Puts an image into the middle of a cell. */
function paste(
  sheet: Image,
  image: Image,
  left: number,
  top: number,
  cell: { width: number; height: number },
  enlarge: boolean,
  background: number,
): void {
  const fit = Math.min(cell.width / image.width, cell.height / image.height)
  const scale = fit < 1 ? fit : enlarge ? Math.floor(fit) : 1
  const width = Math.max(1, Math.min(cell.width, Math.round(image.width * scale)))
  const height = Math.max(1, Math.min(cell.height, Math.round(image.height * scale)))
  const x0 = left + Math.floor((cell.width - width) / 2)
  const y0 = top + Math.floor((cell.height - height) / 2)
  const size = image.width * image.height
  const spans = Array.from({ length: width }, (_, x) => span(x, width, image.width))
  for (let y = 0; y < height; y++) {
    const rows = span(y, height, image.height)
    for (let x = 0; x < width; x++) {
      const columns = spans[x] as Span
      for (let c = 0; c < 3; c++) {
        const plane = (image.channels === 1 ? 0 : c) * size
        let sum = 0
        for (let row = rows.first; row <= rows.last; row++) {
          const weight = covered(rows, row)
          for (let column = columns.first; column <= columns.last; column++) {
            const i = row * image.width + column
            const sample = image.data[plane + i] as number
            const alpha = image.alpha?.[i] ?? 1
            sum += weight * covered(columns, column) * (sample * alpha + background * (1 - alpha))
          }
        }
        sheet.data[c * sheet.width * sheet.height + (y0 + y) * sheet.width + x0 + x] =
          sum / ((rows.to - rows.from) * (columns.to - columns.from))
      }
    }
  }
}

/** The source samples under one output sample, those at the ends in part. */
interface Span {
  from: number
  to: number
  first: number
  last: number
}

function span(at: number, output: number, input: number): Span {
  // Enlarging by whole numbers stays within one sample; shrinking covers several.
  const from = output > input ? Math.floor((at * input) / output) : (at * input) / output
  const to = output > input ? from + 1 : ((at + 1) * input) / output
  return { from, to, first: Math.floor(from), last: Math.min(Math.ceil(to), input) - 1 }
}

function covered({ from, to }: Span, at: number): number {
  return Math.min(at + 1, to) - Math.max(at, from)
}

/** Writes a text in dots, cut off at the cell's end. */
function write(sheet: Image, text: string, left: number, top: number, width: number, ink: number): void {
  textDots(text).forEach((row, y) => {
    row.forEach((dot, x) => {
      if (!dot || (x + 1) * DOT > width) return
      for (let c = 0; c < 3; c++)
        for (let dy = 0; dy < DOT; dy++)
          for (let dx = 0; dx < DOT; dx++)
            sheet.data[c * sheet.width * sheet.height + (top + y * DOT + dy) * sheet.width + left + x * DOT + dx] = ink
    })
  })
}
