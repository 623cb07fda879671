/** Side of the image that operators are timed on. */
export const SIDE = 1024

/** An operator of the plugin beside the Python function that does the same; `tolerance` says how near their results are, for those without noise. */
const operator = (name, use, params, reference, args, tolerance) => ({
  name,
  use: `degrade/${use}`,
  params,
  reference,
  args,
  tolerance,
})

/** Blurs by a kernel, which the reference is given as read from an output, so that the rounding of many weights may add up. */
const kernel = (name, use, params, tolerance = 1e-5) => ({
  name,
  use: `degrade/${use}`,
  params,
  reference: 'filter2d',
  kernel: true,
  tolerance,
})

const resize = (name, mode, width, height = width) =>
  operator(
    `resize, ${name}`,
    'resize',
    { mode, size: { width, height } },
    'resize',
    { mode, width, height },
    mode === 'nearest' ? 0 : 1e-5,
  )

const turned = { sigma_x: 3, sigma_y: 1, rotation: 0.6 }
/** For kernels of more than a thousand weights. */
const LARGE = 2e-4

export const operators = [
  operator('Gaussian blur, sigma 0.5', 'gaussian-blur', { sigma: 0.5 }, 'gaussian_blur', { sigma: 0.5 }, 1e-5),
  operator('Gaussian blur, sigma 2', 'gaussian-blur', { sigma: 2 }, 'gaussian_blur', { sigma: 2 }, 1e-5),
  operator('Gaussian blur, sigma 10', 'gaussian-blur', { sigma: 10 }, 'gaussian_blur', { sigma: 10 }, 1e-5),
  ...[5, 7, 9, 11, 13, 15, 17, 21, 41].map((size) =>
    kernel(
      `turned Gaussian, ${size}x${size}`,
      'gaussian-blur',
      { ...turned, kernel_size: size },
      size > 21 ? LARGE : 1e-5,
    ),
  ),
  kernel('turned Gaussian, narrow, 21x21', 'gaussian-blur', {
    sigma_x: 3,
    sigma_y: 0.3,
    rotation: 0.6,
    kernel_size: 21,
  }),
  kernel('generalized Gaussian, 9x9', 'generalized-gaussian-blur', { beta: 0.8, sigma: 1.5, kernel_size: 9 }),
  kernel('generalized Gaussian, 21x21', 'generalized-gaussian-blur', { beta: 0.8, sigma: 2, kernel_size: 21 }),
  kernel('turned generalized Gaussian, 21x21', 'generalized-gaussian-blur', { ...turned, beta: 2, kernel_size: 21 }),
  kernel('plateau, 7x7', 'plateau-blur', { beta: 1.5, sigma: 1.5, kernel_size: 7 }),
  kernel('turned plateau, 21x21', 'plateau-blur', { ...turned, beta: 1.5, kernel_size: 21 }),
  ...[7, 9, 11, 13, 21].map((size) => kernel(`sinc, ${size}x${size}`, 'sinc-blur', { kernel_size: size, cutoff: 1.5 })),
  kernel('motion, 9 px at 30 degrees', 'motion-blur', { length: 9, angle: 30 }),
  kernel('motion, 31 px at 45 degrees', 'motion-blur', { length: 31, angle: 45 }),
  kernel('motion, 101 px at 70 degrees', 'motion-blur', { length: 101, angle: 70 }),
  kernel('motion, 15 px along rows', 'motion-blur', { length: 15, angle: 0 }),
  kernel('defocus, radius 2', 'defocus-blur', { radius: 2 }),
  kernel('defocus, radius 3', 'defocus-blur', { radius: 3 }),
  kernel('defocus, radius 5', 'defocus-blur', { radius: 5 }),
  kernel('defocus, radius 10', 'defocus-blur', { radius: 10 }),
  kernel('defocus, radius 30', 'defocus-blur', { radius: 30 }, LARGE),
  kernel('shifted Gaussian, 25x25', 'shifted-gaussian-blur', { ...turned, kernel_size: 25 }, LARGE),
  operator('USM sharpen, 51 px', 'usm-sharpen', {}, 'usm', {}, 2e-4),
  resize('area to 1/2', 'area', 512),
  resize('area to 1/4', 'area', 256),
  resize('area to 0.73', 'area', 747),
  resize('area to 1.5', 'area', 1536),
  resize('bilinear to 1/4', 'bilinear', 256),
  resize('bilinear to 0.73', 'bilinear', 747),
  resize('bilinear to 1.5', 'bilinear', 1536),
  resize('bilinear to 2', 'bilinear', 2048),
  resize('bicubic to 1/4', 'bicubic', 256),
  resize('bicubic to 0.73', 'bicubic', 747),
  resize('bicubic to 1.5', 'bicubic', 1536),
  resize('bicubic to 2', 'bicubic', 2048),
  resize('nearest to 1/4', 'nearest', 256),
  resize('nearest to 2', 'nearest', 2048),
  ...[0.25, 0.5, 2].map((scale) =>
    operator(
      `resize, MATLAB bicubic to ${scale}`,
      'resize',
      { mode: 'matlab-bicubic', factor: scale },
      'matlab_resize',
      { scale },
      1e-5,
    ),
  ),
  operator('Gaussian noise', 'gaussian-noise', { sigma: 25 }, 'gaussian_noise', { sigma: 25 }),
  operator('Gaussian noise, gray', 'gaussian-noise', { sigma: 25, kind: 'gray' }, 'gaussian_noise', {
    sigma: 25,
    gray: true,
  }),
  operator(
    'Gaussian noise, correlated',
    'gaussian-noise',
    {
      sigma: 25,
      kind: 'correlated',
      covariance: {
        eigenvalues: [1, 0.5, 0.2],
        basis: [
          [1, 1, 1],
          [-1, 1, 0],
          [-0.5, -0.5, 1],
        ],
      },
    },
    'correlated_noise',
    { sigma: 25 },
  ),
  operator('speckle noise', 'speckle-noise', { sigma: 25 }, 'speckle_noise', { sigma: 25 }),
  operator('Poisson noise', 'poisson-noise', { scale: 1 }, 'poisson_noise', { scale: 1 }),
  operator('Poisson noise, gray', 'poisson-noise', { scale: 1, kind: 'gray' }, 'poisson_noise', {
    scale: 1,
    gray: true,
  }),
  operator('salt-and-pepper noise', 'salt-and-pepper-noise', { amount: 0.05 }, 'salt_and_pepper_noise', {
    amount: 0.05,
  }),
  operator('JPEG, quality 30', 'jpeg', { quality: 30 }, 'jpeg', { quality: 30 }, 1e-6),
  operator('JPEG, quality 90', 'jpeg', { quality: 90 }, 'jpeg', { quality: 90 }, 1e-6),
  operator('WebP, quality 75', 'webp', { quality: 75 }, 'webp', { quality: 75 }),
  operator('differentiable JPEG', 'diffjpeg', { quality: 60 }, 'diffjpeg', { quality: 60 }, 0.05),
]
