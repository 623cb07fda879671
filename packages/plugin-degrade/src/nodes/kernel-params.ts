import { Type } from '@kintsugi/core'
import type { KernelSize } from '../convolution/blur-kernel.js'

/** Parameter `kernel_size` of a square kernel. */
export function kernelSize(description: string) {
  return Type.Integer({
    default: 21,
    minimum: 1,
    maximum: 101,
    not: { multipleOf: 2 },
    'x-unit': 'px',
    description: `Width and height of the kernel; odd. ${description}`,
  })
}

/** The size of a square kernel. */
export function squareOf({ kernel_size }: { kernel_size: number }): KernelSize {
  return { width: kernel_size, height: kernel_size }
}

const sigmaRange = { exclusiveMinimum: 0, maximum: 50, 'x-unit': 'px' }

/** Parameters of a kernel family that may be wider along one axis than along the other. */
export const spreadParams = {
  sigma: Type.Number({ ...sigmaRange, default: 1, description: 'Spread in both directions, as of a Gaussian.' }),
  sigma_x: Type.Optional(
    Type.Number({ ...sigmaRange, description: 'Spread along x, or along the rotated x. Default: `sigma`.' }),
  ),
  sigma_y: Type.Optional(
    Type.Number({ ...sigmaRange, description: 'Spread along y, or along the rotated y. Default: `sigma`.' }),
  ),
  rotation: Type.Number({
    default: 0,
    minimum: -2 * Math.PI,
    maximum: 2 * Math.PI,
    'x-unit': 'rad',
    description: 'Turns the axes of `sigma_x` and `sigma_y` from the right towards the bottom of the image.',
  }),
}

/** The spread that those parameters give. */
export function spreadOf(params: { sigma: number; sigma_x?: number; sigma_y?: number; rotation: number }) {
  const { sigma, sigma_x: sigmaX = sigma, sigma_y: sigmaY = sigma, rotation } = params
  return { sigmaX, sigmaY, rotation }
}
