// Powers and exponentials in float32 by polynomials, so that their last bit is the same on every machine. In place, four at a time: counts are
// rounded up to whole vectors. The polynomials are those of Cephes (Moshier, single precision: logf.c, exp2f.c), good to the last place or two.

// Read from memory: written out, V8 would build every one of them anew at each use.
/** Where the constants lie, and after them the logarithms of what is worked on. */
let constants: usize = 0

/** Puts the constants of the curves at `at`, where the module keeps 1024 bytes for them. The module has no data of its own, which others could overwrite. */
export function placeConstants(at: usize): void {
  constants = at
  put(0, 0.70710677, 1, 7.0376836292e-2, -1.151461031e-1)
  put(4, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1)
  put(8, 2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, 0.5)
  put(12, 1.44269504, 127, -126, 1.5353362e-4)
  put(16, 1.33988744e-3, 9.61843736e-3, 5.55033247e-2, 2.402264791e-1)
  put(20, 6.931472028e-1, 0, 0, 0)
}

function put(index: i32, a: f32, b: f32, c: f32, d: f32): void {
  const at = constants + ((<usize>index) << 2)
  store<f32>(at, a)
  store<f32>(at, b, 4)
  store<f32>(at, c, 8)
  store<f32>(at, d, 12)
}

// inline
function constant(at: usize, index: i32): v128 {
  return v128.load32_splat(at + ((<usize>index) << 2))
}

/** What is worked on at once, in bytes: logarithms of all first, then powers, so that processors find more to do at the same time. */
const BLOCK: usize = 512
/** Bytes from the constants to the logarithms. */
const LOGS: usize = 128

/** The logarithm to base 2 of positive numbers. */
// inline
function log2(k: usize, x: v128): v128 {
  // x = m 2^e with m from sqrt(1/2) to sqrt(2), so that there is no cancellation about 1.
  const shifted = i32x4.sub(x, constant(k, 0))
  const exponent = i32x4.shr_s(shifted, 23)
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), constant(k, 1))
  const z = f32x4.mul(f, f)
  // Pairs of terms rather than one after another: they do not wait for each other.
  const a = f32x4.add(f32x4.mul(constant(k, 3), f), constant(k, 4))
  const b = f32x4.add(f32x4.mul(constant(k, 5), f), constant(k, 6))
  const c = f32x4.add(f32x4.mul(constant(k, 7), f), constant(k, 8))
  const d = f32x4.add(f32x4.mul(constant(k, 9), f), constant(k, 10))
  const upper = f32x4.add(f32x4.mul(f32x4.add(f32x4.mul(constant(k, 2), z), a), z), b)
  const lower = f32x4.add(f32x4.mul(c, z), d)
  const p = f32x4.add(f32x4.mul(upper, f32x4.mul(z, z)), lower)
  const tail = f32x4.sub(f32x4.mul(f32x4.mul(p, f), z), f32x4.mul(constant(k, 11), z))
  const ln = f32x4.add(f, tail)
  return f32x4.add(f32x4.mul(ln, constant(k, 12)), f32x4.convert_i32x4_s(exponent))
}

/** 2^t, for t from -126 to 127; what lies outside is taken as if it lay at the end. */
// inline
function exp2(k: usize, t: v128): v128 {
  t = f32x4.pmin(constant(k, 13), f32x4.pmax(constant(k, 14), t))
  const whole = f32x4.nearest(t)
  const r = f32x4.sub(t, whole)
  const s = f32x4.mul(r, r)
  const a = f32x4.add(f32x4.mul(constant(k, 16), r), constant(k, 17))
  const b = f32x4.add(f32x4.mul(constant(k, 18), r), constant(k, 19))
  const c = f32x4.add(f32x4.mul(constant(k, 20), r), constant(k, 1))
  const upper = f32x4.add(f32x4.mul(constant(k, 15), s), a)
  const p = f32x4.add(f32x4.mul(upper, f32x4.mul(s, s)), f32x4.add(f32x4.mul(b, s), c))
  return i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 23))
}

