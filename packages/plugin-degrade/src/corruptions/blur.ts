import { type BlurKernel } from '../convolution/blur-kernel.js'
import { correlateImage } from '../convolution/correlate-image.js'
import { gaussianTaps } from '../convolution/gaussian.js'
import { gaussianReplicated } from '../convolution/replicated.js'
import { convolveSeparable } from '../convolution/separable.js'
import { addNoise } from '../noise/add-noise.js'
import { resamplePlane } from '../resize/resample.js'
import { clippedZoom } from './clipped-zoom.js'
import { corruption, flatExample, forPlanes, photoExample, randomCorruption } from './corruption.js'
import { streak, streakKernel } from './magick-motion.js'

/** The disk of ImageNet-C: whole pixels, then a small Gaussian that loses weight at the border of the kernel for radii 8 and 10. */
export function aliasedDisk(radius: number, alias: number): BlurKernel {
  const reach = Math.max(8, radius)
  const size = 2 * reach + 1
  const inside = Float32Array.from({ length: size * size }, (_, i) =>
    ((i % size) - reach) ** 2 + (Math.floor(i / size) - reach) ** 2 <= radius ** 2 ? 1 : 0,
  )
  const count = inside.reduce((sum, one) => sum + one, 0)
  const weights = new Float32Array(size * size)
  const taps = gaussianTaps(radius <= 8 ? 3 : 5, alias)
  convolveSeparable(
    inside.map((one) => one / count),
    weights,
    size,
    size,
    taps,
    taps,
  )
  return { width: size, height: size, weights }
}

/** `corrupt/defocus-blur`. */
export const corruptDefocusBlur = corruption({
  name: 'corrupt/defocus-blur',
  title: 'Corruption: defocus blur',
  description:
    'Correlates with a disk of whole pixels, itself blurred by a Gaussian of 3 x 3 (5 x 5 at severity 5) whose border is reflect-101: at severities 4 and 5 its weights sum to 1.01298 and 1.01079, as in the original. Border reflect-101.',
  meaning: '(radius, sigma) in px',
  levels: [
    [3, 0.1],
    [4, 0.5],
    [6, 0.5],
    [8, 0.5],
    [10, 0.5],
  ],
  planes: 4,
  examples: [
    flatExample('A flat image stays as it is', 0.5, { severity: 2 }, 1e-5),
    flatExample('Severity 4 brightens', 0.5 * 1.01298, { severity: 4 }, 1e-5),
  ],
  corrupt: (image, [radius, alias], output, context) => {
    const blurred = correlateImage({ ...image, alpha: null }, aliasedDisk(radius!, alias!), context)
    output.data.set(blurred.data)
  },
})

/** `corrupt/gaussian-blur`. */
export const corruptGaussianBlur = corruption({
  name: 'corrupt/gaussian-blur',
  title: 'Corruption: Gaussian blur',
  description: 'Gaussian blur cut off at 4 sigma, edge samples repeated, as `skimage.filters.gaussian`.',
  meaning: 'sigma in px',
  levels: [1, 2, 3, 4, 6],
  planes: 8,
  examples: [flatExample('A flat image stays as it is', 0.5, {}), photoExample],
  corrupt: (image, sigma, output, context) => {
    forPlanes(image, output, context, (source, target) => {
      gaussianReplicated(source, target, image.width, image.height, sigma)
    })
  },
})

/** `corrupt/motion-blur`. */
export const corruptMotionBlur = randomCorruption({
  name: 'corrupt/motion-blur',
  title: 'Corruption: motion blur',
  description:
    "ImageMagick's motion blur: the sum of copies moved by whole pixels along a direction, weighted by one half of a Gaussian; edge samples repeated. The angle is drawn uniformly from -45 to 45 degrees.",
  meaning: '(radius, sigma) in px',
  levels: [
    [10, 3],
    [15, 5],
    [15, 8],
    [15, 12],
    [20, 15],
  ],
  planes: 8,
  examples: [flatExample('A flat image stays as it is', 0.5, {}), photoExample],
  corrupt: (image, [radius, sigma], output, context) => {
    const kernel = streakKernel(radius!, sigma!, 90 * context.random.uniform() - 45)
    forPlanes(image, output, context, (source, target) => {
      streak(source, target, image.width, image.height, kernel)
    })
  },
})

