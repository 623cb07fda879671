import { centralNormal, inverseNormal } from './normal.js'

/** Draws made at once: few enough that their outputs stay in the fastest cache. */
const BLOCK = 1024

type Numbers = Float32Array | Float64Array

const high = new Int32Array(BLOCK)
const low = new Int32Array(BLOCK)
const probabilities = new Float64Array(BLOCK)
const tails = new Int32Array(BLOCK)

/** Fills `out` with uniforms of 53 bits of the xoshiro128++ `state`, which moves on by two outputs for each. */
export function fillUniform(state: Uint32Array, out: Numbers): void {
  for (let start = 0; start < out.length; start += BLOCK) {
    const count = Math.min(BLOCK, out.length - start)
    drawPairs(state, count)
    for (let i = 0; i < count; i++) out[start + i] = ((high[i]! >>> 5) * 67108864 + (low[i]! >>> 6)) / 9007199254740992
  }
}

/**
 * Fills `out` with `mean + deviation * z`, z standard normal, of the xoshiro128++ `state`, which moves on by two outputs for
 * each. The central branch is computed for all, so that no jump has to be guessed, and the 15 % in the tails again.
 */
export function fillNormal(state: Uint32Array, out: Numbers, mean: number, deviation: number): void {
  for (let start = 0; start < out.length; start += BLOCK) {
    const count = Math.min(BLOCK, out.length - start)
    drawPairs(state, count)
    let tailCount = 0
    for (let i = 0; i < count; i++) {
      const probability = ((high[i]! >>> 6) * 67108864 + (low[i]! >>> 6) + 0.5) / 4503599627370496
      const q = probability - 0.5
      probabilities[i] = probability
      out[start + i] = mean + deviation * centralNormal(q)
      tails[tailCount] = i
      tailCount += Math.abs(q) > 0.425 ? 1 : 0
    }
    for (let k = 0; k < tailCount; k++) {
      const i = tails[k]!
      out[start + i] = mean + deviation * inverseNormal(probabilities[i]!)
    }
  }
}

/** Draws pairs of outputs into `high` and `low`: as single draws would, but with the state in local variables. */
function drawPairs(state: Uint32Array, count: number): void {
  let s0 = state[0]! | 0
  let s1 = state[1]! | 0
  let s2 = state[2]! | 0
  let s3 = state[3]! | 0
  for (let i = 0; i < count; i++) {
    let sum = (s0 + s3) | 0
    high[i] = ((sum << 7) | (sum >>> 25)) + s0
    let shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
    sum = (s0 + s3) | 0
    low[i] = ((sum << 7) | (sum >>> 25)) + s0
    shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
  }
  state[0] = s0
  state[1] = s1
  state[2] = s2
  state[3] = s3
}
