/** A rectangle of pixels. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** One cut of an image for a network. */
export interface Tile {
  /** What the network reads, in pixels of the padded image: the tile's own pixels and its halo, cut at the border. */
  readonly input: Rectangle
  /** What the tile gives, in pixels of the output image. */
  readonly output: Rectangle
  /** Where the output rectangle begins in the network's result. */
  readonly offset: { readonly x: number; readonly y: number }
}

export interface TileRequest {
  /** Size of the image in pixels, before padding. */
  readonly width: number
  readonly height: number
  /** Output size divided by input size. */
  readonly scale: number
  /** Network inputs are multiples of this. */
  readonly sizeMultiple: number
  /** Tiles begin at multiples of this, itself a multiple of the size multiple, which it is by default. */
  readonly tileMultiple?: number
  /** Input pixels that a tile reads beyond its own on each side; rounded up to the tile multiple. */
  readonly halo: number
  /** Largest side of a tile in input pixels, halo excluded; rounded down to the tile multiple, but not to zero. */
  readonly size: number
}

/** The smallest multiple that is not below `size`. */
export function padSize(size: number, multiple: number): number {
  return Math.ceil(size / multiple) * multiple
}

/**
 * Cuts an image, padded at right and bottom to the size multiple, into tiles of nearly equal size in rows from the top. Every
 * output pixel belongs to exactly one tile. Origins are multiples of the tile multiple, extents of the size multiple, so that the phases of
 * strides and pixel-unshuffles and the windows of attention are those of the untiled run; a halo that would leave the image is cut, so that zero padding
 * happens at the true border alone.
 */
export function planTiles(request: TileRequest): Tile[] {
  const columns = cutAxis(request.width, request)
  const rows = cutAxis(request.height, request)
  return rows.flatMap((row) =>
    columns.map((column) => ({
      input: { x: column.from, y: row.from, width: column.length, height: row.length },
      output: { x: column.outFrom, y: row.outFrom, width: column.outLength, height: row.outLength },
      offset: { x: column.offset, y: row.offset },
    })),
  )
}

/** One axis of a tile: what it reads, what it gives, and where that lies in its result. */
interface Cut {
  readonly from: number
  readonly length: number
  readonly outFrom: number
  readonly outLength: number
  readonly offset: number
}

function cutAxis(extent: number, { scale, sizeMultiple, tileMultiple = sizeMultiple, halo, size }: TileRequest): Cut[] {
  const padded = padSize(extent, sizeMultiple)
  const margin = padSize(halo, tileMultiple)
  const units = Math.ceil(padded / tileMultiple)
  const side = Math.max(1, Math.min(Math.floor(size / tileMultiple), units))
  const count = Math.ceil(units / side)
  const boundary = (i: number) => Math.min(padded, Math.floor((i * units) / count) * tileMultiple)
  return Array.from({ length: count }, (_, i) => {
    const from = Math.max(0, boundary(i) - margin)
    const to = Math.min(padded, boundary(i + 1) + margin)
    const outFrom = boundary(i) * scale
    const outTo = Math.min(boundary(i + 1) * scale, outputSize(extent, scale))
    return { from, length: to - from, outFrom, outLength: outTo - outFrom, offset: outFrom - from * scale }
  })
}

/**
 * Cuts the features of a tile into parts that, with a halo within the tile's window, give the tile's output. `input` of a part is
 * in pixels of the window, `output` in pixels of the output image.
 */
export function planParts(
  { input, output, offset }: Tile,
  { scale, halo, size }: Pick<TileRequest, 'scale' | 'halo' | 'size'>,
): Tile[] {
  const columns = cutWindow(input.width, offset.x / scale, output.width / scale, halo, size)
  const rows = cutWindow(input.height, offset.y / scale, output.height / scale, halo, size)
  return rows.flatMap((row) =>
    columns.map((column) => ({
      input: { x: column.from, y: row.from, width: column.length, height: row.length },
      output: {
        x: (input.x + column.begin) * scale,
        y: (input.y + row.begin) * scale,
        width: (column.end - column.begin) * scale,
        height: (row.end - row.begin) * scale,
      },
      offset: { x: (column.begin - column.from) * scale, y: (row.begin - row.from) * scale },
    })),
  )
}

/** One axis of a window: pixels `begin` to `end` of each part, and what it reads. */
function cutWindow(extent: number, start: number, wanted: number, halo: number, size: number) {
  const count = Math.ceil(wanted / size)
  const boundary = (i: number) => start + Math.floor((i * wanted) / count)
  return Array.from({ length: count }, (_, i) => {
    const [begin, end] = [boundary(i), boundary(i + 1)]
    const from = Math.max(0, begin - halo)
    return { begin, end, from, length: Math.min(extent, end + halo) - from }
  })
}

/** Output pixels for a number of input pixels; a reducing network keeps the last, partly covered pixel. */
export function outputSize(extent: number, scale: number): number {
  return Math.ceil(extent * scale)
}
