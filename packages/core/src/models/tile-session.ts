import { KintsugiError } from '../errors/error.js'
import type { TensorValue } from './runner.js'
import type { PooledSession } from './sessions.js'

/** What a session takes and gives, and how much of it. */
export interface TileSessionOptions {
  /** Graph input that takes the planes of a tile. */
  readonly input: string
  /** Graph output that is wanted. */
  readonly output: string
  readonly channels: { readonly input: number; readonly output: number }
  /** Output size divided by input size. */
  readonly scale: number
  /** Estimated bytes of a run for each input pixel. */
  readonly bytesPerPixel: number
  /** Further inputs, the same for every tile; those that the graph does not have are left out. */
  readonly feeds: Readonly<Record<string, TensorValue>>
  /** Pixels of the largest tile. */
  readonly largest: number
}

/** A session that runs tile after tile in the same memory: a result is valid until the next run. */
export class TileSession {
  private readonly planes: Float32Array
  private readonly feeds: Readonly<Record<string, TensorValue>>
  /** The first tile runs without, so that a network whose outputs are not as its facts say is told by its shape. */
  private result: Float32Array | undefined

  constructor(
    private readonly session: PooledSession,
    private readonly options: TileSessionOptions,
  ) {
    this.planes = new Float32Array(options.largest * options.channels.input)
    const names = new Set(session.inputs.map(({ name }) => name))
    this.feeds = Object.fromEntries(Object.entries(options.feeds).filter(([name]) => names.has(name)))
  }

  /**
   * Runs one tile, whose planes [channels, height, width] `fill` writes. Throws `E_MODEL_OUTPUT` with the tile's `name` if the
   * network fails or gives another size than its facts say.
   */
  async run(
    { width, height }: { width: number; height: number },
    fill: (planes: Float32Array) => void,
    name: string,
  ): Promise<TensorValue> {
    const { channels, scale, input, bytesPerPixel } = this.options
    const planes = this.planes.subarray(0, width * height * channels.input)
    fill(planes)
    const feeds = { ...this.feeds, [input]: { data: planes, shape: [1, channels.input, height, width] } }
    const shape = [1, channels.output, height * scale, width * scale]
    const result = await this.runOn(feeds, shape, width * height * bytesPerPixel, name)
    if (shape.every((size, axis) => result.shape[axis] === size) && result.shape.length === shape.length) {
      this.result ??= new Float32Array(this.options.largest * scale * scale * channels.output)
      return result
    }
    throw new KintsugiError('E_MODEL_OUTPUT', {
      message: `${this.session.name} gave an output of the wrong size for ${name}.`,
      expected: `[${shape.join(', ')}]`,
      found: `[${result.shape.join(', ')}]`,
      fix: "Correct the facts in the model's metadata (kintsugi.scale, kintsugi.channels, kintsugi.sizeMultiple).",
    })
  }

  private async runOn(
    feeds: Readonly<Record<string, TensorValue>>,
    shape: readonly number[],
    workingBytes: number,
    name: string,
  ): Promise<TensorValue> {
    const { output } = this.options
    const length = shape.reduce((product, size) => product * size, 1)
    const into = this.result && { [output]: { data: this.result.subarray(0, length), shape } }
    try {
      return (await this.session.run(feeds, into, workingBytes))[output]!
    } catch (cause) {
      if (cause instanceof KintsugiError) throw cause
      throw new KintsugiError('E_MODEL_OUTPUT', {
        message: `${this.session.name} failed on ${name}.`,
        found: (cause as Error).message.trim(),
        fix: 'If memory ran out, use smaller tiles or fewer jobs; else check that the model fits this node.',
        cause,
      })
    }
  }
}
