// Steps of radix 4 of Fourier transforms of tiles of 64 x 64 complex numbers, real parts and imaginary parts apart, four columns at once.

/** Rows and columns of a tile. */
export const SIDE: usize = 64
/** Bytes from one row of a part to the next: rows 256 bytes apart would fall into few sets of the cache. */
export const STRIDE: usize = 272
/** Bytes from the real part to the imaginary part. */
export const PART: usize = SIDE * STRIDE

// inline
function put(p: usize, r: v128, i: v128, cos: v128, sin: v128): void {
  v128.store(p, f32x4.sub(f32x4.mul(r, cos), f32x4.mul(i, sin)))
  v128.store(p, f32x4.add(f32x4.mul(r, sin), f32x4.mul(i, cos)), PART)
}

/** Four numbers, real parts at `u0` to `u3` and imaginary ones at `v0` to `v3`, become their sums times powers of -i, then, if `turns`, times twiddles. */
// inline
export function split(
  u0: usize,
  u1: usize,
  u2: usize,
  u3: usize,
  v0: usize,
  v1: usize,
  v2: usize,
  v3: usize,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  w: usize,
  turns: bool,
): void {
  const r0 = v128.load(u0)
  const r2 = v128.load(u2)
  const ar = f32x4.add(r0, r2)
  const br = f32x4.sub(r0, r2)
  const i0 = v128.load(v0)
  const i2 = v128.load(v2)
  const ai = f32x4.add(i0, i2)
  const bi = f32x4.sub(i0, i2)
  const r1 = v128.load(u1)
  const r3 = v128.load(u3)
  const cr = f32x4.add(r1, r3)
  const dr = f32x4.sub(r1, r3)
  const i1 = v128.load(v1)
  const i3 = v128.load(v3)
  const ci = f32x4.add(i1, i3)
  const di = f32x4.sub(i1, i3)
  v128.store(p0, f32x4.add(ar, cr))
  v128.store(p0, f32x4.add(ai, ci), PART)
  if (turns) {
    put(p1, f32x4.add(br, di), f32x4.sub(bi, dr), v128.load32_splat(w), v128.load32_splat(w, 4))
    put(p2, f32x4.sub(ar, cr), f32x4.sub(ai, ci), v128.load32_splat(w, 8), v128.load32_splat(w, 12))
    put(p3, f32x4.sub(br, di), f32x4.add(bi, dr), v128.load32_splat(w, 16), v128.load32_splat(w, 20))
  } else {
    v128.store(p1, f32x4.add(br, di))
    v128.store(p1, f32x4.sub(bi, dr), PART)
    v128.store(p2, f32x4.sub(ar, cr))
    v128.store(p2, f32x4.sub(ai, ci), PART)
    v128.store(p3, f32x4.sub(br, di))
    v128.store(p3, f32x4.add(bi, dr), PART)
  }
}

// inline
function turnedReal(p: usize, cos: v128, sin: v128): v128 {
  return f32x4.add(f32x4.mul(v128.load(p), cos), f32x4.mul(v128.load(p, PART), sin))
}

// inline
function turnedImaginary(p: usize, cos: v128, sin: v128): v128 {
  return f32x4.sub(f32x4.mul(v128.load(p, PART), cos), f32x4.mul(v128.load(p), sin))
}