/** `corrupt/zoom-blur`. */
export const corruptZoomBlur = corruption({
  name: 'corrupt/zoom-blur',
  title: 'Corruption: zoom blur',
  description:
    'The mean of the image and of n copies enlarged about the middle by 1, 1 + step, 1 + 2 step ..., bilinear with corners aligned (`scipy.ndimage.zoom`). Sides are enlarged each by itself.',
  meaning: '(step, n)',
  // numpy.arange includes the end of the first list by rounding.
  levels: [
    [0.01, 12],
    [0.01, 16],
    [0.02, 11],
    [0.02, 13],
    [0.03, 11],
  ],
  planes: 3,
  examples: [flatExample('A flat image stays as it is', 0.5, {}), photoExample],
  corrupt: ({ ...image }, [step, count], output, context) => {
    const { width, height } = image
    output.data.set(image.data)
    const zoomed = new Float32Array(width * height)
    for (let k = 0; k < count!; k++) {
      const factor = 1 + k * step!
      const [x, y] = [clippedZoom(width, factor), clippedZoom(height, factor)]
      forPlanes(image, output, context, (source, target) => {
        resamplePlane(source, width, x, y, zoomed)
        addNoise(target, zoomed, target, { scale: 1, clip: false })
      })
    }
    const scale = 1 / (count! + 1)
    for (let i = 0; i < output.data.length; i++) output.data[i]! *= scale
  },
})

/** `corrupt/glass-blur`. */
export const corruptGlassBlur = randomCorruption({
  name: 'corrupt/glass-blur',
  title: 'Corruption: glass blur',
  description:
    'Gaussian blur, cut down to 8-bit levels; then, from the lower right to the upper left, every pixel further than `delta` from the border takes the colour of one at most `delta` away ' +
    '(dx, dy uniform over -delta .. delta - 1; the original copies, though it means to exchange); then the Gaussian again. Edge samples repeated. An image of at most 2 delta pixels is only blurred.',
  meaning: '(sigma in px, delta in px, rounds)',
  levels: [
    [0.7, 1, 2],
    [0.9, 2, 1],
    [1, 2, 3],
    [1.1, 3, 2],
    [1.5, 4, 2],
  ],
  planes: 8,
  examples: [flatExample('A flat image comes out at 127 of 255', 127 / 255, {}), photoExample],
  corrupt: (image, [sigma, delta, rounds], output, context) => {
    const { width, height, channels } = image
    const { data } = output
    forPlanes(image, output, context, (source, target) => {
      gaussianReplicated(source, target, width, height, sigma!)
    })
    for (let i = 0; i < data.length; i++)
      data[i] = Math.floor(Math.fround(Math.min(1, Math.max(0, data[i]!)) * 255)) / 255
    const size = width * height
    for (let round = 0; round < rounds!; round++) {
      context.throwIfCancelled()
      for (let y = height - delta!; y > delta!; y--) {
        for (let x = width - delta!; x > delta!; x--) {
          const dx = context.random.integer(-delta!, delta! - 1)
          const dy = context.random.integer(-delta!, delta! - 1)
          const at = y * width + x
          const from = (y + dy) * width + x + dx
          for (let c = 0; c < channels; c++) data[c * size + at] = data[c * size + from]!
        }
      }
    }
    const copy = { ...output, data: data.slice() }
    forPlanes(copy, output, context, (source, target) => {
      gaussianReplicated(source, target, width, height, sigma!)
    })
  },
})
