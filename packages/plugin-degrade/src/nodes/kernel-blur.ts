import type { Image, InputSize, NodeContext } from '@kintsugi/core'
import type { BlurKernel } from '../convolution/blur-kernel.js'
import { correlateImage, reachOf, wayFor } from '../convolution/correlate-image.js'

/** What node types that correlate an image with one kernel have in common: ports, reach, memory and `run`. */
export function kernelBlur<P>(kernelOf: (params: P) => BlurKernel) {
  return {
    inputs: { image: { type: 'image', description: 'What to blur.' } },
    outputs: { image: { type: 'image', description: 'The blurred image, of the same size, channels and metadata.' } },
    halo: (params: P) => reachOf(kernelOf(params)),
    memory: (inputs: Readonly<Record<string, InputSize>>, params: P) => {
      const { width, height, channels } = inputs.image!
      return 4 * (width * height * channels + wayFor(kernelOf(params)).samples(width, height))
    },
    run: ({ image }: { image: Image }, params: P, context: NodeContext) => ({
      image: correlateImage(image, kernelOf(params), context),
    }),
  } as const
}

/** The sentence on borders and alpha that such node types' descriptions end with. */
export const KERNEL_BLUR_BORDERS =
  'Border reflect-101 (the edge sample is not repeated), as `cv2.filter2D`; nothing is clipped. ' +
  'Alpha is blurred as a plane of its own, and colour is not premultiplied.'
