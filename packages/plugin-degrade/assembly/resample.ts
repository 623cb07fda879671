// Columns are resampled four rows at a time: with the rows interleaved, a column is one vector and every lane does the
// same sum, so no gather and no horizontal addition is needed.

/** out[4 * x + r] = row r [x] for x < width rounded up to 4. */
export function interleave(out: usize, row0: usize, row1: usize, row2: usize, row3: usize, width: i32): void {
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    const a = v128.load(row0 + at)
    const b = v128.load(row1 + at)
    const c = v128.load(row2 + at)
    const d = v128.load(row3 + at)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    const o = out + (at << 2)
    v128.store(o, v128.shuffle<f64>(ab, cd, 0, 2))
    v128.store(o, v128.shuffle<f64>(ab, cd, 1, 3), 16)
    v128.store(o, v128.shuffle<f64>(AB, CD, 0, 2), 32)
    v128.store(o, v128.shuffle<f64>(AB, CD, 1, 3), 48)
  }
}

/**
 * Output column x of four rows is the sum over k of weights[x * taps + k] * column starts[x] + k of the interleaved rows.
 * Rows are written apart again, in whole blocks of 4 columns: starts and weights hold zeros up to a multiple of 4.
 */
export function resampleColumns(
  out0: usize,
  out1: usize,
  out2: usize,
  out3: usize,
  columns: usize,
  starts: usize,
  weights: usize,
  taps: i32,
  width: i32,
): void {
  const line = (<usize>taps) << 2
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    let p0 = columns + ((<usize>load<u32>(starts + at)) << 4)
    let p1 = columns + ((<usize>load<u32>(starts + at, 4)) << 4)
    let p2 = columns + ((<usize>load<u32>(starts + at, 8)) << 4)
    let p3 = columns + ((<usize>load<u32>(starts + at, 12)) << 4)
    let w1 = weights + line
    let w2 = w1 + line
    let w3 = w2 + line
    let a = f32x4.mul(v128.load32_splat(weights), v128.load(p0))
    let b = f32x4.mul(v128.load32_splat(w1), v128.load(p1))
    let c = f32x4.mul(v128.load32_splat(w2), v128.load(p2))
    let d = f32x4.mul(v128.load32_splat(w3), v128.load(p3))
    for (let k = 1; k < taps; k++) {
      weights += 4
      w1 += 4
      w2 += 4
      w3 += 4
      p0 += 16
      p1 += 16
      p2 += 16
      p3 += 16
      a = f32x4.add(a, f32x4.mul(v128.load32_splat(weights), v128.load(p0)))
      b = f32x4.add(b, f32x4.mul(v128.load32_splat(w1), v128.load(p1)))
      c = f32x4.add(c, f32x4.mul(v128.load32_splat(w2), v128.load(p2)))
      d = f32x4.add(d, f32x4.mul(v128.load32_splat(w3), v128.load(p3)))
    }
    weights = w3 + 4
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    v128.store(out0 + at, v128.shuffle<f64>(ab, cd, 0, 2))
    v128.store(out1 + at, v128.shuffle<f64>(ab, cd, 1, 3))
    v128.store(out2 + at, v128.shuffle<f64>(AB, CD, 0, 2))
    v128.store(out3 + at, v128.shuffle<f64>(AB, CD, 1, 3))
  }
}

/**
 * A row of outputs of a pair of input rows of `rowBytes` bytes, one after the other: column x is the sum of weightsX[2 * x] and weightsX[2 * x + 1]
 * times the columns starts[x] and starts[x] + 1 of the sum of the two numbers at `weightsY` times the rows. In whole blocks of 4 columns: starts and
 * weights hold zeros up to a multiple of 4.
 */
export function resamplePair(
  out: usize,
  pair: usize,
  rowBytes: usize,
  starts: usize,
  weightsX: usize,
  weightsY: usize,
  width: i32,
): void {
  const bytes = (<usize>width) << 2
  const upper = v128.load32_splat(weightsY)
  const lower = v128.load32_splat(weightsY, 4)
  for (let at: usize = 0; at < bytes; at += 16) {
    const p0 = pair + ((<usize>load<u32>(starts + at)) << 2)
    const p1 = pair + ((<usize>load<u32>(starts + at, 4)) << 2)
    const p2 = pair + ((<usize>load<u32>(starts + at, 8)) << 2)
    const p3 = pair + ((<usize>load<u32>(starts + at, 12)) << 2)
    const w = weightsX + 2 * at
    const ab = f32x4.mul(v128.load(w), between(p0, p1, rowBytes, upper, lower))
    const cd = f32x4.mul(v128.load(w, 16), between(p2, p3, rowBytes, upper, lower))
    const sums = f32x4.add(v128.shuffle<f32>(ab, cd, 0, 2, 4, 6), v128.shuffle<f32>(ab, cd, 1, 3, 5, 7))
    v128.store(out + at, sums)
  }
}

/** Two columns from `p` and two from `q` on, between two rows. */
// inline
function between(p: usize, q: usize, rowBytes: usize, upper: v128, lower: v128): v128 {
  const above = v128.load64_lane(q, v128.load64_zero(p), 1)
  const below = v128.load64_lane(q + rowBytes, v128.load64_zero(p + rowBytes), 1)
  return f32x4.add(f32x4.mul(upper, above), f32x4.mul(lower, below))
}

/**
 * `count` rows of outputs: out[y][x] = the sample `offsets[x]` bytes after the start of the row that lies `rows[y]` bytes after `plane`, in whole
 * blocks of 4. A row that is the same as the one before it is copied.
 */
export function pickSamples(
  out: usize,
  stride: usize,
  plane: usize,
  rows: usize,
  offsets: usize,
  width: i32,
  count: i32,
): void {
  const end = offsets + ((<usize>width) << 2)
  let before: u32 = 0
  for (let y = 0; y < count; y++, out += stride, rows += 4) {
    const place = load<u32>(rows)
    if (y > 0 && place == before) {
      memory.copy(out, out - stride, (<usize>width) << 2)
      continue
    }
    before = place
    // Brought in early: processors do not look ahead beyond a page, and a row may be one.
    if (y + 1 < count) load<u32>(plane + <usize>load<u32>(rows, 4))
    const row = plane + <usize>place
    let o = out
    for (let at = offsets; at < end; at += 16, o += 16) {
      store<u32>(o, load<u32>(row + <usize>load<u32>(at)))
      store<u32>(o, load<u32>(row + <usize>load<u32>(at, 4)), 4)
      store<u32>(o, load<u32>(row + <usize>load<u32>(at, 8)), 8)
      store<u32>(o, load<u32>(row + <usize>load<u32>(at, 12)), 12)
    }
  }
}
