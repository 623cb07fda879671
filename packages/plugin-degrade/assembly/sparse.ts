import { combineRows } from './rows'

/**
 * `count` rows of outputs, `stride` bytes apart: sums over k < taps of weights[k] times a shifted row. `places` holds two words for each:
 * which of the rows from an output's own place in `rows` on, and by how many bytes it is shifted. `addresses` has room for `taps`.
 */
export function combineSparseBand(
  out: usize,
  stride: usize,
  rows: usize,
  places: usize,
  weights: usize,
  taps: i32,
  width: i32,
  count: i32,
  addresses: usize,
): void {
  for (let y = 0; y < count; y++) {
    for (let k = 0; k < taps; k++) {
      const place = places + ((<usize>k) << 3)
      const row = load<u32>(rows + ((<usize>(y + load<i32>(place))) << 2))
      store<u32>(addresses + ((<usize>k) << 2), row + load<u32>(place, 4))
    }
    combineRows(out, addresses, weights, taps, width)
    out += stride
  }
}
