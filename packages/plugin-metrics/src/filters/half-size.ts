import { extend, type Field } from './correlate.js'

// Keys' cubic (a = -1/2) stretched over twice its width, at distances 0.5, 1.5, 2.5 and 3.5 px, as MATLAB's imresize by 0.5.
const WEIGHTS = [0.43359375, 0.11328125, -0.03515625, -0.01171875]

/** Half the size, rounded up: bicubic with antialiasing as MATLAB's `imresize(x, 0.5)`; mirrored at the edge, the edge repeated. */
export function halfSize({ width, height, data }: Field): Field {
  const [across, down] = [Math.ceil(width / 2), Math.ceil(height / 2)]
  const { width: line, data: wide } = extend({ width, height, data }, 4, 'symmetric')
  const rows = new Float64Array(width * down)
  const [w0, w1, w2, w3] = WEIGHTS as [number, number, number, number]
  for (let y = 0; y < down; y++) {
    const top = (2 * y + 1) * line + 4
    for (let x = 0; x < width; x++) {
      const i = top + x
      rows[y * width + x] =
        w3 * (wide[i]! + wide[i + 7 * line]!) +
        w2 * (wide[i + line]! + wide[i + 6 * line]!) +
        w1 * (wide[i + 2 * line]! + wide[i + 5 * line]!) +
        w0 * (wide[i + 3 * line]! + wide[i + 4 * line]!)
    }
  }
  const { width: stride, data: tall } = extend({ width, height: down, data: rows }, 4, 'symmetric')
  const out = new Float64Array(across * down)
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      const i = (y + 4) * stride + 2 * x + 1
      out[y * across + x] =
        w3 * (tall[i]! + tall[i + 7]!) +
        w2 * (tall[i + 1]! + tall[i + 6]!) +
        w1 * (tall[i + 2]! + tall[i + 5]!) +
        w0 * (tall[i + 3]! + tall[i + 4]!)
    }
  }
  return { width: across, height: down, data: out }
}