/** x^exponent from the logarithm of x in LOGS, `nothing` where x is not above 0. */
// inline
function power(k: usize, x: v128, at: usize, exponent: v128, nothing: v128): v128 {
  return v128.bitselect(exp2(k, f32x4.mul(exponent, v128.load(k + LOGS + at))), nothing, f32x4.gt(x, f32x4.splat(0)))
}

/** gain * max(x + offset, 0)^exponent; what is no number stays so. */
export function powerCurve(samples: usize, count: i32, offset: f32, exponent: f32, gain: f32): void {
  const k = constants
  const nothing = f32x4.splat(exponent == 0 ? 1 : 0)
  const shift = f32x4.splat(offset)
  const by = f32x4.splat(exponent)
  const factor = f32x4.splat(gain)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += BLOCK) {
    const bytes = min(BLOCK, end - samples)
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(k + LOGS + at, log2(k, f32x4.add(v128.load(samples + at), shift)))
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(samples + at)
      const value = f32x4.mul(power(k, f32x4.add(x, shift), at, by, nothing), factor)
      v128.store(samples + at, v128.bitselect(value, x, f32x4.eq(x, x)))
    }
  }
}

/** exp(-rate * min(x, most)), x turned over to 1 - x before if `near`. */
export function decayCurve(samples: usize, count: i32, rate: f32, most: f32, near: bool): void {
  const k = constants
  const scale = f32x4.splat(<f32>(-1.4426950408889634 * <f64>rate))
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const x = v128.load(samples)
    const depth = near ? f32x4.sub(f32x4.splat(1), x) : x
    const value = exp2(k, f32x4.mul(scale, f32x4.pmin(depth, f32x4.splat(most))))
    v128.store(samples, v128.bitselect(value, x, f32x4.eq(x, x)))
  }
}

/** (size + 0.055) / 1.055, written so that 1 stays 1. */
// inline
function raised(size: v128): v128 {
  return f32x4.add(size, f32x4.mul(f32x4.splat(<f32>(0.055 / 1.055)), f32x4.sub(f32x4.splat(1), size)))
}

/** sRGB samples to linear light (IEC 61966-2-1); negative ones mirror positive ones. */
export function decodeSrgb(samples: usize, count: i32): void {
  const k = constants
  const sign = i32x4.splat(0x80000000)
  const zero = f32x4.splat(0)
  const gamma = f32x4.splat(2.4)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += BLOCK) {
    const bytes = min(BLOCK, end - samples)
    for (let at: usize = 0; at < bytes; at += 16)
      v128.store(k + LOGS + at, log2(k, raised(f32x4.abs(v128.load(samples + at)))))
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(samples + at)
      const size = f32x4.abs(x)
      const low = f32x4.div(size, f32x4.splat(12.92))
      const high = power(k, raised(size), at, gamma, zero)
      const value = v128.bitselect(high, low, f32x4.gt(size, f32x4.splat(0.04045)))
      v128.store(samples + at, v128.or(value, v128.and(x, sign)))
    }
  }
}

/** The inverse of `decodeSrgb`. */
export function encodeSrgb(samples: usize, count: i32): void {
  const k = constants
  const sign = i32x4.splat(0x80000000)
  const zero = f32x4.splat(0)
  const gamma = f32x4.splat(<f32>(1 / 2.4))
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += BLOCK) {
    const bytes = min(BLOCK, end - samples)
    for (let at: usize = 0; at < bytes; at += 16) v128.store(k + LOGS + at, log2(k, f32x4.abs(v128.load(samples + at))))
    for (let at: usize = 0; at < bytes; at += 16) {
      const x = v128.load(samples + at)
      const size = f32x4.abs(x)
      const low = f32x4.mul(size, f32x4.splat(12.92))
      const root = power(k, size, at, gamma, zero)
      // 1.055 root - 0.055, written so that 1 stays 1.
      const high = f32x4.add(root, f32x4.mul(f32x4.splat(0.055), f32x4.sub(root, f32x4.splat(1))))
      const value = v128.bitselect(high, low, f32x4.gt(size, f32x4.splat(0.0031308)))
      v128.store(samples + at, v128.or(value, v128.and(x, sign)))
    }
  }
}
