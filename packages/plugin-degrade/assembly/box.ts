/**
 * Two rows of box means by running sums in float64. `columns` holds the sums of each column over the rows of the window but its last; the rows
 * `enter0` and `enter1` come in below, `leave0` and `leave1` go out above. `sums` has room for width + size - 1 pairs of columns' sums, of which
 * the first `before` and the last ones are copies of others: of which, says `border`. Whole pairs of columns.
 */
export function boxPair(
  out0: usize,
  out1: usize,
  columns: usize,
  enter0: usize,
  enter1: usize,
  leave0: usize,
  leave1: usize,
  sums: usize,
  border: usize,
  width: i32,
  size: i32,
  scale: f64,
): void {
  const before = size / 2
  const after = size - 1 - before
  const inner = sums + ((<usize>before) << 4)
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 2
    const first = f64x2.add(v128.load(columns + 2 * at), promoted(enter0 + at))
    const second = f64x2.add(f64x2.sub(first, promoted(leave0 + at)), promoted(enter1 + at))
    v128.store(columns + 2 * at, f64x2.sub(second, promoted(leave1 + at)))
    v128.store(inner + 4 * at, v128.shuffle<f64>(first, second, 0, 2))
    if (x + 1 < width) v128.store(inner + 4 * at, v128.shuffle<f64>(first, second, 1, 3), 16)
  }
  for (let i = 0; i < before; i++) copyPair(sums, i, inner, border)
  const behind = inner + ((<usize>width) << 4)
  for (let i = 0; i < after; i++) copyPair(behind, i, inner, border + ((<usize>before) << 2))
  let sum = f64x2.splat(0)
  let last = sums
  for (let i = 1; i < size; i++, last += 16) sum = f64x2.add(sum, v128.load(last))
  const factor = f64x2.splat(scale)
  for (let x = 0; x < width; x++) {
    sum = f64x2.add(sum, v128.load(last))
    const mean = f32x4.demote_f64x2_zero(f64x2.mul(sum, factor))
    v128.store_lane<u32>(out0, mean, 0)
    v128.store_lane<u32>(out1, mean, 1)
    sum = f64x2.sub(sum, v128.load(sums))
    out0 += 4
    out1 += 4
    sums += 16
    last += 16
  }
}

/** Two samples in float64. */
function promoted(samples: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(samples))
}

function copyPair(to: usize, index: i32, from: usize, border: usize): void {
  const at = <usize>load<u32>(border + ((<usize>index) << 2))
  v128.store(to + ((<usize>index) << 4), v128.load(from + (at << 4)))
}