/** Undoes `split`, times 4. */
// inline
export function join(
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  u0: usize,
  u1: usize,
  u2: usize,
  u3: usize,
  v0: usize,
  v1: usize,
  v2: usize,
  v3: usize,
  w: usize,
  turns: bool,
): void {
  let r1: v128, r2: v128, r3: v128, i1: v128, i2: v128, i3: v128
  if (turns) {
    let cos = v128.load32_splat(w, 8)
    let sin = v128.load32_splat(w, 12)
    r2 = turnedReal(p2, cos, sin)
    i2 = turnedImaginary(p2, cos, sin)
    cos = v128.load32_splat(w)
    sin = v128.load32_splat(w, 4)
    r1 = turnedReal(p1, cos, sin)
    i1 = turnedImaginary(p1, cos, sin)
    cos = v128.load32_splat(w, 16)
    sin = v128.load32_splat(w, 20)
    r3 = turnedReal(p3, cos, sin)
    i3 = turnedImaginary(p3, cos, sin)
  } else {
    r2 = v128.load(p2)
    i2 = v128.load(p2, PART)
    r1 = v128.load(p1)
    i1 = v128.load(p1, PART)
    r3 = v128.load(p3)
    i3 = v128.load(p3, PART)
  }
  const r0 = v128.load(p0)
  const i0 = v128.load(p0, PART)
  const ar = f32x4.add(r0, r2)
  const br = f32x4.sub(r0, r2)
  const ai = f32x4.add(i0, i2)
  const bi = f32x4.sub(i0, i2)
  const cr = f32x4.add(r1, r3)
  const dr = f32x4.sub(r1, r3)
  const ci = f32x4.add(i1, i3)
  const di = f32x4.sub(i1, i3)
  v128.store(u0, f32x4.add(ar, cr))
  v128.store(v0, f32x4.add(ai, ci))
  v128.store(u1, f32x4.sub(br, di))
  v128.store(v1, f32x4.add(bi, dr))
  v128.store(u2, f32x4.sub(ar, cr))
  v128.store(v2, f32x4.sub(ai, ci))
  v128.store(u3, f32x4.add(br, di))
  v128.store(v3, f32x4.sub(bi, dr))
}

