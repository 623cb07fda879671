import degrade from '@kintsugi/plugin-degrade'
import { completed, kernelOf } from './beside.mjs'

/**
 * Draws of the second-order model of Real-ESRGAN (train_realesrgan_x4plus.yml) for a 1024 x 1024 image, with real JPEG codecs: sharpening, two
 * rounds of blur, resize, noise and JPEG, then JPEG, resize and the final filter in either order. Node type, parameters, and the Python
 * function of `reference/degrade.py` with its arguments; those of blurs by a kernel are made from the node's own output.
 */
const sharpen = ['usm-sharpen', {}, 'usm', {}]
const blur = (use, params) => [use, params, 'filter2d']
const resize = (mode, side) => [
  'resize',
  { mode, size: { width: side, height: side } },
  'resize',
  { mode, width: side, height: side },
]
const gaussian = (sigma, gray) => [
  'gaussian-noise',
  { sigma, kind: gray ? 'gray' : 'color' },
  'gaussian_noise',
  { sigma, gray },
]
const poisson = (scale, gray) => [
  'poisson-noise',
  { scale, kind: gray ? 'gray' : 'color' },
  'poisson_noise',
  { scale, gray },
]
const jpeg = (quality) => ['jpeg', { quality }, 'jpeg', { quality }]

export const chains = {
  'Gaussian noise, shrinking': [
    sharpen,
    blur('gaussian-blur', { sigma_x: 2.2, sigma_y: 0.9, rotation: 0.7, kernel_size: 21 }),
    resize('area', 612),
    gaussian(15, false),
    jpeg(62),
    blur('gaussian-blur', { sigma: 0.9, kernel_size: 11 }),
    resize('bilinear', 166),
    gaussian(12, true),
    resize('bicubic', 256),
    blur('sinc-blur', { cutoff: 1.9, kernel_size: 15 }),
    jpeg(70),
  ],
  'Poisson noise, enlarging': [
    sharpen,
    blur('generalized-gaussian-blur', { sigma: 1.4, beta: 1.8, kernel_size: 13 }),
    resize('bicubic', 1280),
    poisson(1.2, false),
    jpeg(45),
    blur('plateau-blur', { sigma_x: 1.2, sigma_y: 0.5, rotation: 1.1, beta: 1.4, kernel_size: 9 }),
    resize('area', 281),
    poisson(0.8, true),
    jpeg(80),
    resize('bilinear', 256),
    blur('sinc-blur', { cutoff: 2.6, kernel_size: 21 }),
  ],
}

/** A chain as a function of an image and of what gives contexts, and as a request to the reference. */
export async function prepareChain(steps, context) {
  const nodes = steps.map(([use, params]) => {
    const definition = degrade.nodes.find((node) => node.name === `degrade/${use}`)
    const all = completed(definition, params)
    return (image, seed) => definition.run({ image }, all, context(seed))
  })
  const reference = []
  for (const [i, [, params, name, args]] of steps.entries())
    reference.push([name, args ?? { kernel: await kernelOf((image) => nodes[i](image, 0), params.kernel_size) }])
  return {
    run: async (image, seed) => {
      let current = image
      for (const [i, node] of nodes.entries()) current = (await node(current, seed + i)).image
      return { image: current }
    },
    request: { operator: 'chain', arguments: { steps: reference } },
  }
}
