import { type Kernels, kernels } from '../kernels/kernels.js'

type Numbers = Float32Array | Float64Array

/** From so many numbers on, drawing them in WebAssembly is faster than one by one. */
export const MANY = 64

/** Fills `out` with uniforms of 53 bits of the xoshiro128++ `state`, which moves on by two outputs for each. */
export function fillUniform(state: Uint32Array, out: Numbers): void {
  fill(state, out, (run, count, single) => run.fillUniform(count, single))
}

/** Fills `out` with `mean + deviation * z`, z standard normal, of the xoshiro128++ `state`, which moves on by two outputs for each. */
export function fillNormal(state: Uint32Array, out: Numbers, mean: number, deviation: number): void {
  fill(state, out, (run, count, single) => run.fillNormal(count, mean, deviation, single))
}

/** Lets `draw` fill `out` block by block. */
function fill(state: Uint32Array, out: Numbers, draw: (run: Kernels, count: number, single: boolean) => void): void {
  const run = kernels()
  const block = run.BLOCK.value
  const single = out instanceof Float32Array
  const { buffer } = run.memory
  const words = new Uint32Array(buffer, run.STATE.value, 4)
  const drawn = single ? new Float32Array(buffer, run.OUT.value, block) : new Float64Array(buffer, run.OUT.value, block)
  words.set(state)
  for (let start = 0; start < out.length; start += block) {
    const count = Math.min(block, out.length - start)
    draw(run, count, single)
    out.set(count < block ? drawn.subarray(0, count) : drawn, start)
  }
  state.set(words)
}
