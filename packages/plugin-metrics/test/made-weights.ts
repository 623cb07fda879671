/** A tensor that a rule makes: the rule of the reference values, so that weights need not be stored. */
export interface MadeTensor {
  readonly key: string
  readonly shape: readonly number[]
  readonly amplitude: number
  readonly offset: number
}

/** Weights (2 u - 1) amplitude + offset, u from a hash of name, seed and place. */
export function madeWeights({ key, shape, amplitude, offset }: MadeTensor, seed: number): Float32Array {
  let hash = 2166136261
  for (const byte of new TextEncoder().encode(key)) hash = Math.imul(hash ^ byte, 16777619)
  const start = hash ^ seed
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1))
  for (let i = 0; i < values.length; i++) {
    let h = (start + Math.imul(i, 0x9e3779b9)) >>> 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h = (h ^ (h >>> 16)) >>> 0
    values[i] = (2 * (h / 2 ** 32) - 1) * amplitude + offset
  }
  return values
}
