import type { Image, InputSize, NodeContext } from '@kintsugi/core'
import type { BlurKernel, KernelSize } from '../convolution/blur-kernel.js'
import { correlateImage, mostSamples, reachOf } from '../convolution/correlate-image.js'

/**
 * What node types that correlate an image with one kernel have in common: ports, reach, memory and `run`. `sizeOf` tells the kernel's size without making
 * it: the main thread, which has to know what each task needs, would spend more on kernels than on anything else.
 */
export function kernelBlur<P>(sizeOf: (params: P) => KernelSize, kernelOf: (params: P) => BlurKernel) {
  return {
    inputs: { image: { type: 'image', description: 'What to blur.' } },
    outputs: { image: { type: 'image', description: 'The blurred image, of the same size, channels and metadata.' } },
    halo: (params: P) => reachOf(sizeOf(params)),
    memory: (inputs: Readonly<Record<string, InputSize>>, params: P) => {
      const { width, height, channels } = inputs.image!
      return 4 * (width * height * channels + mostSamples(sizeOf(params), width, height))
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
