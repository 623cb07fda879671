import { BLOCKS, forwardDct, inverseDct } from './dct'

// What JPEG with 4:2:0 chrominance leaves of units of 16 x 16 pixels, in float64. Left and right blocks of luminance go side by side through vectors,
// and so do both chrominances.

/** Bytes of the tables: cosines of the DCT, then weights, then steps of luminance, then of chrominance. */
const WEIGHTS: usize = 64
const LUMINANCE: usize = 256
const CHROMINANCE: usize = 768

/** Bytes that half a unit of one chrominance takes, two blocks wide. */
const HALVES: usize = 512

// inline
function weight(tables: usize, index: usize): v128 {
  return v128.load64_splat(tables + WEIGHTS + 8 * index)
}

/**
 * Codes a row of `units` units in place: 16 rows of float32 samples in 0..1, `rowBytes` apart, in planes `planeBytes` apart if `color`. `work` has room for
 * 4096 bytes.
 */
export function codeUnits(
  samples: usize,
  rowBytes: usize,
  planeBytes: usize,
  units: i32,
  color: bool,
  soft: bool,
  tables: usize,
  work: usize,
): void {
  const chroma = work + 2 * BLOCKS
  const halves = chroma + BLOCKS
  for (let i = 0; i < units; i++, samples += 64) {
    if (color) {
      loadColor(samples, rowBytes, planeBytes, tables, work, halves)
      for (let at: usize = 0; at < HALVES; at += 16) {
        const cb = v128.load(halves + at)
        const cr = v128.load(halves + at, HALVES)
        const place = chroma + ((at & -64) << 1) + (at & 63)
        v128.store(place, v128.shuffle<i64>(cb, cr, 0, 2))
        v128.store(place, v128.shuffle<i64>(cb, cr, 1, 3), 64)
      }
      codeBlocks(chroma, tables, CHROMINANCE, soft)
      for (let at: usize = 0; at < HALVES; at += 16) {
        const place = chroma + ((at & -64) << 1) + (at & 63)
        const left = v128.load(place)
        const right = v128.load(place, 64)
        v128.store(halves + at, v128.shuffle<i64>(left, right, 0, 2))
        v128.store(halves + at, v128.shuffle<i64>(left, right, 1, 3), HALVES)
      }
    } else loadGray(samples, rowBytes, tables, work)
    codeBlocks(work, tables, LUMINANCE, soft)
    codeBlocks(work + BLOCKS, tables, LUMINANCE, soft)
    if (color) storeColor(samples, rowBytes, planeBytes, tables, work, halves)
    else storeGray(samples, rowBytes, tables, work)
  }
}

/** Transforms, rounds to steps, soft ones with a slope, and transforms back. */
function codeBlocks(blocks: usize, tables: usize, table: usize, soft: bool): void {
  forwardDct(blocks, tables)
  let step = tables + table
  for (let at = blocks; at < blocks + BLOCKS; at += 16, step += 8) {
    const size = v128.load64_splat(step)
    const level = f64x2.div(v128.load(at), size)
    let whole = f64x2.nearest(level)
    if (soft) {
      const rest = f64x2.sub(level, whole)
      whole = f64x2.add(whole, f64x2.mul(f64x2.mul(rest, rest), rest))
    }
    v128.store(at, f64x2.mul(whole, size))
  }
  inverseDct(blocks, tables)
}

/** Of four samples of a left and four of a right block, those at two places, from the first or the third on. */
// inline
function lower(left: v128, right: v128): v128 {
  return v128.shuffle<i32>(left, right, 0, 4, 1, 5)
}
// inline
function upper(left: v128, right: v128): v128 {
  return v128.shuffle<i32>(left, right, 2, 6, 3, 7)
}

/** The first or second of two places, on the scale of 255. */
// inline
function first(two: v128, tables: usize): v128 {
  return f64x2.mul(weight(tables, 0), f64x2.promote_low_f32x4(two))
}
// inline
function second(two: v128, tables: usize): v128 {
  return first(v128.shuffle<i64>(two, two, 1, 0), tables)
}

