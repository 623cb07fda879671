/** out[x] = row0[x] + row1[x], in whole blocks of 4. */
function addRows(out: usize, row0: usize, row1: usize, width: i32): void {
  for (let x = 0; x < width; x += 4) {
    const at = (<usize>x) << 2
    v128.store(out + at, f32x4.add(v128.load(row0 + at), v128.load(row1 + at)))
  }
}

/**
 * One output row of a correlation with a kernel that is the same left and right, above and below: rows above and below are added
 * up before, `rows` holds `height` addresses of such sums, the middle row first. `weights` holds a quarter of the kernel:
 * height rows of radius + 1 weights, the middle one first. Samples left and right of the middle are added before they are weighted.
 */
function convolveSymmetric(out: usize, rows: usize, weights: usize, radius: i32, height: i32, width: i32): void {
  const reach = (<usize>radius) << 2
  for (let x = 0; x < width; x += 16) {
    const at = ((<usize>x) << 2) + reach
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    let w = weights
    for (let r = 0; r < height; r++) {
      let right = <usize>load<u32>(rows + ((<usize>r) << 2)) + at
      let left = right
      let weight = v128.load32_splat(w)
      a0 = f32x4.add(a0, f32x4.mul(weight, v128.load(right)))
      a1 = f32x4.add(a1, f32x4.mul(weight, v128.load(right, 16)))
      a2 = f32x4.add(a2, f32x4.mul(weight, v128.load(right, 32)))
      a3 = f32x4.add(a3, f32x4.mul(weight, v128.load(right, 48)))
      w += 4
      for (const end = w + reach; w < end; w += 4) {
        left -= 4
        right += 4
        weight = v128.load32_splat(w)
        a0 = f32x4.add(a0, f32x4.mul(weight, f32x4.add(v128.load(left), v128.load(right))))
        a1 = f32x4.add(a1, f32x4.mul(weight, f32x4.add(v128.load(left, 16), v128.load(right, 16))))
        a2 = f32x4.add(a2, f32x4.mul(weight, f32x4.add(v128.load(left, 32), v128.load(right, 32))))
        a3 = f32x4.add(a3, f32x4.mul(weight, f32x4.add(v128.load(left, 48), v128.load(right, 48))))
      }
    }
    const o = out + ((<usize>x) << 2)
    v128.store(o, a0)
    v128.store(o, a1, 16)
    v128.store(o, a2, 32)
    v128.store(o, a3, 48)
  }
}

/**
 * `count` rows of outputs, `stride` bytes apart, of a symmetric kernel of 2 * height - 1 rows, each from the rows from its own place in
 * `rows` on. Sums of rows go to `sums`, `rowStride` bytes apart; `addresses` has room for the addresses of `height` rows.
 */
export function convolveSymmetricBand(
  out: usize,
  stride: usize,
  rows: usize,
  weights: usize,
  radius: i32,
  height: i32,
  width: i32,
  count: i32,
  sums: usize,
  rowStride: usize,
  addresses: usize,
): void {
  for (let y = 0; y < count; y++) {
    const middle = rows + ((<usize>(y + height - 1)) << 2)
    store<u32>(addresses, load<u32>(middle))
    let sum = sums
    for (let r = 1; r < height; r++) {
      const away = (<usize>r) << 2
      addRows(sum, <usize>load<u32>(middle - away), <usize>load<u32>(middle + away), width + 2 * radius)
      store<u32>(addresses + away, <u32>sum)
      sum += rowStride
    }
    convolveSymmetric(out, addresses, weights, radius, height, width)
    out += stride
  }
}
