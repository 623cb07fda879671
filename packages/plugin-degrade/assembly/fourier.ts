// Fourier transforms of square tiles of complex numbers, real and imaginary parts in arrays of their own with rows `stride` bytes apart. The
// transform forth leaves frequencies in the order of reversed base-4 digits, from which the transform back starts, so that nothing is sorted.

/** Columns that are transformed together: a strip of them stays in the fastest cache. */
const STRIP: i32 = 16

/** Transforms all columns; `twiddles` holds `size` pairs cos, sin of -2 pi n / size; `size` is a power of 4. */
export function transformColumns(re: usize, im: usize, size: i32, stride: usize, twiddles: usize): void {
  for (let column = 0; column < size; column += STRIP) {
    const at = (<usize>column) << 2
    for (let span = size; span > 1; span >>= 2) pass(re + at, im + at, size, span, stride, twiddles, true)
  }
}

/** The inverse of `transformColumns`, times `size`. */
export function restoreColumns(re: usize, im: usize, size: i32, stride: usize, twiddles: usize): void {
  for (let column = 0; column < size; column += STRIP) {
    const at = (<usize>column) << 2
    for (let span = 4; span <= size; span <<= 2) pass(re + at, im + at, size, span, stride, twiddles, false)
  }
}

/** One pass of a strip: splits every `span` rows into four, or joins four. */
function pass(re: usize, im: usize, size: i32, span: i32, stride: usize, twiddles: usize, splits: bool): void {
  const step = (<usize>(size / span)) << 3
  const quarter = <usize>(span >> 2) * stride
  for (let j = 0; j < span >> 2; j++) {
    const w = twiddles + <usize>j * step
    const w2 = w + <usize>j * step
    const w3 = w2 + <usize>j * step
    for (let row = j; row < size; row += span) {
      const offset = <usize>row * stride
      if (splits) split(re + offset, im + offset, quarter, w, w2, w3)
      else join(re + offset, im + offset, quarter, w, w2, w3)
    }
  }
}

/** Four rows of a strip become their sums times powers of -i, then times w^0, w, w^2, w^3. */
function split(re: usize, im: usize, quarter: usize, w: usize, w2: usize, w3: usize): void {
  const half = 2 * quarter
  const last = 3 * quarter
  for (const end = re + 4 * STRIP; re < end; re += 16, im += 16) {
    const r0 = v128.load(re)
    const r1 = v128.load(re + quarter)
    const r2 = v128.load(re + half)
    const r3 = v128.load(re + last)
    const i0 = v128.load(im)
    const i1 = v128.load(im + quarter)
    const i2 = v128.load(im + half)
    const i3 = v128.load(im + last)
    const ar = f32x4.add(r0, r2)
    const br = f32x4.sub(r0, r2)
    const cr = f32x4.add(r1, r3)
    const dr = f32x4.sub(r1, r3)
    const ai = f32x4.add(i0, i2)
    const bi = f32x4.sub(i0, i2)
    const ci = f32x4.add(i1, i3)
    const di = f32x4.sub(i1, i3)
    v128.store(re, f32x4.add(ar, cr))
    v128.store(im, f32x4.add(ai, ci))
    put(re + quarter, im + quarter, f32x4.add(br, di), f32x4.sub(bi, dr), w)
    put(re + half, im + half, f32x4.sub(ar, cr), f32x4.sub(ai, ci), w2)
    put(re + last, im + last, f32x4.sub(br, di), f32x4.add(bi, dr), w3)
  }
}

/** Stores a complex number times a twiddle. */
function put(re: usize, im: usize, r: v128, i: v128, w: usize): void {
  const cos = v128.load32_splat(w)
  const sin = v128.load32_splat(w, 4)
  v128.store(re, f32x4.sub(f32x4.mul(r, cos), f32x4.mul(i, sin)))
  v128.store(im, f32x4.add(f32x4.mul(r, sin), f32x4.mul(i, cos)))
}

