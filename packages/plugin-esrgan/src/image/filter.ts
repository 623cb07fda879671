/** Beyond the edge: zeros, or the samples mirrored, the edge sample repeated. */
export type Border = 'zero' | 'mirror'

/** Normalised samples of a Gaussian from -radius to radius; the kernel of two dimensions is their outer product. */
export function gaussian(radius: number, sigma: number): Float64Array {
  return normalised(radius, (x) => Math.exp(-(x * x) / (2 * sigma * sigma)))
}

/** The square of `gaussian`, normalised again: `p = fspecial('gaussian'); p = p .^ 2; p / sum(p(:))`. */
export function squaredGaussian(radius: number, sigma: number): Float64Array {
  return normalised(radius, (x) => Math.exp(-(x * x) / (sigma * sigma)))
}

function normalised(radius: number, weigh: (x: number) => number): Float64Array {
  const weights = Float64Array.from({ length: 2 * radius + 1 }, (_, i) => weigh(i - radius))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map((weight) => weight / sum)
}

/** Filters a plane of rows of `width` samples by the outer product of symmetric weights with themselves; sums in double precision. */
export function filterPlane(
  source: Float32Array,
  width: number,
  weights: Float64Array,
  border: Border,
  target: Float32Array,
): void {
  const height = source.length / width
  const radius = (weights.length - 1) / 2
  const across = new Float32Array(source.length)
  for (let y = 0; y < height; y++) {
    const row = source.subarray(y * width, (y + 1) * width)
    for (let x = 0; x < width; x++) {
      let sum = 0
      for (let k = -radius; k <= radius; k++) {
        const at = place(x + k, width, border)
        if (at >= 0) sum += weights[k + radius]! * row[at]!
      }
      across[y * width + x] = sum
    }
  }
  const sums = new Float64Array(width)
  for (let y = 0; y < height; y++) {
    sums.fill(0)
    for (let k = -radius; k <= radius; k++) {
      const at = place(y + k, height, border)
      if (at < 0) continue
      const weight = weights[k + radius]!
      for (let x = 0; x < width; x++) sums[x] = sums[x]! + weight * across[at * width + x]!
    }
    target.set(sums, y * width)
  }
}

/** The sample that stands at a place; -1 for a zero. */
function place(index: number, size: number, border: Border): number {
  if (index >= 0 && index < size) return index
  if (border === 'zero') return -1
  const within = ((index % (2 * size)) + 2 * size) % (2 * size)
  return within < size ? within : 2 * size - 1 - within
}