// inline
function putTurned(p: usize, a: v128, b: v128, c: v128, d: v128): void {
  let ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  let cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  v128.store(p, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(p, v128.shuffle<f64>(ab, cd, 1, 3), STRIDE)
  ab = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  cd = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(p, v128.shuffle<f64>(ab, cd, 0, 2), 2 * STRIDE)
  v128.store(p, v128.shuffle<f64>(ab, cd, 1, 3), 3 * STRIDE)
}

/** The last split of four columns at `p`, of rows next to each other, with rows and columns exchanged at `to`. */
// inline
export function splitTurned(p: usize, to: usize): void {
  const r0 = v128.load(p)
  const r2 = v128.load(p, 2 * STRIDE)
  const ar = f32x4.add(r0, r2)
  const br = f32x4.sub(r0, r2)
  const r1 = v128.load(p, STRIDE)
  const r3 = v128.load(p, 3 * STRIDE)
  const cr = f32x4.add(r1, r3)
  const dr = f32x4.sub(r1, r3)
  const i0 = v128.load(p, PART)
  const i2 = v128.load(p, PART + 2 * STRIDE)
  const ai = f32x4.add(i0, i2)
  const bi = f32x4.sub(i0, i2)
  const i1 = v128.load(p, PART + STRIDE)
  const i3 = v128.load(p, PART + 3 * STRIDE)
  const ci = f32x4.add(i1, i3)
  const di = f32x4.sub(i1, i3)
  putTurned(to, f32x4.add(ar, cr), f32x4.add(br, di), f32x4.sub(ar, cr), f32x4.sub(br, di))
  putTurned(to + PART, f32x4.add(ai, ci), f32x4.sub(bi, dr), f32x4.sub(ai, ci), f32x4.add(bi, dr))
}

/** Exchanges four rows and columns at `p`, then does the first join, of rows next to each other, at `to`. */
// inline
export function joinTurned(p: usize, to: usize): void {
  let a = v128.load(p)
  let b = v128.load(p, STRIDE)
  let c = v128.load(p, 2 * STRIDE)
  let d = v128.load(p, 3 * STRIDE)
  let ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  let cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const r0 = v128.shuffle<f64>(ab, cd, 0, 2)
  const r1 = v128.shuffle<f64>(ab, cd, 1, 3)
  ab = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  cd = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  const r2 = v128.shuffle<f64>(ab, cd, 0, 2)
  const r3 = v128.shuffle<f64>(ab, cd, 1, 3)
  const ar = f32x4.add(r0, r2)
  const br = f32x4.sub(r0, r2)
  const cr = f32x4.add(r1, r3)
  const dr = f32x4.sub(r1, r3)
  v128.store(to, f32x4.add(ar, cr))
  v128.store(to, f32x4.sub(ar, cr), 2 * STRIDE)
  a = v128.load(p, PART)
  b = v128.load(p, PART + STRIDE)
  c = v128.load(p, PART + 2 * STRIDE)
  d = v128.load(p, PART + 3 * STRIDE)
  ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const i0 = v128.shuffle<f64>(ab, cd, 0, 2)
  const i1 = v128.shuffle<f64>(ab, cd, 1, 3)
  ab = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  cd = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  const i2 = v128.shuffle<f64>(ab, cd, 0, 2)
  const i3 = v128.shuffle<f64>(ab, cd, 1, 3)
  const ai = f32x4.add(i0, i2)
  const bi = f32x4.sub(i0, i2)
  const ci = f32x4.add(i1, i3)
  const di = f32x4.sub(i1, i3)
  v128.store(to, f32x4.add(ai, ci), PART)
  v128.store(to, f32x4.sub(ai, ci), PART + 2 * STRIDE)
  v128.store(to, f32x4.sub(br, di), STRIDE)
  v128.store(to, f32x4.add(bi, dr), PART + STRIDE)
  v128.store(to, f32x4.add(br, di), 3 * STRIDE)
  v128.store(to, f32x4.sub(bi, dr), PART + 3 * STRIDE)
}

/** The last split of four rows next to each other, the product with the conjugates of a spectrum, and the first join. */
// inline
export function weigh(p: usize, by: usize): void {
  const r0 = v128.load(p)
  const r2 = v128.load(p, 2 * STRIDE)
  const ar = f32x4.add(r0, r2)
  const br = f32x4.sub(r0, r2)
  const r1 = v128.load(p, STRIDE)
  const r3 = v128.load(p, 3 * STRIDE)
  const cr = f32x4.add(r1, r3)
  const dr = f32x4.sub(r1, r3)
  const i0 = v128.load(p, PART)
  const i2 = v128.load(p, PART + 2 * STRIDE)
  const ai = f32x4.add(i0, i2)
  const bi = f32x4.sub(i0, i2)
  const i1 = v128.load(p, PART + STRIDE)
  const i3 = v128.load(p, PART + 3 * STRIDE)
  const ci = f32x4.add(i1, i3)
  const di = f32x4.sub(i1, i3)
  let r = f32x4.add(ar, cr)
  let i = f32x4.add(ai, ci)
  let cos = v128.load(by)
  let sin = v128.load(by, PART)
  const s0 = f32x4.add(f32x4.mul(r, cos), f32x4.mul(i, sin))
  const t0 = f32x4.sub(f32x4.mul(i, cos), f32x4.mul(r, sin))
  r = f32x4.sub(ar, cr)
  i = f32x4.sub(ai, ci)
  cos = v128.load(by, 2 * STRIDE)
  sin = v128.load(by, PART + 2 * STRIDE)
  const s2 = f32x4.add(f32x4.mul(r, cos), f32x4.mul(i, sin))
  const t2 = f32x4.sub(f32x4.mul(i, cos), f32x4.mul(r, sin))
  const er = f32x4.add(s0, s2)
  const fr = f32x4.sub(s0, s2)
  const ei = f32x4.add(t0, t2)
  const fi = f32x4.sub(t0, t2)
  r = f32x4.add(br, di)
  i = f32x4.sub(bi, dr)
  cos = v128.load(by, STRIDE)
  sin = v128.load(by, PART + STRIDE)
  const s1 = f32x4.add(f32x4.mul(r, cos), f32x4.mul(i, sin))
  const t1 = f32x4.sub(f32x4.mul(i, cos), f32x4.mul(r, sin))
  r = f32x4.sub(br, di)
  i = f32x4.add(bi, dr)
  cos = v128.load(by, 3 * STRIDE)
  sin = v128.load(by, PART + 3 * STRIDE)
  const s3 = f32x4.add(f32x4.mul(r, cos), f32x4.mul(i, sin))
  const t3 = f32x4.sub(f32x4.mul(i, cos), f32x4.mul(r, sin))
  const gr = f32x4.add(s1, s3)
  const hr = f32x4.sub(s1, s3)
  const gi = f32x4.add(t1, t3)
  const hi = f32x4.sub(t1, t3)
  v128.store(p, f32x4.add(er, gr))
  v128.store(p, f32x4.sub(er, gr), 2 * STRIDE)
  v128.store(p, f32x4.add(ei, gi), PART)
  v128.store(p, f32x4.sub(ei, gi), PART + 2 * STRIDE)
  v128.store(p, f32x4.sub(fr, hi), STRIDE)
  v128.store(p, f32x4.add(fi, hr), PART + STRIDE)
  v128.store(p, f32x4.add(fr, hi), 3 * STRIDE)
  v128.store(p, f32x4.sub(fi, hr), PART + 3 * STRIDE)
}
