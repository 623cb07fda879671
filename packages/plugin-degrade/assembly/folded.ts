import { plusProduct, spreadFive, spreadSeven, spreadTurnedFive, spreadTurnedSeven } from './spread'

// Correlation with kernels that half a turn leaves as they are. Such a kernel is a part that is the same left and right, above and below, and one
// whose sign changes with each of the two sides: a row of the kernel and its opposite one weigh the same sums, and the same differences, of samples
// left and right of the middle.

/** Samples of a row that are worked on at once, so that all that belongs to them stays in the first cache; a multiple of 16. */
const CHUNK: i32 = 256
/** The same where nothing but rows of outputs belongs to them: memory is faster where rows are long. */
const WIDE: i32 = 1024
/** Bytes from one strip of `CHUNK` samples to the next. */
const LINE: usize = 1088

/** Strips of what lies right and left of the middle, added, and from `minus` on subtracted if `turned`: first at a distance of 1, then of 2, and so on. */
function fold(middle: usize, plus: usize, minus: usize, radius: i32, bytes: usize, turned: bool): void {
  let left = middle
  let right = middle
  for (let d = 0; d < radius; d++) {
    left -= 4
    right += 4
    if (turned) {
      for (let x: usize = 0; x < bytes; x += 32) {
        const a = v128.load(right + x)
        const b = v128.load(left + x)
        v128.store(plus + x, f32x4.add(a, b))
        v128.store(minus + x, f32x4.sub(a, b))
        const c = v128.load(right + x, 16)
        const d = v128.load(left + x, 16)
        v128.store(plus + x, f32x4.add(c, d), 16)
        v128.store(minus + x, f32x4.sub(c, d), 16)
      }
    } else {
      for (let x: usize = 0; x < bytes; x += 64) {
        v128.store(plus + x, f32x4.add(v128.load(right + x), v128.load(left + x)))
        v128.store(plus + x, f32x4.add(v128.load(right + x, 16), v128.load(left + x, 16)), 16)
        v128.store(plus + x, f32x4.add(v128.load(right + x, 32), v128.load(left + x, 32)), 32)
        v128.store(plus + x, f32x4.add(v128.load(right + x, 48), v128.load(left + x, 48)), 48)
      }
    }
    plus += LINE
    minus += LINE
  }
}

/**
 * What becomes of weighted sums: they are a strip of their own, or added to the rows above and below, alone or with and without the differences. The row
 * above may go elsewhere with that.
 */
const KEEP = 0
const ADD = 1
const SPREAD = 2
const SPREAD_WITH = 3

// inline
function addFour(to: usize, row: usize, a0: v128, a1: v128, a2: v128, a3: v128): void {
  v128.store(to, f32x4.add(v128.load(row), a0))
  v128.store(to, f32x4.add(v128.load(row, 16), a1), 16)
  v128.store(to, f32x4.add(v128.load(row, 32), a2), 32)
  v128.store(to, f32x4.add(v128.load(row, 48), a3), 48)
}

/** Four vectors, as `mode` says, at `strip` or to `above` and `below`; what lies above then goes to `to`. */
// inline
function finish(
  mode: i32,
  strip: usize,
  to: usize,
  above: usize,
  below: usize,
  a0: v128,
  a1: v128,
  a2: v128,
  a3: v128,
): void {
  if (mode == KEEP) {
    v128.store(strip, a0)
    v128.store(strip, a1, 16)
    v128.store(strip, a2, 32)
    v128.store(strip, a3, 48)
  } else if (mode != SPREAD_WITH) {
    addFour(to, above, a0, a1, a2, a3)
    if (mode == SPREAD) addFour(below, below, a0, a1, a2, a3)
  } else {
    let s = v128.load(strip)
    v128.store(to, f32x4.add(v128.load(above), f32x4.add(s, a0)))
    v128.store(below, f32x4.add(v128.load(below), f32x4.sub(s, a0)))
    s = v128.load(strip, 16)
    v128.store(to, f32x4.add(v128.load(above, 16), f32x4.add(s, a1)), 16)
    v128.store(below, f32x4.add(v128.load(below, 16), f32x4.sub(s, a1)), 16)
    s = v128.load(strip, 32)
    v128.store(to, f32x4.add(v128.load(above, 32), f32x4.add(s, a2)), 32)
    v128.store(below, f32x4.add(v128.load(below, 32), f32x4.sub(s, a2)), 32)
    s = v128.load(strip, 48)
    v128.store(to, f32x4.add(v128.load(above, 48), f32x4.add(s, a3)), 48)
    v128.store(below, f32x4.add(v128.load(below, 48), f32x4.sub(s, a3)), 48)
  }
}

