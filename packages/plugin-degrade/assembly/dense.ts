/**
 * Two output rows of a correlation with a dense kernel, the second from input rows one further down. `weights` holds the kernel row by row. Sharing
 * the loaded samples between two rows makes the arithmetic, not the loads, the bound. Sums run in the order of the kernel's weights.
 */
function convolvePair(
  out0: usize,
  out1: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  kernelWidth: i32,
  kernelHeight: i32,
  width: i32,
): void {
  const line = (<usize>kernelWidth) << 2
  for (let x = 0; x < width; x += 16) {
    const at = (<usize>x) << 2
    let a0 = f32x4.splat(0),
      a1 = a0,
      a2 = a0,
      a3 = a0
    let b0 = a0,
      b1 = a0,
      b2 = a0,
      b3 = a0
    let row = rows + at
    let p = row
    let w = weights
    let end = w + line
    for (; w < end; w += 4, p += 4) {
      const wa = v128.load32_splat(w)
      a0 = f32x4.add(a0, f32x4.mul(wa, v128.load(p)))
      a1 = f32x4.add(a1, f32x4.mul(wa, v128.load(p, 16)))
      a2 = f32x4.add(a2, f32x4.mul(wa, v128.load(p, 32)))
      a3 = f32x4.add(a3, f32x4.mul(wa, v128.load(p, 48)))
    }
    // From here `w` is the weight of out1; that of out0 lies one line further.
    w = weights
    for (let r = 1; r < kernelHeight; r++) {
      row += rowStride
      p = row
      end = w + line
      for (; w < end; w += 4, p += 4) {
        const v0 = v128.load(p)
        const v1 = v128.load(p, 16)
        const v2 = v128.load(p, 32)
        const v3 = v128.load(p, 48)
        const wb = v128.load32_splat(w)
        const wa = v128.load32_splat(w + line)
        a0 = f32x4.add(a0, f32x4.mul(wa, v0))
        a1 = f32x4.add(a1, f32x4.mul(wa, v1))
        a2 = f32x4.add(a2, f32x4.mul(wa, v2))
        a3 = f32x4.add(a3, f32x4.mul(wa, v3))
        b0 = f32x4.add(b0, f32x4.mul(wb, v0))
        b1 = f32x4.add(b1, f32x4.mul(wb, v1))
        b2 = f32x4.add(b2, f32x4.mul(wb, v2))
        b3 = f32x4.add(b3, f32x4.mul(wb, v3))
      }
    }
    p = row + rowStride
    end = w + line
    for (; w < end; w += 4, p += 4) {
      const wb = v128.load32_splat(w)
      b0 = f32x4.add(b0, f32x4.mul(wb, v128.load(p)))
      b1 = f32x4.add(b1, f32x4.mul(wb, v128.load(p, 16)))
      b2 = f32x4.add(b2, f32x4.mul(wb, v128.load(p, 32)))
      b3 = f32x4.add(b3, f32x4.mul(wb, v128.load(p, 48)))
    }
    v128.store(out0 + at, a0)
    v128.store(out0 + at, a1, 16)
    v128.store(out0 + at, a2, 32)
    v128.store(out0 + at, a3, 48)
    v128.store(out1 + at, b0)
    v128.store(out1 + at, b1, 16)
    v128.store(out1 + at, b2, 32)
    v128.store(out1 + at, b3, 48)
  }
}

/** `count` rows of outputs with room for one more: a correlation with a kernel of odd width. One more input row than needed is read. */
export function convolveDense(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  kernelWidth: i32,
  kernelHeight: i32,
  width: i32,
  count: i32,
): void {
  for (let y = 0; y < count; y += 2) {
    convolvePair(out, out + stride, rows, rowStride, weights, kernelWidth, kernelHeight, width)
    out += 2 * stride
    rows += 2 * rowStride
  }
}
