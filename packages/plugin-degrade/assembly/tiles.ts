// Correlation of tiles of 64 x 64 samples by Fourier transforms, two tiles in one complex transform: one is the real part, one the imaginary part. Each
// dimension takes three steps of radix 4. The way forth leaves frequencies in the order of reversed base-4 digits, from which the way back starts, so
// that nothing is sorted. Steps that meet are one: those next to the middle with the product, those between the dimensions with turning rows into columns.

/** Rows and columns of a tile. */
const SIDE: usize = 64
/** Bytes from one row of a part to the next: rows 256 bytes apart would fall into few sets of the cache. */
const STRIDE: usize = 272
/** Bytes from the real part to the imaginary part. */
const PART: usize = SIDE * STRIDE
/** Bytes of the twiddles of four numbers: cos and sin of the angle, of twice and of three times the angle. */
const TWIDDLES: usize = 24

// inline
function put(p: usize, r: v128, i: v128, cos: v128, sin: v128): void {
  v128.store(p, f32x4.sub(f32x4.mul(r, cos), f32x4.mul(i, sin)))
  v128.store(p, f32x4.add(f32x4.mul(r, sin), f32x4.mul(i, cos)), PART)
}

/** Four numbers, real parts at `u0` to `u3` and imaginary ones at `v0` to `v3`, become their sums times powers of -i, then, if `turns`, times twiddles. */
// inline
function split(
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
function join(
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

/** `split` or `join` of four rows `quarter` bytes apart in place, 16 columns. */
// inline
function four(p0: usize, quarter: usize, w: usize, turns: bool, splits: bool): void {
  const p1 = p0 + quarter
  const p2 = p1 + quarter
  const p3 = p2 + quarter
  for (let x: usize = 0; x < 64; x += 32) {
    inPlace(p0 + x, p1 + x, p2 + x, p3 + x, w, turns, splits)
    inPlace(p0 + x + 16, p1 + x + 16, p2 + x + 16, p3 + x + 16, w, turns, splits)
  }
}

// inline
function inPlace(p0: usize, p1: usize, p2: usize, p3: usize, w: usize, turns: bool, splits: bool): void {
  if (splits) split(p0, p1, p2, p3, p0 + PART, p1 + PART, p2 + PART, p3 + PART, p0, p1, p2, p3, w, turns)
  else join(p0, p1, p2, p3, p0, p1, p2, p3, p0 + PART, p1 + PART, p2 + PART, p3 + PART, w, turns)
}

/** One step of a strip of 16 columns: splits every `span` rows into four, or joins four. */
// inline
function step(strip: usize, span: usize, twiddles: usize, splits: bool): void {
  const quarter = (span >> 2) * STRIDE
  for (const end = strip + PART; strip < end; strip += span * STRIDE) {
    four(strip, quarter, twiddles, false, splits)
    let w = twiddles + TWIDDLES
    for (let p = strip + STRIDE, last = strip + quarter; p < last; p += STRIDE, w += TWIDDLES)
      four(p, quarter, w, true, splits)
  }
}

function splitStrip(strip: usize, span: usize, twiddles: usize): void {
  step(strip, span, twiddles, true)
}

function joinStrip(strip: usize, span: usize, twiddles: usize): void {
  step(strip, span, twiddles, false)
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
function splitTurned(p: usize, to: usize): void {
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
function joinTurned(p: usize, to: usize): void {
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
function weigh(p: usize, by: usize): void {
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

/** The first step of all rows at `in0` and `in1`, which become the parts of `tile`. */
function enter(tile: usize, in0: usize, in1: usize, inStride: usize, twiddles: usize): void {
  const quarter = (SIDE / 4) * STRIDE
  const far = (SIDE / 4) * inStride
  const last = tile + quarter
  for (let p = tile, w = twiddles; p < last; p += STRIDE, w += TWIDDLES, in0 += inStride, in1 += inStride) {
    for (let x: usize = 0; x < 4 * SIDE; x += 16) {
      const u = in0 + x
      const v = in1 + x
      const u2 = u + 2 * far
      const v2 = v + 2 * far
      const to = p + x
      split(
        u,
        u + far,
        u2,
        u2 + far,
        v,
        v + far,
        v2,
        v2 + far,
        to,
        to + quarter,
        to + 2 * quarter,
        to + 3 * quarter,
        w,
        true,
      )
    }
  }
}

// inline
function rowOr(spare: usize, out: usize, stride: usize, row: i32, rows: i32): usize {
  return row < rows ? out + <usize>row * stride : spare
}

/** The last step: the first `rows0` and `rows1` rows of the parts of `tile`, `bytes` of each, go to `out0` and `out1`; others to `spare`. */
function leave(
  out0: usize,
  rows0: i32,
  out1: usize,
  rows1: i32,
  stride: usize,
  tile: usize,
  bytes: usize,
  twiddles: usize,
  spare: usize,
): void {
  const quarter = (SIDE / 4) * STRIDE
  const rows = <i32>(SIDE / 4)
  let p = tile
  let w = twiddles
  for (let y = 0; y < rows; y++, p += STRIDE, w += TWIDDLES) {
    const u0 = rowOr(spare, out0, stride, y, rows0)
    const u1 = rowOr(spare, out0, stride, y + rows, rows0)
    const u2 = rowOr(spare, out0, stride, y + 2 * rows, rows0)
    const u3 = rowOr(spare, out0, stride, y + 3 * rows, rows0)
    const v0 = rowOr(spare, out1, stride, y, rows1)
    const v1 = rowOr(spare, out1, stride, y + rows, rows1)
    const v2 = rowOr(spare, out1, stride, y + 2 * rows, rows1)
    const v3 = rowOr(spare, out1, stride, y + 3 * rows, rows1)
    for (let x: usize = 0; x < bytes; x += 16) {
      const at = p + x
      join(
        at,
        at + quarter,
        at + 2 * quarter,
        at + 3 * quarter,
        u0 + x,
        u1 + x,
        u2 + x,
        u3 + x,
        v0 + x,
        v1 + x,
        v2 + x,
        v3 + x,
        w,
        true,
      )
    }
  }
}

/**
 * Correlates two tiles, whose rows lie `inStride` bytes apart from `in0` and `in1` on, with the kernel that `spectrum` is of. The first `columns` (a multiple of
 * 4) of the first `rows0` and `rows1` rows of the results go to `out0` and `out1`, rows
 * `stride` bytes apart. `spectrum` holds the frequencies in both dimensions divided by 64 * 64,
 * real parts and imaginary ones, columns of the kernel along rows of 68 numbers, rows and columns in the order of reversed base-4 digits; `twiddles` those
 * of 16 groups of four rows, then those of 4. `work` has room for four parts and a row.
 */
export function correlateTiles(
  out0: usize,
  rows0: i32,
  out1: usize,
  rows1: i32,
  stride: usize,
  columns: i32,
  in0: usize,
  in1: usize,
  inStride: usize,
  spectrum: usize,
  twiddles: usize,
  work: usize,
): void {
  const narrow = twiddles + (SIDE / 4) * TWIDDLES
  const tile = work
  const turned = tile + 2 * PART
  const spare = turned + 2 * PART
  const bytes = (<usize>columns) << 2
  enter(tile, in0, in1, inStride, twiddles)
  for (let x: usize = 0; x < 4 * SIDE; x += 64) {
    const strip = tile + x
    splitStrip(strip, SIDE / 4, narrow)
    let to = turned + x * (STRIDE / 4)
    for (let p = strip, end = strip + PART; p < end; p += 4 * STRIDE, to += 16) {
      splitTurned(p, to)
      splitTurned(p + 16, to + 4 * STRIDE)
      splitTurned(p + 32, to + 8 * STRIDE)
      splitTurned(p + 48, to + 12 * STRIDE)
    }
  }
  for (let x: usize = 0; x < 4 * SIDE; x += 64) {
    const strip = turned + x
    splitStrip(strip, SIDE, twiddles)
    splitStrip(strip, SIDE / 4, narrow)
    let by = spectrum + x
    for (let p = strip, end = strip + PART; p < end; p += 4 * STRIDE, by += 4 * STRIDE) {
      weigh(p, by)
      weigh(p + 16, by + 16)
      weigh(p + 32, by + 32)
      weigh(p + 48, by + 48)
    }
    joinStrip(strip, SIDE / 4, narrow)
    joinStrip(strip, SIDE, twiddles)
    let p = strip
    for (let to = tile + x * (STRIDE / 4), end = to + bytes; to < end; to += 16, p += 4 * STRIDE) {
      joinTurned(p, to)
      joinTurned(p + 16, to + 4 * STRIDE)
      joinTurned(p + 32, to + 8 * STRIDE)
      joinTurned(p + 48, to + 12 * STRIDE)
    }
  }
  for (let x: usize = 0; x < bytes; x += 64) joinStrip(tile + x, SIDE / 4, narrow)
  leave(out0, rows0, out1, rows1, stride, tile, bytes, twiddles, spare)
}
