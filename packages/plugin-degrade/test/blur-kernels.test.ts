import assert from 'node:assert/strict'
import { besselJ1 } from '../src/blur-kernels/bessel.js'
import { diskKernel } from '../src/blur-kernels/disk.js'
import { generalizedGaussianKernel } from '../src/blur-kernels/generalized-gaussian.js'
import { motionKernel } from '../src/blur-kernels/motion.js'
import { plateauKernel } from '../src/blur-kernels/plateau.js'
import { shiftedGaussianKernel } from '../src/blur-kernels/shifted-gaussian.js'
import { sincKernel } from '../src/blur-kernels/sinc.js'
import type { BlurKernel } from '../src/convolution/blur-kernel.js'
import { maxDifference } from './context.js'
import { goldenAvailable, readArray, readItems } from './golden.js'

const round = (sigma: number) => ({ sigmaX: sigma, sigmaY: sigma, rotation: 0 })
const slanted = { sigmaX: 2, sigmaY: 0.8, rotation: Math.PI / 6 }

/** Checks weights `[row, column, value]`, rows and columns from the top left, to 4e-8, the rounding of float32. */
function assertWeights({ width, weights }: BlurKernel, answers: readonly (readonly [number, number, number])[]): void {
  for (const [row, column, value] of answers) {
    assert.ok(Math.abs(weights[row * width + column]! - value) < 4e-8, `${row}, ${column}`)
  }
}

const rowsOf = ({ width, height, weights }: BlurKernel) =>
  Array.from({ length: height }, (_, y) => Array.from(weights.subarray(y * width, (y + 1) * width)))