function loadGray(samples: usize, rowBytes: usize, tables: usize, work: usize): void {
  const middle = weight(tables, 1)
  for (let row = 0; row < 16; row++, samples += rowBytes) {
    for (let at: usize = 0; at < 32; at += 16, work += 64) {
      const left = v128.load(samples + at)
      const right = v128.load(samples + at, 32)
      let two = lower(left, right)
      v128.store(work, f64x2.sub(first(two, tables), middle))
      v128.store(work, f64x2.sub(second(two, tables), middle), 16)
      two = upper(left, right)
      v128.store(work, f64x2.sub(first(two, tables), middle), 32)
      v128.store(work, f64x2.sub(second(two, tables), middle), 48)
    }
  }
}

// inline
function luma(r: v128, g: v128, b: v128, tables: usize): v128 {
  const sum = f64x2.add(f64x2.mul(weight(tables, 2), r), f64x2.mul(weight(tables, 3), g))
  return f64x2.sub(f64x2.add(sum, f64x2.mul(weight(tables, 4), b)), weight(tables, 1))
}
/** A quarter of Cb, then of Cr. */
// inline
function blueness(r: v128, g: v128, b: v128, tables: usize): v128 {
  const sum = f64x2.sub(f64x2.mul(weight(tables, 5), r), f64x2.mul(weight(tables, 6), g))
  return f64x2.mul(weight(tables, 10), f64x2.add(sum, f64x2.mul(weight(tables, 7), b)))
}
// inline
function redness(r: v128, g: v128, b: v128, tables: usize): v128 {
  const sum = f64x2.sub(f64x2.mul(weight(tables, 7), r), f64x2.mul(weight(tables, 8), g))
  return f64x2.mul(weight(tables, 10), f64x2.sub(sum, f64x2.mul(weight(tables, 9), b)))
}

/** Luminance of two places at `y`, and what both add to the chrominance there. */
// inline
function loadPlaces(red: v128, green: v128, blue: v128, odd: bool, tables: usize, y: usize, half: usize): void {
  const zero = f64x2.splat(0)
  let cb = odd ? v128.load(half) : zero
  let cr = odd ? v128.load(half, HALVES) : zero
  let r = first(red, tables)
  let g = first(green, tables)
  let b = first(blue, tables)
  v128.store(y, luma(r, g, b, tables))
  cb = f64x2.add(cb, blueness(r, g, b, tables))
  cr = f64x2.add(cr, redness(r, g, b, tables))
  r = second(red, tables)
  g = second(green, tables)
  b = second(blue, tables)
  v128.store(y, luma(r, g, b, tables), 16)
  v128.store(half, f64x2.add(cb, blueness(r, g, b, tables)))
  v128.store(half, f64x2.add(cr, redness(r, g, b, tables)), HALVES)
}

/** RGB to YCbCr by the weights of JFIF 1.02; chrominance, centred on 0, is the mean of 2 x 2. */
function loadColor(samples: usize, rowBytes: usize, planeBytes: usize, tables: usize, y: usize, halves: usize): void {
  for (let row = 0; row < 16; row++, samples += rowBytes) {
    const odd = (row & 1) == 1
    let half = halves + ((<usize>row >> 1) << 6)
    for (let at: usize = 0; at < 32; at += 16, y += 64, half += 32) {
      let p = samples + at
      const leftRed = v128.load(p)
      const rightRed = v128.load(p, 32)
      p += planeBytes
      const leftGreen = v128.load(p)
      const rightGreen = v128.load(p, 32)
      p += planeBytes
      const leftBlue = v128.load(p)
      const rightBlue = v128.load(p, 32)
      loadPlaces(
        lower(leftRed, rightRed),
        lower(leftGreen, rightGreen),
        lower(leftBlue, rightBlue),
        odd,
        tables,
        y,
        half,
      )
      loadPlaces(
        upper(leftRed, rightRed),
        upper(leftGreen, rightGreen),
        upper(leftBlue, rightBlue),
        odd,
        tables,
        y + 32,
        half + 16,
      )
    }
  }
}

