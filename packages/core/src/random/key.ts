import * as crypto from 'node:crypto'
import { KintsugiError } from '../errors/error.js'

/** What a random key is made of. */
export interface RandomKeyParts {
  /** The run's seed. A number and a text of the same digits are different seeds. */
  seed: number | string
  /** The node's path, or the stream name that stands for it. */
  stream: string
  /** What is drawn, such as `with.sigma`, `when`, `choose` or `run`. */
  purpose: string
  /** Key of each axis that enters; their order does not matter. */
  keys: Readonly<Record<string, string>>
}

/**
 * The 16 bytes that start a random stream: the first half of SHA-256 over the UTF-8 JSON text
 * `["kintsugi/key@1", seed, stream, purpose, [[axis, key], ...]]`, axes in code-point order, no white space. JSON quotes each part,
 * so different parts never give the same text. Throws `E_PARAM` for a seed that is not finite.
 */
export function randomKey(parts: RandomKeyParts): Uint8Array {
  const { seed, stream, purpose, keys } = parts
  if (typeof seed === 'number' && !Number.isFinite(seed))
    throw new KintsugiError('E_PARAM', { message: `the seed must be a finite number or a text, not ${seed}` })
  const axes = Object.keys(keys)
    .sort(byCodePoint)
    .map((axis) => [axis, keys[axis]])
  return sha256(JSON.stringify(['kintsugi/key@1', seed, stream, purpose, axes])).subarray(0, 16)
}

/** UTF-8 orders as code points do; UTF-16, in which `<` compares, does not. */
function byCodePoint(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

type OneShotHash = (algorithm: string, data: string, encoding: 'buffer') => Buffer

// Node 20.12 and later have a one-shot hash that skips the stream object; it takes a third of the time on short texts.
const oneShot = (crypto as { hash?: OneShotHash }).hash

function sha256(text: string): Uint8Array {
  return oneShot === undefined ? crypto.createHash('sha256').update(text).digest() : oneShot('sha256', text, 'buffer')
}
