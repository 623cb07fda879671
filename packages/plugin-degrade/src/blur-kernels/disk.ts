import { type BlurKernel, type KernelSize, normalisedKernel } from '../convolution/blur-kernel.js'

/**
 * A disk of `radius` pixels, as MATLAB's `fspecial('disk')`: each weight is the area that the disk covers of its pixel,
 * divided by the area of the disk. Size 2 ceil(radius - 1/2) + 1; a radius up to 1/2 gives a single 1.
 */
export function diskKernel(radius: number): BlurKernel {
  if (radius <= 0.5) return { ...diskSize(radius), weights: Float32Array.of(1) }
  const area = (x: number, y: number) => signedArea(x, y, radius)
  return normalisedKernel(
    diskSize(radius).width,
    (x, y) => area(x + 0.5, y + 0.5) - area(x - 0.5, y + 0.5) - area(x + 0.5, y - 0.5) + area(x - 0.5, y - 0.5),
  )
}

/** Rows and columns of `diskKernel`. */
export function diskSize(radius: number): KernelSize {
  const size = 2 * Math.ceil(Math.max(0, radius - 0.5)) + 1
  return { width: size, height: size }
}

/** Area of the disk around 0 inside the rectangle between 0 and (x, y); odd in x and in y. */
function signedArea(x: number, y: number, radius: number): number {
  const right = Math.min(Math.abs(x), radius)
  const top = Math.min(Math.abs(y), radius)
  // Up to here the rectangle's upper side lies inside the disk.
  const corner = Math.sqrt(radius ** 2 - top ** 2)
  const area = right <= corner ? right * top : corner * top + underArc(right, radius) - underArc(corner, radius)
  return area * Math.sign(x) * Math.sign(y)
}

/** The integral of sqrt(radius^2 - t^2) from 0 to x. */
function underArc(x: number, radius: number): number {
  return (x * Math.sqrt(radius ** 2 - x ** 2) + radius ** 2 * Math.asin(x / radius)) / 2
}
