import { type Image, KintsugiError } from '@kintsugi/core'
import { type PlaneOptions, type Planes, planesOf } from '../pair/planes.js'

/** The input port of metrics that need no reference. */
export const singleInput = { image: { type: 'image', description: 'The image to score. No alpha.' } } as const

/** Checks that an image can be scored. Throws `E_IMAGE_ALPHA` or `E_IMAGE_SIZE` (too little left inside the border). */
export function checkSingle(
  metric: string,
  image: Image,
  border: number,
  minWidth: number,
  minHeight = minWidth,
): void {
  const { width, height, alpha } = image
  if (alpha !== null) {
    throw new KintsugiError('E_IMAGE_ALPHA', {
      message: `${metric} cannot score images with alpha`,
      expected: 'an opaque image',
      found: `a ${width}x${height} image with alpha`,
      fix: 'remove the alpha plane with core/convert',
    })
  }
  const [least, most] = [Math.min(minWidth, minHeight), Math.max(minWidth, minHeight)]
  const sides = [width - 2 * border, height - 2 * border]
  if (Math.min(...sides) < least || Math.max(...sides) < most) {
    throw new KintsugiError('E_IMAGE_SIZE', {
      message: `${metric} has too few pixels left inside the border`,
      expected: `at least ${most}x${least} px, or ${least}x${most}, after cutting off ${border} px on each side`,
      found: `${width}x${height} px`,
      fix: 'use larger images or a smaller `border`',
    })
  }
}

/** An image as planes ready to score. Throws as `checkSingle`. */
export function scorablePlanes(metric: string, image: Image, options: PlaneOptions, minSide: number): Planes {
  checkSingle(metric, image, options.border, minSide)
  return planesOf(image, options)
}