/** Undoes `split`, times 4. */
function join(re: usize, im: usize, quarter: usize, w: usize, w2: usize, w3: usize): void {
  const half = 2 * quarter
  const last = 3 * quarter
  for (const end = re + 4 * STRIP; re < end; re += 16, im += 16) {
    const r0 = v128.load(re)
    const i0 = v128.load(im)
    const r1 = turnedReal(re + quarter, im + quarter, w)
    const i1 = turnedImaginary(re + quarter, im + quarter, w)
    const r2 = turnedReal(re + half, im + half, w2)
    const i2 = turnedImaginary(re + half, im + half, w2)
    const r3 = turnedReal(re + last, im + last, w3)
    const i3 = turnedImaginary(re + last, im + last, w3)
    const ar = f32x4.add(r0, r2)
    const br = f32x4.sub(r0, r2)
    const cr = f32x4.add(r1, r3)
    const dr = f32x4.sub(r1, r3)
    const ai = f32x4.add(i0, i2)
    const bi = f32x4.sub(i0, i2)
    const ci = f32x4.add(i1, i3)
    const di = f32x4.sub(i1, i3)
    v128.store(re, f32x4.add(ar, cr))
    v128.store(im, f32x4.add(ai, ci))
    v128.store(re + quarter, f32x4.sub(br, di))
    v128.store(im + quarter, f32x4.add(bi, dr))
    v128.store(re + half, f32x4.sub(ar, cr))
    v128.store(im + half, f32x4.sub(ai, ci))
    v128.store(re + last, f32x4.add(br, di))
    v128.store(im + last, f32x4.sub(bi, dr))
  }
}

/** Parts of a complex number times the conjugate of a twiddle. */
function turnedReal(re: usize, im: usize, w: usize): v128 {
  return f32x4.add(f32x4.mul(v128.load(re), v128.load32_splat(w)), f32x4.mul(v128.load(im), v128.load32_splat(w, 4)))
}

function turnedImaginary(re: usize, im: usize, w: usize): v128 {
  return f32x4.sub(f32x4.mul(v128.load(im), v128.load32_splat(w)), f32x4.mul(v128.load(re), v128.load32_splat(w, 4)))
}

/** Swaps rows and columns. */
export function transpose(tile: usize, size: i32, stride: usize): void {
  for (let y = 0; y < size; y += 4) {
    const row = tile + <usize>y * stride
    for (let x = 0; x <= y; x += 4) {
      const p = row + ((<usize>x) << 2)
      const q = tile + <usize>x * stride + ((<usize>y) << 2)
      const a0 = v128.load(p)
      const a1 = v128.load(p + stride)
      const a2 = v128.load(p + 2 * stride)
      const a3 = v128.load(p + 3 * stride)
      const b0 = v128.load(q)
      const b1 = v128.load(q + stride)
      const b2 = v128.load(q + 2 * stride)
      const b3 = v128.load(q + 3 * stride)
      putTransposed(q, stride, a0, a1, a2, a3)
      putTransposed(p, stride, b0, b1, b2, b3)
    }
  }
}

function putTransposed(p: usize, stride: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
  const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
  const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
  const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
  v128.store(p, v128.shuffle<f64>(ab, cd, 0, 2))
  v128.store(p + stride, v128.shuffle<f64>(ab, cd, 1, 3))
  v128.store(p + 2 * stride, v128.shuffle<f64>(AB, CD, 0, 2))
  v128.store(p + 3 * stride, v128.shuffle<f64>(AB, CD, 1, 3))
}

/** Multiplies complex numbers by the conjugates of others, over `bytes` bytes of each part. */
export function multiplyConjugate(re: usize, im: usize, byRe: usize, byIm: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) {
    const r = v128.load(re + at)
    const i = v128.load(im + at)
    const c = v128.load(byRe + at)
    const s = v128.load(byIm + at)
    v128.store(re + at, f32x4.add(f32x4.mul(r, c), f32x4.mul(i, s)))
    v128.store(im + at, f32x4.sub(f32x4.mul(i, c), f32x4.mul(r, s)))
  }
}

/**
 * Fills a tile with samples of `height` padded rows of `width` samples, `rowStride` bytes apart, less `offset`; 0 where there are none.
 */
export function loadTile(
  tile: usize,
  size: i32,
  stride: usize,
  rows: usize,
  rowStride: usize,
  width: i32,
  height: i32,
  offset: f32,
): void {
  const count = min(size, width)
  for (let y = 0; y < size; y++) {
    let x = 0
    if (y < height) {
      for (; x < count; x++) store<f32>(tile + ((<usize>x) << 2), load<f32>(rows + ((<usize>x) << 2)) - offset)
    }
    memory.fill(tile + ((<usize>x) << 2), 0, (<usize>(size - x)) << 2)
    tile += stride
    rows += rowStride
  }
}

/** Copies `height` rows of `width` samples of a tile to `out`, `outStride` bytes apart, plus `offset`. */
export function storeTile(
  out: usize,
  outStride: usize,
  tile: usize,
  stride: usize,
  width: i32,
  height: i32,
  offset: f32,
): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      store<f32>(out + ((<usize>x) << 2), load<f32>(tile + ((<usize>x) << 2)) + offset)
    }
    out += outStride
    tile += stride
  }
}
