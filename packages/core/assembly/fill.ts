import { centralNormal, tailNormal } from './normal'

/** Most numbers that are drawn at once: few enough that all arrays stay in the fastest cache. */
export const BLOCK: i32 = 1024
/** Four words, the state of xoshiro128++. */
export const STATE: usize = memory.data(16, 16)
/** The numbers drawn last, float32 or float64. */
export const OUT: usize = memory.data(8192, 16)

const HIGH: usize = memory.data(4096, 16)
const LOW: usize = memory.data(4096, 16)
const PROBABILITIES: usize = memory.data(8192, 16)
const TAILS: usize = memory.data(4104, 16)

/** Draws `count` <= BLOCK uniforms of 53 bits, from two outputs each, to OUT; float32 if `single`. */
export function fillUniform(count: i32, single: bool): void {
  drawPairs(count)
  const upper = f64x2.splat(67108864)
  const scale = f64x2.splat(1.0 / 9007199254740992.0)
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 2
    const high = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.load64_zero(HIGH + at), 5))
    const low = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.load64_zero(LOW + at), 6))
    put(i, f64x2.mul(f64x2.add(f64x2.mul(high, upper), low), scale), single)
  }
}

/**
 * Draws `count` <= BLOCK numbers mean + deviation * z, z standard normal, from two outputs each, to OUT; float32 if `single`. The central
 * branch of the quantile is computed for all, so that no jump has to be guessed, and the 15 % in the tails again.
 */
export function fillNormal(count: i32, mean: f64, deviation: f64, single: bool): void {
  drawPairs(count)
  const upper = f64x2.splat(67108864)
  const half = f64x2.splat(0.5)
  const scale = f64x2.splat(1.0 / 4503599627370496.0)
  const means = f64x2.splat(mean)
  const deviations = f64x2.splat(deviation)
  const limit = f64x2.splat(0.425)
  let tails = TAILS
  for (let i = 0; i < count; i += 2) {
    const at = (<usize>i) << 2
    const high = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.load64_zero(HIGH + at), 6))
    const low = f64x2.convert_low_i32x4_u(i32x4.shr_u(v128.load64_zero(LOW + at), 6))
    const sum = f64x2.add(f64x2.add(f64x2.mul(high, upper), low), half)
    const probability = f64x2.mul(sum, scale)
    v128.store(PROBABILITIES + (at << 1), probability)
    const q = f64x2.sub(probability, half)
    put(i, f64x2.add(means, f64x2.mul(deviations, centralNormal(q))), single)
    const outside = i64x2.bitmask(f64x2.gt(f64x2.abs(q), limit))
    store<i32>(tails, i)
    tails += (outside & 1) << 2
    store<i32>(tails, i + 1)
    tails += (outside >> 1) << 2
  }
  // The last of an odd number of tails is computed twice; a number drawn beyond an odd count lies in OUT's slack.
  store<i32>(tails, tails > TAILS ? load<i32>(tails - 4) : 0)
  for (let tail = TAILS; tail < tails; tail += 8) {
    const i = load<i32>(tail)
    const j = load<i32>(tail, 4)
    const pair = f64x2(load<f64>(PROBABILITIES + ((<usize>i) << 3)), load<f64>(PROBABILITIES + ((<usize>j) << 3)))
    const value = f64x2.add(means, f64x2.mul(deviations, tailNormal(pair)))
    putOne(i, f64x2.extract_lane(value, 0), single)
    putOne(j, f64x2.extract_lane(value, 1), single)
  }
}

function put(i: i32, pair: v128, single: bool): void {
  if (single) v128.store64_lane(OUT + ((<usize>i) << 2), f32x4.demote_f64x2_zero(pair), 0)
  else v128.store(OUT + ((<usize>i) << 3), pair)
}

function putOne(i: i32, value: f64, single: bool): void {
  if (single) store<f32>(OUT + ((<usize>i) << 2), <f32>value)
  else store<f64>(OUT + ((<usize>i) << 3), value)
}

/** Draws pairs of outputs of xoshiro128++ into HIGH and LOW. */
function drawPairs(count: i32): void {
  let s0 = load<u32>(STATE)
  let s1 = load<u32>(STATE, 4)
  let s2 = load<u32>(STATE, 8)
  let s3 = load<u32>(STATE, 12)
  const end = (<usize>count) << 2
  for (let at: usize = 0; at < end; at += 4) {
    store<u32>(HIGH + at, rotl<u32>(s0 + s3, 7) + s0)
    let shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotl<u32>(s3, 11)
    store<u32>(LOW + at, rotl<u32>(s0 + s3, 7) + s0)
    shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = rotl<u32>(s3, 11)
  }
  store<u32>(STATE, s0)
  store<u32>(STATE, s1, 4)
  store<u32>(STATE, s2, 8)
  store<u32>(STATE, s3, 12)
}
