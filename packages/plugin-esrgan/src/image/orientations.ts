import type { Image, NodeContext } from '@kintsugi/core'

/** One of the eight symmetries of a square: rows and columns exchanged first, then each mirrored. */
export interface Orientation {
  readonly transpose: boolean
  readonly mirrorX: boolean
  readonly mirrorY: boolean
}

/** All eight, the picture as it is first. */
export const orientations: readonly Orientation[] = [false, true].flatMap((transpose) =>
  [false, true].flatMap((mirrorY) => [false, true].map((mirrorX) => ({ transpose, mirrorX, mirrorY }))),
)

/** The image turned and mirrored, colour planes alone. */
export function oriented(image: Image, orientation: Orientation, context: NodeContext): Image {
  const { transpose } = orientation
  const size = transpose ? { width: image.height, height: image.width } : { width: image.width, height: image.height }
  const result = context.createImage({ ...size, channels: image.channels, metadata: image.metadata })
  eachPixel(image, orientation, (at, turned) => (result.data[turned] = image.data[at]!))
  return result
}

/** Adds `factor` times an image that was turned by `oriented`, turned back, to `sum`. */
export function addTurnedBack(turned: Image, orientation: Orientation, factor: number, sum: Image): void {
  eachPixel(sum, orientation, (at, from) => (sum.data[at] = sum.data[at]! + factor * turned.data[from]!))
}

/** Pairs of places: of a sample in the upright image, and in the turned one. */
function eachPixel(
  upright: Pick<Image, 'width' | 'height' | 'channels'>,
  { transpose, mirrorX, mirrorY }: Orientation,
  visit: (upright: number, turned: number) => void,
): void {
  const { width, height, channels } = upright
  const [across, down] = transpose ? [height, width] : [width, height]
  let at = 0
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++, at++) {
        const [u, v] = transpose ? [y, x] : [x, y]
        const column = mirrorX ? across - 1 - u : u
        const row = mirrorY ? down - 1 - v : v
        visit(at, (c * down + row) * across + column)
      }
    }
  }
}
