import { type Image, KintsugiError } from '@kintsugi/core'

/** Throws `E_PARAM` for a gray image, for node types that need three channels. */
export function requireColor(node: string, image: Image): void {
  if (image.channels === 3) return
  throw new KintsugiError('E_PARAM', {
    message: `${node} was given a gray image`,
    expected: 'an image of three channels',
    found: 'one channel',
    fix: 'convert it with core/convert',
  })
}