/** Weighted sums of the strip `first` and the `more` ones at `rest`. Each weight is there four times. What lies above goes to `to`. */
function weigh(
  mode: i32,
  strip: usize,
  to: usize,
  above: usize,
  below: usize,
  first: usize,
  rest: usize,
  more: i32,
  weights: usize,
  bytes: usize,
): void {
  const end = weights + 16 + ((<usize>more) << 4)
  for (let x: usize = 0; x < bytes; x += 64) {
    let v = v128.load(weights)
    let a0 = f32x4.mul(v, v128.load(first + x))
    let a1 = f32x4.mul(v, v128.load(first + x, 16))
    let a2 = f32x4.mul(v, v128.load(first + x, 32))
    let a3 = f32x4.mul(v, v128.load(first + x, 48))
    let p = rest + x
    for (let at = weights + 16; at < end; at += 16, p += LINE) {
      v = v128.load(at)
      a0 = plusProduct(a0, v, v128.load(p))
      a1 = plusProduct(a1, v, v128.load(p, 16))
      a2 = plusProduct(a2, v, v128.load(p, 32))
      a3 = plusProduct(a3, v, v128.load(p, 48))
    }
    finish(mode, strip + x, to + x, above + x, below + x, a0, a1, a2, a3)
  }
}

/** Such sums for two rows of the kernel at once, whose weights take turns: samples loaded once count for both. What lies above the second one goes to `to`. */
function weighPair(
  mode: i32,
  nextMode: i32,
  strip: usize,
  to: usize,
  above: usize,
  below: usize,
  stride: usize,
  first: usize,
  rest: usize,
  more: i32,
  weights: usize,
  bytes: usize,
): void {
  const end = weights + 32 + ((<usize>more) << 5)
  for (let x: usize = 0; x < bytes; x += 64) {
    let v = v128.load(weights)
    let w = v128.load(weights, 16)
    let s0 = v128.load(first + x)
    let s1 = v128.load(first + x, 16)
    let s2 = v128.load(first + x, 32)
    let s3 = v128.load(first + x, 48)
    let a0 = f32x4.mul(v, s0)
    let a1 = f32x4.mul(v, s1)
    let a2 = f32x4.mul(v, s2)
    let a3 = f32x4.mul(v, s3)
    let b0 = f32x4.mul(w, s0)
    let b1 = f32x4.mul(w, s1)
    let b2 = f32x4.mul(w, s2)
    let b3 = f32x4.mul(w, s3)
    let p = rest + x
    for (let at = weights + 32; at < end; at += 32, p += LINE) {
      v = v128.load(at)
      w = v128.load(at, 16)
      s0 = v128.load(p)
      s1 = v128.load(p, 16)
      s2 = v128.load(p, 32)
      s3 = v128.load(p, 48)
      a0 = plusProduct(a0, v, s0)
      a1 = plusProduct(a1, v, s1)
      a2 = plusProduct(a2, v, s2)
      a3 = plusProduct(a3, v, s3)
      b0 = plusProduct(b0, w, s0)
      b1 = plusProduct(b1, w, s1)
      b2 = plusProduct(b2, w, s2)
      b3 = plusProduct(b3, w, s3)
    }
    finish(mode, strip + x, above + x, above + x, below + x, a0, a1, a2, a3)
    finish(nextMode, strip + LINE + x, to + x, above - stride + x, below + stride + x, b0, b1, b2, b3)
  }
}

