/** out[x] = row0[x] + row1[x], in whole blocks of 4. */
function addRows(out: usize, row0: usize, row1: usize, width: i32): void {
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    v128.store(out + at, f32x4.add(v128.load(row0 + at), v128.load(row1 + at)))
  }
}

/**
 * One output row of a correlation with a kernel that is the same left and right, above and below. `middle` is the input row at the output's own
 * height, less the kernel's radius; `sums` holds, `rowStride` bytes apart, the sums of the rows one above and below it, two above and below, and so
 * on. `weights` holds a quarter of the kernel, the row of its middle first, each row from the middle on; `reaches` how many weights follow the first
 * of each row. Samples left and right of the middle are added before they are weighted.
 */
function convolveSymmetricRow(
  out: usize,
  middle: usize,
  sums: usize,
  rowStride: usize,
  weights: usize,
  reaches: usize,
  radius: i32,
  height: i32,
  width: i32,
): void {
  for (let x = 0; x < width; x += 16) {
    const at = (<usize>(x + radius)) << 2
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    let w = weights
    let row = middle + at
    let next = sums + at
    for (let r = 0; r < height; r++) {
      let left = row
      let right = row
      let weight = v128.load32_splat(w)
      a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(right)))
      a1 = f32x4.add(a1, f32x4.mul(weight, v128.load(right, 16)))
      a2 = f32x4.add(a2, f32x4.mul(weight, v128.load(right, 32)))
      a3 = f32x4.add(a3, f32x4.mul(weight, v128.load(right, 48)))
      w += 4
      for (const end = w + ((<usize>load<u32>(reaches + ((<usize>r) << 2))) << 2); w < end; w += 4) {
        left -= 4
        right += 4
        weight = v128.load32_splat(w)
        a0 = f32x4.add(a0, f32x4.mul(weight, f32x4.add(v128.load(left), v128.load(right))))
        a1 = f32x4.add(a1, f32x4.mul(weight, f32x4.add(v128.load(left, 16), v128.load(right, 16))))
        a2 = f32x4.add(a2, f32x4.mul(weight, f32x4.add(v128.load(left, 32), v128.load(right, 32))))
        a3 = f32x4.add(a3, f32x4.mul(weight, f32x4.add(v128.load(left, 48), v128.load(right, 48))))
      }
      row = next
      next += rowStride
    }
    const o = out + ((<usize>x) << 2)
    v128.store(o, a0)
    v128.store(o, a1, 16)
    v128.store(o, a2, 32)
    v128.store(o, a3, 48)
  }
}

/**
 * `count` rows of outputs of a symmetric kernel of 2 * height - 1 rows, with `radius` columns left and right of the middle. `sums` has room for
 * height - 1 rows.
 */
export function convolveSymmetric(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  reaches: usize,
  radius: i32,
  height: i32,
  width: i32,
  count: i32,
  sums: usize,
): void {
  let middle = rows + <usize>(height - 1) * rowStride
  for (let y = 0; y < count; y++) {
    let away = rowStride
    let sum = sums
    for (let r = 1; r < height; r++) {
      addRows(sum, middle - away, middle + away, width + 2 * radius)
      away += rowStride
      sum += rowStride
    }
    convolveSymmetricRow(out, middle, sums, rowStride, weights, reaches, radius, height, width)
    out += stride
    middle += rowStride
  }
}
