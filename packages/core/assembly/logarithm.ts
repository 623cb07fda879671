const LN2_HIGH: f64 = 6.9314718036912381649e-1
const LN2_LOW: f64 = 1.90821492927058770002e-10

/**
 * The natural logarithm of two normal numbers in 0..0.7, bit for bit that of fdlibm (`e_log.c`), which is V8's `Math.log`. With x = 2^k (1 + f),
 * sqrt(1/2) < 1 + f < sqrt(2) or so, and s = f / (2 + f): log(1 + f) = f - f^2/2 + s (f^2/2 + R), or f - s (f - R), by the upper bits of f.
 */
export function logarithm(x: v128): v128 {
  const top = i64x2.shr_u(x, 32)
  const mantissa = v128.and(top, i64x2.splat(0x000fffff))
  const carry = v128.and(i64x2.add(mantissa, i64x2.splat(0x95f64)), i64x2.splat(0x100000))
  const exponent = i64x2.sub(i64x2.add(i64x2.shr_u(top, 20), i64x2.shr_u(carry, 20)), i64x2.splat(1023))
  const k = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2))
  const upper = i64x2.shl(v128.or(mantissa, v128.xor(carry, i64x2.splat(0x3ff00000))), 32)
  const f = f64x2.sub(v128.or(upper, v128.and(x, i64x2.splat(0xffffffff))), f64x2.splat(1))
  const high = f64x2.mul(k, f64x2.splat(LN2_HIGH))
  const low = f64x2.mul(k, f64x2.splat(LN2_LOW))

  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f))
  const z = f64x2.mul(s, s)
  const w = f64x2.mul(z, z)
  const even = f64x2.mul(w, horner3(w, 3.999999999940941908e-1, 2.222219843214978396e-1, 1.531383769920937332e-1))
  const odd = f64x2.mul(
    z,
    f64x2.add(
      f64x2.splat(6.66666666666673513e-1),
      f64x2.mul(w, horner3(w, 2.857142874366239149e-1, 1.818357216161805012e-1, 1.479819860511658591e-1)),
    ),
  )
  const rest = f64x2.add(odd, even)
  const square = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f)
  const wide = f64x2.sub(square, f64x2.add(f64x2.mul(s, f64x2.add(square, rest)), low))
  const close = f64x2.sub(f64x2.mul(s, f64x2.sub(f, rest)), low)
  const bounds = v128.or(i64x2.sub(mantissa, i64x2.splat(0x6147a)), i64x2.sub(i64x2.splat(0x6b851), mantissa))
  let change = v128.bitselect(wide, close, i64x2.gt_s(bounds, i64x2.splat(0)))

  // |f| < 2^-20
  const tiny = i64x2.lt_s(v128.and(i64x2.add(mantissa, i64x2.splat(2)), i64x2.splat(0x000fffff)), i64x2.splat(3))
  if (v128.any_true(tiny)) {
    const third = f64x2.sub(f64x2.splat(0.5), f64x2.mul(f64x2.splat(0.33333333333333333), f))
    const short = f64x2.sub(f64x2.mul(f64x2.mul(f, f), third), low)
    change = v128.bitselect(short, change, tiny)
  }
  return f64x2.sub(high, f64x2.sub(change, f))
}

function horner3(w: v128, c0: f64, c1: f64, c2: f64): v128 {
  return f64x2.add(f64x2.splat(c0), f64x2.mul(w, f64x2.add(f64x2.splat(c1), f64x2.mul(w, f64x2.splat(c2)))))
}
