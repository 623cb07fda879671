import { fillUniform } from './fill.js'

const BLOCK = 1024

/** Uniforms of a xoshiro128++ `state`, drawn in blocks: one by one they take several times as long. `end` leaves the state where those taken end. */
export class UniformsAhead {
  private readonly block = new Float64Array(BLOCK)
  private readonly start: Uint32Array
  private taken = 0

  constructor(private readonly state: Uint32Array) {
    this.start = state.slice()
    fillUniform(state, this.block)
  }

  uniform(): number {
    if (this.taken === BLOCK) {
      this.start.set(this.state)
      fillUniform(this.state, this.block)
      this.taken = 0
    }
    return this.block[this.taken++]!
  }

  /** No more are taken. */
  end(): void {
    this.state.set(this.start)
    fillUniform(this.state, this.block.subarray(0, this.taken))
  }
}
