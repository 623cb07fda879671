import { logarithm } from './logarithm'

// The standard normal quantile, two at a time, operation by operation as in src/random/normal.ts.

/** c0 + c1 r + r2 (c2 + c3 r) + r4 (c4 + c5 r + r2 (c6 + c7 r)). */
function polynomial(
  r: v128,
  r2: v128,
  r4: v128,
  c0: f64,
  c1: f64,
  c2: f64,
  c3: f64,
  c4: f64,
  c5: f64,
  c6: f64,
  c7: f64,
): v128 {
  const low = f64x2.add(f64x2.splat(c0), f64x2.mul(f64x2.splat(c1), r))
  const middle = f64x2.mul(r2, f64x2.add(f64x2.splat(c2), f64x2.mul(f64x2.splat(c3), r)))
  const inner = f64x2.add(f64x2.splat(c4), f64x2.mul(f64x2.splat(c5), r))
  const outer = f64x2.mul(r2, f64x2.add(f64x2.splat(c6), f64x2.mul(f64x2.splat(c7), r)))
  return f64x2.add(f64x2.add(low, middle), f64x2.mul(r4, f64x2.add(inner, outer)))
}

/** The quantile of probability 1/2 + q, where |q| <= 0.425. */
export function centralNormal(q: v128): v128 {
  const r = f64x2.sub(f64x2.splat(0.180625), f64x2.mul(q, q))
  const r2 = f64x2.mul(r, r)
  const r4 = f64x2.mul(r2, r2)
  const numerator = polynomial(
    r,
    r2,
    r4,
    3.3871328727963665,
    133.14166789178438,
    1971.5909503065513,
    13731.69376550946,
    45921.95393154987,
    67265.7709270087,
    33430.57558358813,
    2509.0809287301227,
  )
  const denominator = polynomial(
    r,
    r2,
    r4,
    1,
    42.31333070160091,
    687.1870074920579,
    5394.196021424751,
    21213.794301586597,
    39307.89580009271,
    28729.085735721943,
    5226.495278852854,
  )
  return f64x2.mul(q, f64x2.div(numerator, denominator))
}

/** The quantile of a probability below 0.075 or above 0.925. */
export function tailNormal(probability: v128): v128 {
  const half = f64x2.splat(0.5)
  const below = f64x2.lt(f64x2.sub(probability, half), f64x2.splat(0))
  const outer = v128.bitselect(probability, f64x2.sub(f64x2.splat(1), probability), below)
  const tail = f64x2.sqrt(f64x2.neg(logarithm(outer)))
  const isFar = f64x2.gt(tail, f64x2.splat(5))
  let value = middle(f64x2.sub(tail, f64x2.splat(1.6)))
  if (v128.any_true(isFar)) value = v128.bitselect(far(f64x2.sub(tail, f64x2.splat(5))), value, isFar)
  return v128.bitselect(f64x2.neg(value), value, below)
}

/** Tail probabilities down to exp(-25). */
function middle(r: v128): v128 {
  const r2 = f64x2.mul(r, r)
  const r4 = f64x2.mul(r2, r2)
  return f64x2.div(
    polynomial(
      r,
      r2,
      r4,
      1.4234371107496835,
      4.630337846156546,
      5.769497221460691,
      3.6478483247632045,
      1.2704582524523684,
      0.2417807251774506,
      0.022723844989269184,
      0.0007745450142783414,
    ),
    polynomial(
      r,
      r2,
      r4,
      1,
      2.053191626637759,
      1.6763848301838038,
      0.6897673349851,
      0.14810397642748008,
      0.015198666563616457,
      0.0005475938084995345,
      1.0507500716444169e-9,
    ),
  )
}

/** Tail probabilities below exp(-25). */
function far(r: v128): v128 {
  const r2 = f64x2.mul(r, r)
  const r4 = f64x2.mul(r2, r2)
  return f64x2.div(
    polynomial(
      r,
      r2,
      r4,
      6.657904643501103,
      5.463784911164114,
      1.7848265399172913,
      0.29656057182850487,
      0.026532189526576124,
      0.0012426609473880784,
      2.7115555687434876e-5,
      2.0103343992922881e-7,
    ),
    polynomial(
      r,
      r2,
      r4,
      1,
      0.599832206555888,
      0.1369298809227358,
      0.014875361290850615,
      0.0007868691311456133,
      1.8463183175100548e-5,
      1.421511758316446e-7,
      2.0442631033899397e-15,
    ),
  )
}
