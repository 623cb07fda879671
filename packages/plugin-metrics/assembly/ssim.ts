// Windowed moments in float64: with values up to 255^2 and variances that are small differences of them, float32 would
// leave three correct digits. All pointers are byte addresses; rows hold an even number of float64 samples.

/** Widens `width` float32 samples to float64; writes up to one sample more. */
export function widen(out: usize, row: usize, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    v128.store(out + ((<usize>x) << 3), f64x2.promote_low_f32x4(v128.load64_zero(row + ((<usize>x) << 2))))
  }
}

/**
 * Filters two rows horizontally with `taps` weights, 'valid': four rows of `width` sums come out, one after another every
 * `stride` bytes, of a, b, a^2 + b^2 and a b.
 */
export function momentsRow(out: usize, stride: usize, a: usize, b: usize, weights: usize, taps: i32, width: i32): void {
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let p = a + at
    let q = b + at
    let sa = f64x2.splat(0),
      sb = sa,
      ss = sa,
      sp = sa
    for (let k = 0; k < taps; k++) {
      const w = v128.load64_splat(weights + ((<usize>k) << 3))
      const va = v128.load(p)
      const vb = v128.load(q)
      const wa = f64x2.mul(w, va)
      const wb = f64x2.mul(w, vb)
      sa = f64x2.add(sa, wa)
      sb = f64x2.add(sb, wb)
      ss = f64x2.add(ss, f64x2.add(f64x2.mul(wa, va), f64x2.mul(wb, vb)))
      sp = f64x2.add(sp, f64x2.mul(wa, vb))
      p += 8
      q += 8
    }
    const o = out + at
    v128.store(o, sa)
    v128.store(o + stride, sb)
    v128.store(o + 2 * stride, ss)
    v128.store(o + 3 * stride, sp)
  }
}

/**
 * Filters `taps` rows of moments vertically, gives the sum of SSIM over `width` positions and writes that of its
 * contrast-structure term to `contrast`. `rows` holds the addresses of the rows that `momentsRow` wrote. Variances and the
 * covariance are multiplied by `scale`; contrast-structure below `least` is raised to it.
 */
export function ssimRow(
  rows: usize,
  stride: usize,
  weights: usize,
  taps: i32,
  width: i32,
  c1: f64,
  c2: f64,
  scale: f64,
  least: f64,
  contrast: usize,
): f64 {
  const two = f64x2.splat(2)
  const k1 = f64x2.splat(c1)
  const k2 = f64x2.splat(c2)
  const factor = f64x2.splat(scale)
  const floor = f64x2.splat(least)
  let total = f64x2.splat(0)
  let totalStructure = total
  let last: f64 = 0
  let lastStructure: f64 = 0
  for (let x = 0; x < width; x += 2) {
    const at = (<usize>x) << 3
    let ma = f64x2.splat(0),
      mb = ma,
      ms = ma,
      mp = ma
    for (let k = 0; k < taps; k++) {
      const w = v128.load64_splat(weights + ((<usize>k) << 3))
      const p = <usize>load<u32>(rows + ((<usize>k) << 2)) + at
      ma = f64x2.add(ma, f64x2.mul(w, v128.load(p)))
      mb = f64x2.add(mb, f64x2.mul(w, v128.load(p + stride)))
      ms = f64x2.add(ms, f64x2.mul(w, v128.load(p + 2 * stride)))
      mp = f64x2.add(mp, f64x2.mul(w, v128.load(p + 3 * stride)))
    }
    const product = f64x2.mul(ma, mb)
    const squares = f64x2.add(f64x2.mul(ma, ma), f64x2.mul(mb, mb))
    const luminance = f64x2.div(f64x2.add(f64x2.mul(two, product), k1), f64x2.add(squares, k1))
    const covariance = f64x2.mul(factor, f64x2.sub(mp, product))
    const variances = f64x2.mul(factor, f64x2.sub(ms, squares))
    const structure = f64x2.max(f64x2.div(f64x2.add(f64x2.mul(two, covariance), k2), f64x2.add(variances, k2)), floor)
    const value = f64x2.mul(luminance, structure)
    if (x + 1 < width) {
      total = f64x2.add(total, value)
      totalStructure = f64x2.add(totalStructure, structure)
    } else {
      last = f64x2.extract_lane(value, 0)
      lastStructure = f64x2.extract_lane(structure, 0)
    }
  }
  store<f64>(contrast, f64x2.extract_lane(totalStructure, 0) + f64x2.extract_lane(totalStructure, 1) + lastStructure)
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1) + last
}
