/**
 * One axis of a resize as weighted sums: output i is the sum over k < taps of
 * weights[i * taps + k] * input[starts[i] + k]. Borders are already folded into the weights, so every index is inside.
 */
export interface Resampling {
  readonly starts: Int32Array
  readonly weights: Float32Array
  readonly taps: number
}

/**
 * Writes the weights of one output sample into `weights`, which holds zeros, and returns the input index of the first; the
 * others follow one by one. Indices may lie outside the input.
 */
export type Weigh = (output: number, weights: Float64Array) => number

/**
 * Gathers the weights of every output sample, at most `reach` for each; `fold` maps an index outside 0 .. inputSize - 1 to one
 * inside, and what falls on one index is added up.
 */
export function resampling(
  inputSize: number,
  outputSize: number,
  reach: number,
  weigh: Weigh,
  fold: (index: number, size: number) => number,
): Resampling {
  const raw = new Float64Array(outputSize * reach)
  const first = new Int32Array(outputSize)
  const low = new Int32Array(outputSize).fill(inputSize)
  let taps = 1
  const inside = (index: number) => (index >= 0 && index < inputSize ? index : fold(index, inputSize))
  // One array for all outputs: views of `raw` would take longer than the weights.
  const own = new Float64Array(reach)
  for (let i = 0; i < outputSize; i++) {
    first[i] = weigh(i, own)
    let high = 0
    for (let k = 0; k < reach; k++) {
      const weight = own[k]!
      if (weight === 0) continue
      raw[i * reach + k] = weight
      own[k] = 0
      const index = inside(first[i]! + k)
      if (index < low[i]!) low[i] = index
      if (index > high) high = index
    }
    taps = Math.max(taps, high - low[i]! + 1)
  }
  const starts = low.map((index) => Math.min(index, inputSize - taps))
  const weights = new Float32Array(outputSize * taps)
  const sums = new Float64Array(taps)
  for (let i = 0; i < outputSize; i++) {
    sums.fill(0)
    for (let k = 0; k < reach; k++) {
      const weight = raw[i * reach + k]!
      if (weight !== 0) sums[inside(first[i]! + k) - starts[i]!]! += weight
    }
    weights.set(sums, i * taps)
  }
  return { starts, weights, taps }
}
