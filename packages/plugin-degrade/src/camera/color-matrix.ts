import { type Matrix3, product } from '../noise/symmetric-matrix.js'

/** From CIE XYZ to the raw colours of four cameras (Brooks et al., "Unprocessing images for learned raw denoising", 2019; unprocess.py). */
const XYZ_TO_CAMERA: readonly Matrix3[] = [
  [
    [1.0234, -0.2969, -0.2266],
    [-0.5625, 1.6328, -0.0469],
    [-0.0703, 0.2188, 0.6406],
  ],
  [
    [0.4913, -0.0541, -0.0202],
    [-0.613, 1.3513, 0.2906],
    [-0.1564, 0.2151, 0.7183],
  ],
  [
    [0.838, -0.263, -0.0639],
    [-0.2887, 1.0725, 0.2496],
    [-0.0627, 0.1427, 0.5438],
  ],
  [
    [0.6596, -0.2079, -0.0562],
    [-0.4782, 1.3016, 0.1933],
    [-0.097, 0.1581, 0.5181],
  ],
]

/** From linear sRGB to CIE XYZ (D65), with the digits of the same source. */
const RGB_TO_XYZ: Matrix3 = [
  [0.4124564, 0.3575761, 0.1804375],
  [0.2126729, 0.7151522, 0.072175],
  [0.0193339, 0.119192, 0.9503041],
]

/** From linear sRGB to the raw colours of a mixture of the four cameras, every row divided by its sum: white stays white. */
export function rgbToCamera(weights: readonly number[]): Matrix3 {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  const mixed = [0, 1, 2].map((row) =>
    [0, 1, 2].map((column) =>
      XYZ_TO_CAMERA.reduce((sum, camera, i) => sum + (weights[i]! / total) * camera[row]![column]!, 0),
    ),
  )
  return product(mixed, RGB_TO_XYZ).map((row) => row.map((value) => value / (row[0]! + row[1]! + row[2]!)))
}

/** The inverse of a 3 x 3 matrix, by cofactors. */
export function inverse(m: Matrix3): Matrix3 {
  const at = (i: number, j: number) => m[i % 3]![j % 3]!
  const cofactor = (i: number, j: number) => at(i + 1, j + 1) * at(i + 2, j + 2) - at(i + 1, j + 2) * at(i + 2, j + 1)
  const determinant = [0, 1, 2].reduce((sum, j) => sum + at(0, j) * cofactor(0, j), 0)
  return [0, 1, 2].map((i) => [0, 1, 2].map((j) => cofactor(j, i) / determinant))
}

/** Multiplies the colour of every pixel of three planes by a matrix, in place. */
export function applyMatrix(data: Float32Array, matrix: Matrix3): void {
  const size = data.length / 3
  const [a, b, c, d, e, f, g, h, k] = matrix.flat()
  for (let i = 0; i < size; i++) {
    const red = data[i]!
    const green = data[size + i]!
    const blue = data[2 * size + i]!
    data[i] = a! * red + b! * green + c! * blue
    data[size + i] = d! * red + e! * green + f! * blue
    data[2 * size + i] = g! * red + h! * green + k! * blue
  }
}
