// Local mean and deviation under separable weights, in float64. Addresses in bytes; rows hold an even number of samples.

/** Correlates a row with `taps` weights where they lie inside it: `width` sums of x at `out`, and of x^2 `stride` bytes further. */
export function powersRow(out: usize, stride: usize, row: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let p = row + at
    let sum = f64x2.splat(0)
    let squares = sum
    for (let k = 0; k < taps; k++) {
      const w = v128.load64_splat(weights + ((<usize>k) << 3))
      const value = v128.load(p)
      sum = f64x2.add(sum, f64x2.mul(w, value))
      squares = f64x2.add(squares, f64x2.mul(w, f64x2.mul(value, value)))
      p += 8
    }
    v128.store(out + at, sum)
    v128.store(out + stride + at, squares)
  }
}

/**
 * The mean m and the deviation s = sqrt(|E[x^2] - m^2|) from `taps` rows of `powersRow`, whose addresses `rows` holds: writes (x - m) / (s + 1)
 * over the samples x of `row`, and s to `deviation`.
 */
export function normaliseRow(
  row: usize,
  deviation: usize,
  rows: usize,
  stride: usize,
  weights: usize,
  taps: i32,
  width: i32,
): void {
  const one = f64x2.splat(1)
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let mean = f64x2.splat(0)
    let power = mean
    for (let k = 0; k < taps; k++) {
      const w = v128.load64_splat(weights + ((<usize>k) << 3))
      const p = <usize>load<u32>(rows + ((<usize>k) << 2)) + at
      mean = f64x2.add(mean, f64x2.mul(w, v128.load(p)))
      power = f64x2.add(power, f64x2.mul(w, v128.load(p + stride)))
    }
    const spread = f64x2.sqrt(f64x2.abs(f64x2.sub(power, f64x2.mul(mean, mean))))
    v128.store(row + at, f64x2.div(f64x2.sub(v128.load(row + at), mean), f64x2.add(spread, one)))
    v128.store(deviation + at, spread)
  }
}