/**
 * Adds what `count` input rows contribute to output rows. The first one contributes to the rows from `sums` on, 2 * height + 1 of them, the next one to
 * those from the second on; the last of them is written for the first time, and the first of them, which nothing more is added to, goes to `out`. Kernels have `height` rows above and below the one in the middle and
 * `radius` columns left and right of it. Their rows from the middle to below are taken by twos, after the one in the middle if `height` is even;
 * `reaches` says, at the first of them, how far they reach from the middle: all as far as `radius` in kernels of 5 x 5 and 7 x 7. `weights` holds for each two, or one, the weights of sums from the middle on
 * and, if `turned`, except of the row in the middle, those of differences from 1 on; all of them four times, those of two rows taking turns.
 * `strips` has room for 2 * radius + 2 strips.
 */
export function convolveFolded(
  out: usize,
  outStride: usize,
  sums: usize,
  stride: usize,
  rows: usize,
  rowStride: usize,
  weights: usize,
  reaches: usize,
  radius: i32,
  height: i32,
  turned: bool,
  width: i32,
  count: i32,
  strips: usize,
): void {
  const plus = strips + 2 * LINE
  const minus = plus + <usize>radius * LINE
  const five = height == 2 && radius == 2
  const seven = height == 3 && radius == 3
  const chunk = five || seven ? WIDE : CHUNK
  for (let x = 0; x < width; x += chunk) {
    const bytes = (<usize>min(chunk, five || seven ? (width - x + 3) & -4 : (width - x + 15) & -16)) << 2
    let middle = rows + ((<usize>(x + radius)) << 2)
    let top = sums + ((<usize>x) << 2)
    let to = out + ((<usize>x) << 2)
    for (let y = 0; y < count; y++) {
      const own = top + <usize>height * stride
      if (five && turned) spreadTurnedFive(middle, to, own, stride, weights, bytes)
      else if (five) spreadFive(middle, to, own, stride, weights, bytes)
      else if (seven && turned) spreadTurnedSeven(middle, to, own, stride, weights, bytes)
      else if (seven) spreadSeven(middle, to, own, stride, weights, bytes)
      else {
        fold(middle, plus, minus, radius, bytes, turned)
        memory.fill(own + <usize>height * stride, 0, bytes)
        const mode = turned ? KEEP : SPREAD
        let reach = load<i32>(reaches)
        let w = weights
        let r = 1
        if (height & 1) {
          const above = height == 1 ? to : own - stride
          weighPair(ADD, mode, strips, above, own, own, stride, middle, plus, reach, w, bytes)
          w += (<usize>(reach + 1)) << 5
          if (turned) {
            const differences = minus + LINE
            weigh(
              SPREAD_WITH,
              strips + LINE,
              above,
              own - stride,
              own + stride,
              minus,
              differences,
              reach - 1,
              w,
              bytes,
            )
            w += (<usize>reach) << 4
          }
          r = 2
        } else {
          weigh(ADD, strips, own, own, own, middle, plus, reach, w, bytes)
          w += (<usize>(reach + 1)) << 4
        }
        for (; r < height; r += 2) {
          const above = own - <usize>r * stride
          const below = own + <usize>r * stride
          const next = r + 1 == height ? to : above - stride
          reach = load<i32>(reaches + ((<usize>r) << 2))
          weighPair(mode, mode, strips, next, above, below, stride, middle, plus, reach, w, bytes)
          w += (<usize>(reach + 1)) << 5
          if (turned) {
            const differences = minus + LINE
            const all = reach - 1
            weighPair(SPREAD_WITH, SPREAD_WITH, strips, next, above, below, stride, minus, differences, all, w, bytes)
            w += (<usize>reach) << 5
          }
        }
      }
      middle += rowStride
      top += stride
      to += outStride
    }
  }
}