describe('blur kernels', () => {
  it('of the generalized Gaussian family are those of BasicSR', () => {
    assertWeights(generalizedGaussianKernel(9, round(1.5), 0.5), [
      [4, 4, 0.0352036767301],
      [4, 5, 0.0252245366244],
      [0, 0, 0.00534163852901],
    ])
    assertWeights(generalizedGaussianKernel(9, round(1.5), 4), [
      [4, 4, 0.126946110918],
      [3, 5, 0.092908499682],
      [0, 0, 0],
    ])
    assertWeights(generalizedGaussianKernel(9, slanted, 2), [
      [4, 5, 0.133017056636],
      [5, 4, 0.0733872931572],
      [3, 5, 0.00203160101332],
    ])
  })

  it('of the plateau family are those of BasicSR', () => {
    assertWeights(plateauKernel(9, round(1.5), 1), [
      [4, 4, 0.0563622437291],
      [4, 5, 0.0390200148894],
      [0, 0, 0.00370262915009],
    ])
    assertWeights(plateauKernel(9, slanted, 1.5), [
      [4, 4, 0.107904020537],
      [5, 4, 0.0455018479183],
      [0, 0, 0.00295151768589],
      [0, 8, 0.000331873615167],
    ])
  })

  it('of the sinc family are those of BasicSR', () => {
    assertWeights(sincKernel(13, Math.PI / 2), [
      [6, 6, 0.180385291509],
      [6, 7, 0.130184578061],
      [5, 7, 0.0897808313725],
      [0, 0, 2.9291566729e-5],
    ])
    assertWeights(sincKernel(7, Math.PI), [
      [3, 3, 0.802869545574],
      [3, 4, 0.145473341988],
      [2, 4, -0.077789780912],
    ])
  })

  it('rest on a Bessel function that is right to 1e-14 (SciPy j1)', () => {
    const known = [
      [0, 0],
      [0.5, 0.242268457674874],
      [2, 0.576724807756873],
      [5, -0.327579137591465],
      [20, 0.0668331241758502],
      [222, 0.05166746230845758],
    ] as const
    for (const [x, value] of known) assert.ok(Math.abs(besselJ1(x) - value) < 1e-14, `J1(${x}) = ${besselJ1(x)}`)
  })

  it("of motion are those of MATLAB's fspecial", () => {
    assert.ok(maxDifference(motionKernel(9, 0).weights, new Float32Array(9).fill(1 / 9)) < 1e-7)
    const [first, second, third] = rowsOf(motionKernel(5, 30))
    assert.ok(maxDifference(first!, [0, 0, 0.026794919, 0.126794919, 0.146410162]) < 1e-8)
    assert.ok(maxDifference(second!, [0, 0.1, 0.2, 0.1, 0]) < 1e-8)
    assert.deepEqual(third, first!.slice().reverse())
    const diagonal = motionKernel(9, 45)
    assert.deepEqual([diagonal.width, diagonal.height], [7, 7])
    assertWeights(diagonal, [
      [3, 3, 0.0997064915],
      [2, 4, 0.0997064915],
      [2, 3, 0.0292033552],
      [0, 6, 0.0755136399],
      [6, 0, 0.0755136399],
    ])
    assertWeights(motionKernel(15, 30), [[4, 7, 0.0672588049]])
    assertWeights(motionKernel(20, 45), [[7, 7, 0.0446388312]])
  })

  it('of motion have no weights that are nothing but rounding', () => {
    for (let angle = 0; angle < 180; angle += 5) {
      for (let length = 2; length < 40; length += 3.5) {
        const { weights } = motionKernel(length, angle)
        assert.deepEqual(
          [...weights].filter((weight) => weight !== 0 && weight < 1e-12),
          [],
        )
      }
    }
  })

  it('of motion turn with the angle: a quarter turn transposes, a half turn changes nothing', () => {
    const level = motionKernel(11, 0)
    const upright = motionKernel(11, 90)
    assert.deepEqual([upright.width, upright.height, upright.weights.length], [1, 11, level.weights.length])
    assert.ok(maxDifference(upright.weights, level.weights) < 1e-7)
    const [rising, falling] = [motionKernel(9, 30), motionKernel(9, 150)]
    assert.ok(maxDifference(rowsOf(rising).flat(), rowsOf(falling).reverse().flat()) < 1e-7)
    assert.ok(maxDifference(motionKernel(9, -150).weights, rising.weights) < 1e-7)
    assert.deepEqual(
      [...motionKernel(1, 77).weights].filter((weight) => weight > 1e-9),
      [1],
    )
  })

  it('of a disk are those of Octave fspecial("disk")', () => {
    const disk = diskKernel(3)
    assert.equal(disk.width, 7)
    assertWeights(disk, [
      [0, 0, 0],
      [0, 1, 0.000280919186665],
      [0, 2, 0.0110250278797],
      [0, 3, 0.0171905962763],
      [1, 0, 0.000280919186665],
      [1, 1, 0.0245167426505],
      [1, 2, 0.0353677651315],
      [3, 3, 1 / (9 * Math.PI)],
    ])
    const larger = diskKernel(5)
    assert.equal(larger.width, 11)
    assertWeights(larger, [
      [0, 5, 0.00625993470215],
      [0, 4, 0.00496694718403],
      [0, 3, 0.00124960383202],
      [5, 5, 0.0127323954474],
    ])
  })

  it('of a disk are one pixel up to radius 0.5, and add up to 1 at any other', () => {
    assert.deepEqual([...diskKernel(0.5).weights, ...diskKernel(0).weights], [1, 1])
    for (const radius of [0.6, 1, 1.49, 1.51, 7.3]) {
      const { width, weights } = diskKernel(radius)
      assert.equal(width, 2 * Math.ceil(radius - 0.5) + 1)
      assert.ok(Math.abs(weights.reduce((sum, weight) => sum + weight, 0) - 1) < 1e-6)
      // Away from the rim, a weight is the reciprocal of the disk's area.
      if (radius > 1.2) assert.ok(Math.abs(weights[(weights.length - 1) / 2]! * Math.PI * radius ** 2 - 1) < 1e-6)
    }
  })

  it('of the shifted Gaussian are those of BSRGAN (size 25, sigma 1.6, scale 4: interp2d)', () => {
    const kernel = shiftedGaussianKernel(25, round(1.6), 1.5, 'resampled')
    assertWeights(kernel, [
      [12, 12, 0.0254811436728],
      [12, 13, 0.0125425498463],
      [11, 13, 0.0178534636761],
      [13, 13, 0.00617380281939],
      [10, 10, 0.051628822],
      [11, 11, 0.051628822],
      [0, 0, 0],
    ])
    let centre = 0
    kernel.weights.forEach((weight, i) => {
      centre += weight * (i % 25)
    })
    assert.ok(Math.abs(centre - 10.5) < 1e-5)
  })

  it('equal the stored kernels of BasicSR and KAIR to 1e-7', function () {
    if (!goldenAvailable) {
      console.log('      reference outputs are not there')
      this.skip()
    }
    interface Item {
      name: string
      function: string
      kernel: { file: string }
      parameters: Record<string, number> & { isotropic?: boolean }
    }
    const spreadOf = ({ sig_x, sig_y, theta, isotropic }: Item['parameters']) =>
      isotropic === true ? round(sig_x!) : { sigmaX: sig_x!, sigmaY: sig_y!, rotation: theta! }
    const build: Record<string, (p: Item['parameters']) => BlurKernel> = {
      bivariate_generalized_Gaussian: (p) => generalizedGaussianKernel(p.kernel_size!, spreadOf(p), p.beta!),
      bivariate_plateau: (p) => plateauKernel(p.kernel_size!, spreadOf(p), p.beta!),
      circular_lowpass_kernel: (p) => sincKernel(p.kernel_size!, p.cutoff!),
      gen_kernel: (p) =>
        shiftedGaussianKernel(
          15,
          { sigmaX: Math.sqrt(p.lambda_1!), sigmaY: Math.sqrt(p.lambda_2!), rotation: p.theta! },
          1.5,
          'exact',
        ),
    }
    const items = readItems<Item>('kernels').filter(
      (item) => item.function in build && !((item.parameters.pad_to ?? 0) > 0),
    )
    assert.equal(items.length, 16)
    for (const { name, function: family, parameters, kernel } of items) {
      const ours = build[family]!(parameters).weights
      assert.ok(maxDifference(ours, readArray(`kernels/${kernel.file}`).data) < 1e-7, name)
    }
  })
})
