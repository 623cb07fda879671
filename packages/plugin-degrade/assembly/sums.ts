// Sums of weighted rows. Pointers are byte addresses of float32 samples in this module's memory. Rows of inputs lie `rowStride` bytes apart, rows of
// outputs `stride`; outputs are computed in whole blocks, so a row needs room for 15 samples after its end. Every sample is an in-order sum of
// products, rounded to float32 at each step, whatever its place in the row: strips and tiles agree with the whole, bit for bit.

/**
 * `count` rows of outputs: out[y][x] = sum over k < taps of weights[k] times the sample `offsets[k]` bytes after that at the same place of row y.
 * As many samples at once as processors have registers for, then what is left of a row by fours.
 */
export function sumShifted(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  offsets: usize,
  weights: usize,
  taps: i32,
  width: i32,
  count: i32,
): void {
  const bytes = (<usize>taps) << 2
  for (let y = 0; y < count; y++) {
    let x = 0
    for (; x + 24 <= width; x += 24) {
      const at = (<usize>x) << 2
      const row = rows + at
      const first = v128.load32_splat(weights)
      const from = row + <usize>load<u32>(offsets)
      let a0 = f32x4.mul(first, v128.load(from))
      let a1 = f32x4.mul(first, v128.load(from, 16))
      let a2 = f32x4.mul(first, v128.load(from, 32))
      let a3 = f32x4.mul(first, v128.load(from, 48))
      let a4 = f32x4.mul(first, v128.load(from, 64))
      let a5 = f32x4.mul(first, v128.load(from, 80))
      for (let k: usize = 4; k < bytes; k += 4) {
        const w = v128.load32_splat(weights + k)
        const p = row + <usize>load<u32>(offsets + k)
        a0 = f32x4.add(a0, f32x4.mul(w, v128.load(p)))
        a1 = f32x4.add(a1, f32x4.mul(w, v128.load(p, 16)))
        a2 = f32x4.add(a2, f32x4.mul(w, v128.load(p, 32)))
        a3 = f32x4.add(a3, f32x4.mul(w, v128.load(p, 48)))
        a4 = f32x4.add(a4, f32x4.mul(w, v128.load(p, 64)))
        a5 = f32x4.add(a5, f32x4.mul(w, v128.load(p, 80)))
      }
      const o = out + at
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
      v128.store(o, a4, 64)
      v128.store(o, a5, 80)
    }
    for (; x < width; x += 4) {
      const at = (<usize>x) << 2
      const row = rows + at
      let a = f32x4.mul(v128.load32_splat(weights), v128.load(row + <usize>load<u32>(offsets)))
      for (let k: usize = 4; k < bytes; k += 4) {
        const value = v128.load(row + <usize>load<u32>(offsets + k))
        a = f32x4.add(a, f32x4.mul(v128.load32_splat(weights + k), value))
      }
      v128.store(out + at, a)
    }
    out += stride
    rows += rowStride
  }
}

/**
 * `count` rows of outputs with room for one more: out[y][x] = sum over k < taps of weights[k] times the sample k rows below that at the same place
 * of row y. Two rows at once, so that samples loaded once count for both; one more input row than needed is read.
 */
export function sumRows(
  out: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  taps: i32,
  width: i32,
  count: i32,
): void {
  const end = weights + ((<usize>taps) << 2)
  for (let y = 0; y < count; y += 2) {
    for (let x = 0; x < width; x += 16) {
      const at = (<usize>x) << 2
      let p = rows + at
      let wa = v128.load32_splat(weights)
      let a0 = f32x4.mul(wa, v128.load(p))
      let a1 = f32x4.mul(wa, v128.load(p, 16))
      let a2 = f32x4.mul(wa, v128.load(p, 32))
      let a3 = f32x4.mul(wa, v128.load(p, 48))
      let b0 = f32x4.splat(0),
        b1 = b0,
        b2 = b0,
        b3 = b0
      for (let w = weights + 4; w < end; w += 4) {
        p += rowStride
        const v0 = v128.load(p)
        const v1 = v128.load(p, 16)
        const v2 = v128.load(p, 32)
        const v3 = v128.load(p, 48)
        const wb = wa
        wa = v128.load32_splat(w)
        a0 = f32x4.add(a0, f32x4.mul(wa, v0))
        a1 = f32x4.add(a1, f32x4.mul(wa, v1))
        a2 = f32x4.add(a2, f32x4.mul(wa, v2))
        a3 = f32x4.add(a3, f32x4.mul(wa, v3))
        b0 = f32x4.add(b0, f32x4.mul(wb, v0))
        b1 = f32x4.add(b1, f32x4.mul(wb, v1))
        b2 = f32x4.add(b2, f32x4.mul(wb, v2))
        b3 = f32x4.add(b3, f32x4.mul(wb, v3))
      }
      p += rowStride
      b0 = f32x4.add(b0, f32x4.mul(wa, v128.load(p)))
      b1 = f32x4.add(b1, f32x4.mul(wa, v128.load(p, 16)))
      b2 = f32x4.add(b2, f32x4.mul(wa, v128.load(p, 32)))
      b3 = f32x4.add(b3, f32x4.mul(wa, v128.load(p, 48)))
      const o = out + at
      v128.store(o, a0)
      v128.store(o, a1, 16)
      v128.store(o, a2, 32)
      v128.store(o, a3, 48)
      v128.store(o + stride, b0)
      v128.store(o + stride, b1, 16)
      v128.store(o + stride, b2, 32)
      v128.store(o + stride, b3, 48)
    }
    out += 2 * stride
    rows += 2 * rowStride
  }
}

/** out[i] = in[i] + in[i + 1] + ... + in[i + taps - 1] for `count` samples, in whole blocks of 24. */
export function sumRun(out: usize, samples: usize, taps: i32, count: i32): void {
  const far = (<usize>(taps - 1)) << 2
  for (const end = out + ((<usize>count) << 2); out < end; out += 96, samples += 96) {
    let p = samples
    let a0 = v128.load(p)
    let a1 = v128.load(p, 16)
    let a2 = v128.load(p, 32)
    let a3 = v128.load(p, 48)
    let a4 = v128.load(p, 64)
    let a5 = v128.load(p, 80)
    for (const last = samples + far; p < last; p += 4) {
      a0 = f32x4.add(a0, v128.load(p, 4))
      a1 = f32x4.add(a1, v128.load(p, 20))
      a2 = f32x4.add(a2, v128.load(p, 36))
      a3 = f32x4.add(a3, v128.load(p, 52))
      a4 = f32x4.add(a4, v128.load(p, 68))
      a5 = f32x4.add(a5, v128.load(p, 84))
    }
    v128.store(out, a0)
    v128.store(out, a1, 16)
    v128.store(out, a2, 32)
    v128.store(out, a3, 48)
    v128.store(out, a4, 64)
    v128.store(out, a5, 80)
  }
}

/** Fills the `radius` samples before and behind each of `count` rows of `width` samples from its samples `border`. */
export function padRows(rows: usize, rowStride: usize, count: i32, width: i32, radius: i32, border: usize): void {
  for (let y = 0; y < count; y++) {
    const row = rows + ((<usize>radius) << 2)
    const end = row + ((<usize>width) << 2)
    const behind = border + ((<usize>radius) << 2)
    for (let i = 0; i < radius; i++) {
      const at = (<usize>i) << 2
      store<f32>(rows + at, load<f32>(row + ((<usize>load<u32>(border + at)) << 2)))
      store<f32>(end + at, load<f32>(row + ((<usize>load<u32>(behind + at)) << 2)))
    }
    rows += rowStride
  }
}
