/** The kernels of the resampling here, as other programs have them. */
export type Kernel = 'matlab-bicubic' | 'bilinear' | 'lanczos4'

/** One axis: for each output sample the first input sample that it reads (may lie outside) and the weights from there. */
interface Axis {
  readonly starts: Int32Array
  readonly taps: number
  /** `taps` weights for each output sample. */
  readonly weights: Float64Array
  /** The sample that stands for one outside. */
  readonly border: (index: number) => number
}

interface Size {
  readonly width: number
  readonly height: number
}

/**
 * Resamples a plane of `from` size to `to` size: columns, then rows, sums in double precision; output i lies at
 * (i + 0.5) from / to - 0.5. `matlab-bicubic` is MATLAB's `imresize` (Keys' kernel, a = -0.5, stretched when shrinking, edges mirrored with
 * the edge sample repeated); `bilinear` and `lanczos4` are OpenCV 4.6's `INTER_LINEAR` and `INTER_LANCZOS4`, which look at 2 and 8 samples
 * whatever the size, edges repeated. Memory is that of some rows.
 */
export function resamplePlane(source: Float32Array, from: Size, to: Size, kernel: Kernel, target: Float32Array): void {
  const columns = makeAxis(from.width, to.width, kernel)
  const rows = makeAxis(from.height, to.height, kernel)
  const ready = new Map<number, Float32Array>()
  for (let y = 0; y < to.height; y++) {
    const into = target.subarray(y * to.width, (y + 1) * to.width)
    const sum = new Float64Array(to.width)
    const first = rows.starts[y]!
    for (let k = 0; k < rows.taps; k++) {
      const weight = rows.weights[y * rows.taps + k]!
      if (weight === 0) continue
      const index = rows.border(first + k)
      let row = ready.get(index)
      if (row === undefined) {
        row = resampleRow(source.subarray(index * from.width, (index + 1) * from.width), columns)
        ready.set(index, row)
      }
      for (let x = 0; x < sum.length; x++) sum[x] = sum[x]! + weight * row[x]!
    }
    into.set(sum)
    for (const index of ready.keys()) if (index < first - rows.taps) ready.delete(index)
  }
}

function resampleRow(row: Float32Array, { starts, taps, weights, border }: Axis): Float32Array {
  const result = new Float32Array(starts.length)
  const last = row.length - taps
  for (let x = 0; x < result.length; x++) {
    const start = starts[x]!
    const at = x * taps
    let sum = 0
    if (start >= 0 && start <= last) for (let k = 0; k < taps; k++) sum += weights[at + k]! * row[start + k]!
    else for (let k = 0; k < taps; k++) sum += weights[at + k]! * row[border(start + k)]!
    result[x] = sum
  }
  return result
}

function makeAxis(input: number, output: number, kernel: Kernel): Axis {
  const step = input / output
  const stretch = kernel === 'matlab-bicubic' ? Math.max(step, 1) : 1
  const taps = kernel === 'matlab-bicubic' ? Math.ceil(4 * stretch) + 2 : kernel === 'bilinear' ? 2 : 8
  const starts = new Int32Array(output)
  const weights = new Float64Array(output * taps)
  for (let i = 0; i < output; i++) {
    const u = (i + 0.5) * step - 0.5
    const start = kernel === 'matlab-bicubic' ? Math.floor(u - 2 * stretch) : Math.floor(u) - taps / 2 + 1
    starts[i] = start
    let sum = 0
    for (let k = 0; k < taps; k++) sum += weights[i * taps + k] = weigh[kernel]((start + k - u) / stretch)
    for (let k = 0; k < taps; k++) weights[i * taps + k] = weights[i * taps + k]! / sum
  }
  const border = kernel === 'matlab-bicubic' ? mirrored(input) : repeated(input)
  return { starts, taps, weights, border }
}

const weigh: Readonly<Record<Kernel, (distance: number) => number>> = {
  'matlab-bicubic': keys,
  bilinear: (distance) => Math.max(0, 1 - Math.abs(distance)),
  lanczos4,
}

/** Keys' cubic convolution kernel (Keys 1981, equation 4) with a = -0.5. */
function keys(distance: number): number {
  const d = Math.abs(distance)
  if (d <= 1) return (1.5 * d - 2.5) * d * d + 1
  return d < 2 ? ((-0.5 * d + 2.5) * d - 4) * d + 2 : 0
}

/** sinc(x) sinc(x / 4) for |x| < 4. */
function lanczos4(distance: number): number {
  if (distance === 0) return 1
  const x = Math.PI * distance
  return Math.abs(distance) < 4 ? (4 * Math.sin(x) * Math.sin(x / 4)) / (x * x) : 0
}

function repeated(size: number): (index: number) => number {
  return (index) => Math.min(Math.max(index, 0), size - 1)
}

function mirrored(size: number): (index: number) => number {
  return (index) => {
    const within = ((index % (2 * size)) + 2 * size) % (2 * size)
    return within < size ? within : 2 * size - 1 - within
  }
}