/** Levels as samples in 0..1, in the lower half of a vector. */
// inline
function samplesOf(level: v128, tables: usize): v128 {
  const white = weight(tables, 0)
  return f32x4.demote_f64x2_zero(f64x2.div(f64x2.pmin(f64x2.pmax(level, f64x2.splat(0)), white), white))
}

/** Samples of a left and a right block at four places. */
// inline
function storePlaces(to: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5)
  const cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5)
  v128.store(to, v128.shuffle<i64>(ab, cd, 0, 2))
  v128.store(to, v128.shuffle<i64>(ab, cd, 1, 3), 32)
}

function storeGray(samples: usize, rowBytes: usize, tables: usize, y: usize): void {
  const middle = weight(tables, 1)
  for (let row = 0; row < 16; row++, samples += rowBytes) {
    for (let at: usize = 0; at < 32; at += 16, y += 64) {
      const a = samplesOf(f64x2.add(v128.load(y), middle), tables)
      const b = samplesOf(f64x2.add(v128.load(y, 16), middle), tables)
      const c = samplesOf(f64x2.add(v128.load(y, 32), middle), tables)
      const d = samplesOf(f64x2.add(v128.load(y, 48), middle), tables)
      storePlaces(samples + at, a, b, c, d)
    }
  }
}

// inline
function redOf(luma: v128, _cb: v128, cr: v128, tables: usize): v128 {
  return samplesOf(f64x2.add(luma, f64x2.mul(weight(tables, 11), cr)), tables)
}
// inline
function greenOf(luma: v128, cb: v128, cr: v128, tables: usize): v128 {
  const part = f64x2.sub(luma, f64x2.mul(weight(tables, 12), cb))
  return samplesOf(f64x2.sub(part, f64x2.mul(weight(tables, 13), cr)), tables)
}
// inline
function blueOf(luma: v128, cb: v128, _cr: v128, tables: usize): v128 {
  return samplesOf(f64x2.add(luma, f64x2.mul(weight(tables, 14), cb)), tables)
}

/** YCbCr to RGB; each chrominance counts for 2 x 2 pixels. */
function storeColor(samples: usize, rowBytes: usize, planeBytes: usize, tables: usize, y: usize, halves: usize): void {
  const middle = weight(tables, 1)
  for (let row = 0; row < 16; row++, samples += rowBytes) {
    let half = halves + ((<usize>row >> 1) << 6)
    for (let at: usize = 0; at < 32; at += 16, y += 64, half += 32) {
      const a = f64x2.add(v128.load(y), middle)
      const b = f64x2.add(v128.load(y, 16), middle)
      const c = f64x2.add(v128.load(y, 32), middle)
      const d = f64x2.add(v128.load(y, 48), middle)
      const cb = v128.load(half)
      const cr = v128.load(half, HALVES)
      const nextCb = v128.load(half, 16)
      const nextCr = v128.load(half, HALVES + 16)
      let p = samples + at
      storePlaces(
        p,
        redOf(a, cb, cr, tables),
        redOf(b, cb, cr, tables),
        redOf(c, nextCb, nextCr, tables),
        redOf(d, nextCb, nextCr, tables),
      )
      p += planeBytes
      storePlaces(
        p,
        greenOf(a, cb, cr, tables),
        greenOf(b, cb, cr, tables),
        greenOf(c, nextCb, nextCr, tables),
        greenOf(d, nextCb, nextCr, tables),
      )
      p += planeBytes
      storePlaces(
        p,
        blueOf(a, cb, cr, tables),
        blueOf(b, cb, cr, tables),
        blueOf(c, nextCb, nextCr, tables),
        blueOf(d, nextCb, nextCr, tables),
      )
    }
  }
}
