// Powers and exponentials in float32 by polynomials, so that their last bit is the same on every machine. In place, four at a time: counts are
// rounded up to whole vectors. The polynomials are those of Cephes (Moshier, single precision: logf.c, exp2f.c), good to the last place or two.

// Read from memory: written out, V8 would build every one of them anew at each use.
const CONSTANTS = memory.data<f32>([
  0.70710677, 1, 7.0376836292e-2, -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1,
  2.0000714765e-1, -2.4999993993e-1, 3.3333331174e-1, 0.5, 1.44269504, 127, -126, 1.5353362e-4, 1.33988744e-3,
  9.61843736e-3, 5.55033247e-2, 2.402264791e-1, 6.931472028e-1,
])

function constant(index: i32): v128 {
  return v128.load32_splat(CONSTANTS + ((<usize>index) << 2))
}

/** The logarithm to base 2 of positive numbers. */
function log2(x: v128): v128 {
  // x = m 2^e with m from sqrt(1/2) to sqrt(2), so that there is no cancellation about 1.
  const shifted = i32x4.sub(x, constant(0))
  const exponent = i32x4.shr_s(shifted, 23)
  const f = f32x4.sub(i32x4.sub(x, i32x4.shl(exponent, 23)), constant(1))
  const z = f32x4.mul(f, f)
  let p = f32x4.add(f32x4.mul(constant(2), f), constant(3))
  p = f32x4.add(f32x4.mul(p, f), constant(4))
  p = f32x4.add(f32x4.mul(p, f), constant(5))
  p = f32x4.add(f32x4.mul(p, f), constant(6))
  p = f32x4.add(f32x4.mul(p, f), constant(7))
  p = f32x4.add(f32x4.mul(p, f), constant(8))
  p = f32x4.add(f32x4.mul(p, f), constant(9))
  p = f32x4.add(f32x4.mul(p, f), constant(10))
  const tail = f32x4.sub(f32x4.mul(f32x4.mul(p, f), z), f32x4.mul(constant(11), z))
  const ln = f32x4.add(f, tail)
  return f32x4.add(f32x4.mul(ln, constant(12)), f32x4.convert_i32x4_s(exponent))
}

/** 2^t, for t from -126 to 127; what lies outside is taken as if it lay at the end. */
function exp2(t: v128): v128 {
  t = f32x4.pmin(constant(13), f32x4.pmax(constant(14), t))
  const whole = f32x4.nearest(t)
  const r = f32x4.sub(t, whole)
  let p = f32x4.add(f32x4.mul(constant(15), r), constant(16))
  p = f32x4.add(f32x4.mul(p, r), constant(17))
  p = f32x4.add(f32x4.mul(p, r), constant(18))
  p = f32x4.add(f32x4.mul(p, r), constant(19))
  p = f32x4.add(f32x4.mul(p, r), constant(20))
  p = f32x4.add(f32x4.mul(p, r), constant(1))
  return i32x4.add(p, i32x4.shl(i32x4.trunc_sat_f32x4_s(whole), 23))
}

/** x^exponent, `nothing` where x is not above 0. */
function power(x: v128, exponent: v128, nothing: v128): v128 {
  return v128.bitselect(exp2(f32x4.mul(exponent, log2(x))), nothing, f32x4.gt(x, f32x4.splat(0)))
}

/** gain * max(x + offset, 0)^exponent; what is no number stays so. */
export function powerCurve(samples: usize, count: i32, offset: f32, exponent: f32, gain: f32): void {
  const nothing = f32x4.splat(exponent == 0 ? 1 : 0)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const x = v128.load(samples)
    const value = f32x4.mul(power(f32x4.add(x, f32x4.splat(offset)), f32x4.splat(exponent), nothing), f32x4.splat(gain))
    v128.store(samples, v128.bitselect(value, x, f32x4.eq(x, x)))
  }
}

/** exp(-rate * min(x, most)), x turned over to 1 - x before if `near`. */
export function decayCurve(samples: usize, count: i32, rate: f32, most: f32, near: bool): void {
  const scale = f32x4.splat(<f32>(-1.4426950408889634 * <f64>rate))
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const x = v128.load(samples)
    const depth = near ? f32x4.sub(f32x4.splat(1), x) : x
    const value = exp2(f32x4.mul(scale, f32x4.min(depth, f32x4.splat(most))))
    v128.store(samples, v128.bitselect(value, x, f32x4.eq(x, x)))
  }
}

/** sRGB samples to linear light (IEC 61966-2-1); negative ones mirror positive ones. */
export function decodeSrgb(samples: usize, count: i32): void {
  const sign = i32x4.splat(0x80000000)
  const zero = f32x4.splat(0)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const x = v128.load(samples)
    const size = f32x4.abs(x)
    const low = f32x4.div(size, f32x4.splat(12.92))
    // (x + 0.055) / 1.055, written so that 1 stays 1.
    const rest = f32x4.mul(f32x4.splat(<f32>(0.055 / 1.055)), f32x4.sub(f32x4.splat(1), size))
    const base = f32x4.add(size, rest)
    const high = power(base, f32x4.splat(2.4), zero)
    const value = v128.bitselect(high, low, f32x4.gt(size, f32x4.splat(0.04045)))
    v128.store(samples, v128.or(value, v128.and(x, sign)))
  }
}

/** The inverse of `decodeSrgb`. */
export function encodeSrgb(samples: usize, count: i32): void {
  const sign = i32x4.splat(0x80000000)
  const zero = f32x4.splat(0)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const x = v128.load(samples)
    const size = f32x4.abs(x)
    const low = f32x4.mul(size, f32x4.splat(12.92))
    const root = power(size, f32x4.splat(<f32>(1 / 2.4)), zero)
    // 1.055 root - 0.055, written so that 1 stays 1.
    const high = f32x4.add(root, f32x4.mul(f32x4.splat(0.055), f32x4.sub(root, f32x4.splat(1))))
    const value = v128.bitselect(high, low, f32x4.gt(size, f32x4.splat(0.0031308)))
    v128.store(samples, v128.or(value, v128.and(x, sign)))
  }
}
