// Correlation with separable weights in float64, weights in rising order. Addresses in bytes; rows hold an even number of samples.

/** Correlates a row with `taps` weights where they lie inside it: `width` sums. */
export function correlateRow(out: usize, row: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let p = row + at
    let sum = f64x2.splat(0)
    for (let k = 0; k < taps; k++) {
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weights + ((<usize>k) << 3)), v128.load(p)))
      p += 8
    }
    v128.store(out + at, sum)
  }
}

/** The weighted sum of `taps` rows, whose addresses `rows` holds. */
export function correlateColumns(out: usize, rows: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let sum = f64x2.splat(0)
    for (let k = 0; k < taps; k++) {
      const row = <usize>load<u32>(rows + ((<usize>k) << 2))
      sum = f64x2.add(sum, f64x2.mul(v128.load64_splat(weights + ((<usize>k) << 3)), v128.load(row + at)))
    }
    v128.store(out + at, sum)
  }
}
