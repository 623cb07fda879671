import { KintsugiError } from '../errors/error.js'
import { fillNormal, fillUniform, MANY } from './fill.js'
import { inverseNormal } from './normal.js'
import { fillPoisson, samplePoisson } from './poisson.js'
import type { RandomStream } from './stream.js'
import { UniformsAhead } from './uniforms-ahead.js'

const TWO_POW_32 = 2 ** 32
const TWO_POW_53 = 2 ** 53

/**
 * A stream of xoshiro128++ 1.0 (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2019) whose state is the
 * 16 bytes of `key` as four little-endian 32-bit words. The all-zero key, which the generator could never leave, starts from the
 * words (1, 0, 0, 0).
 *
 * Everything is 32-bit integer arithmetic or IEEE double arithmetic in a fixed order; logarithms and exponentials are V8's own
 * port of fdlibm and not the system's, so a key gives the same numbers on every machine.
 */
export function createStream(key: Uint8Array): RandomStream {
  if (key.length !== 16) throw outOfRange('the key of a random stream', 'must have 16 bytes', `${key.length} bytes`)
  const view = new DataView(key.buffer, key.byteOffset, 16)
  const state = Uint32Array.from([0, 4, 8, 12], (offset) => view.getUint32(offset, true))
  if (state.every((word) => word === 0)) state[0] = 1
  return new Xoshiro128(state)
}

class Xoshiro128 implements RandomStream {
  readonly #state: Uint32Array

  constructor(state: Uint32Array) {
    this.#state = state
  }

  uint32(): number {
    const s = this.#state
    const s0 = s[0]!
    const s1 = s[1]!
    const sum = (s0 + s[3]!) | 0
    const result = (((sum << 7) | (sum >>> 25)) + s0) >>> 0
    const s2 = s[2]! ^ s0
    const s3 = s[3]! ^ s1
    s[1] = s1 ^ s2
    s[0] = s0 ^ s3
    s[2] = s2 ^ (s1 << 9)
    s[3] = (s3 << 11) | (s3 >>> 21)
    return result
  }

  /** The upper 27 bits of one output above the upper 26 bits of the next, times 2^-53. */
  uniform(): number {
    return this.#bits53() / TWO_POW_53
  }

  /** AS 241 of (k + 1/2) 2^-52, where k is the upper 26 bits of one output above the upper 26 bits of the next: never 0 or 1, symmetric about 1/2. */
  normal(): number {
    const high = this.uint32() >>> 6
    return inverseNormal((high * 67108864 + (this.uint32() >>> 6) + 0.5) / 4503599627370496)
  }

  poisson(mean: number): number {
    return samplePoisson(this, mean)
  }

  fillUniform(out: Float32Array | Float64Array): void {
    if (out.length >= MANY) fillUniform(this.#state, out)
    else for (let i = 0; i < out.length; i++) out[i] = this.uniform()
  }

  fillNormal(out: Float32Array | Float64Array, mean = 0, deviation = 1): void {
    if (out.length >= MANY) fillNormal(this.#state, out, mean, deviation)
    else for (let i = 0; i < out.length; i++) out[i] = mean + deviation * this.normal()
  }

  fillPoisson(out: Float32Array | Float64Array, means: Float32Array | Float64Array): void {
    if (out.length < MANY) return fillPoisson(this, out, means)
    const ahead = new UniformsAhead(this.#state)
    try {
      fillPoisson(ahead, out, means)
    } finally {
      ahead.end()
    }
  }

  /** The remainder of 32 (for ranges above 2^32: 53) random bits, drawn again where the last incomplete range begins. */
  integer(low: number, high: number): number {
    const count = high - low + 1
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || count < 1 || high - low >= TWO_POW_53)
      throw outOfRange(
        'the range of a random integer',
        'must be two safe integers in order, at most 2^53 apart',
        `${low} to ${high}`,
      )
    const wide = count > TWO_POW_32
    const total = wide ? TWO_POW_53 : TWO_POW_32
    const limit = total - (total % count)
    let bits = wide ? this.#bits53() : this.uint32()
    while (bits >= limit) bits = wide ? this.#bits53() : this.uint32()
    return low + (bits % count)
  }

  #bits53(): number {
    const high = this.uint32() >>> 5
    return high * 67108864 + (this.uint32() >>> 6)
  }
}

function outOfRange(what: string, rule: string, found: string): KintsugiError {
  return new KintsugiError('E_PARAM', { message: `${what} ${rule}, not ${found}` })
}
