import { KintsugiError } from '../errors/error.js'
import { type Image, imageBytes } from '../image/image.js'
import type { ModelFacts } from '../onnx/index.js'
import type { RestoreOptions, TensorValue } from './runner.js'
import type { PooledSession, TensorInfo } from './sessions.js'
import { type FrozenParts, imageStatistics } from './statistics.js'
import { copyIn, copyOut } from './tile-copy.js'
import { outputSize, planTiles, type Rectangle, type Tile } from './tiles.js'
import { chooseTiling } from './tiling.js'

/** What a run on images needs of the node that asks for it. */
export interface RunnerHooks {
  createImage(shape: Pick<Image, 'width' | 'height' | 'channels' | 'metadata'>): Image
  throwIfCancelled(): void
  progress(fraction: number): void
}

/** An image-to-image network, ready to run. */
export interface ImageNetwork {
  readonly session: PooledSession
  readonly facts: ModelFacts
  /** Estimated bytes of a run for each input pixel. */
  readonly bytesPerPixel: number
  /** For networks with statistics of the whole image. */
  readonly frozen?: () => Promise<FrozenParts>
}

/**
 * Runs an image through the network tile by tile. Throws `E_MEMORY`, before the first tile, if that would take more than `memory`
 * bytes, `E_MODEL_FORM` if network and image do not fit each other and
 * `E_MODEL_OUTPUT`, naming the tile, if a tile fails, has the wrong size or is not finite.
 */
export async function restoreImage(
  network: ImageNetwork,
  image: Image,
  { tiles: settings, feeds = {}, besides = 0, progress }: RestoreOptions,
  hooks: RunnerHooks,
  memory = Infinity,
): Promise<Image> {
  const { facts, bytesPerPixel } = network
  const { width, height, channels, metadata } = image
  const input = imageInput(network, image, feeds)
  const tiling = chooseTiling({ width, height, facts, bytesPerPixel, ...(settings && { settings }) })
  const tiles = planTiles({ ...facts, width, height, halo: tiling.halo, size: tiling.size })
  checkMemory(network, image, tiles, { besides, memory })
  const { session, fed } =
    tiling.mode === 'frozen' ? await freeze(network, image, input, feeds) : { ...network, fed: feeds }
  const restored = hooks.createImage({
    width: outputSize(width, facts.scale),
    height: outputSize(height, facts.scale),
    channels,
    metadata,
  })
  const pixels = Math.max(...tiles.map(inputArea))
  const buffer = new Float32Array(pixels * facts.channels.input)
  const outputs = new OutputMemory(session.outputs[0]!.name, facts, pixels)
  for (const [index, tile] of tiles.entries()) {
    hooks.throwIfCancelled()
    const name = `tile ${index + 1} of ${tiles.length} (input ${describe(tile.input)})`
    checkFreeSize(network, input, tile.input)
    copyIn(image, tile.input, facts.channels.input, facts.inputRange, buffer)
    const shape = [1, facts.channels.input, tile.input.height, tile.input.width]
    const tensor = { data: buffer.subarray(0, inputArea(tile) * facts.channels.input), shape }
    const result = await runTile({ ...network, session }, { ...fed, [input]: tensor }, outputs, tile, name)
    if (!copyOut(result, tile, facts.inputRange, restored)) throw notFinite(session.name, name)
    ;(progress ?? hooks.progress)((index + 1) / tiles.length)
  }
  return restored
}

/** Throws `E_MEMORY` with the figures if image, restoration and the largest tile do not fit. */
function checkMemory(
  { session, facts, bytesPerPixel }: ImageNetwork,
  image: Image,
  tiles: readonly Tile[],
  { besides, memory }: { besides: number; memory: number },
): void {
  const [width, height] = [outputSize(image.width, facts.scale), outputSize(image.height, facts.scale)]
  const output = 4 * width * height * image.channels
  const largest = tiles.reduce((most, tile) => (inputArea(tile) > inputArea(most) ? tile : most))
  const tile = inputArea(largest) * bytesPerPixel
  const needed = imageBytes(image) + besides + output + tile
  if (needed <= memory) return
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`
  const flag = Math.ceil((needed * PROCESS_MARGIN) / 2 ** 20)
  throw new KintsugiError('E_MEMORY', {
    message: `The network ${session.name} needs about ${mebibytes(needed)} for this image, ${mebibytes(memory)} of the memory budget are there for it.`,
    expected: 'an image whose restoration fits the budget',
    found: [
      `${mebibytes(imageBytes(image) + besides)} for ${image.width} x ${image.height} pixels and what is held beside them`,
      `${mebibytes(output)} for ${width} x ${height} restored ones`,
      `${mebibytes(tile)} for a tile of ${largest.input.width} x ${largest.input.height}`,
    ].join(', '),
    fix: `Give more with --memory ${flag}MiB, or ${tiles.length > 1 || tile > output ? 'use smaller tiles' : 'cut the image'}.`,
  })
}

/** What the process needs itself is at most a sixth of its memory. */
const PROCESS_MARGIN = 6 / 5

async function freeze(
  network: ImageNetwork,
  image: Image,
  input: string,
  feeds: Readonly<Record<string, TensorValue>>,
): Promise<{ session: PooledSession; fed: Readonly<Record<string, TensorValue>> }> {
  const { statistics, tiles } = await network.frozen!()
  return {
    session: tiles,
    fed: { ...feeds, ...(await imageStatistics(statistics, image, { ...network, input }, feeds)) },
  }
}

/**
 * Memory for the network's image output, used again from tile to tile. The first tile runs without, so that a network whose
 * outputs are not as its facts say is told by its shape.
 */
class OutputMemory {
  private data: Float32Array | undefined

  constructor(
    readonly name: string,
    private readonly facts: ModelFacts,
    private readonly largestInput: number,
  ) {}

  shape({ width, height }: Rectangle): number[] {
    const { scale, channels } = this.facts
    return [1, channels.output, height * scale, width * scale]
  }

  for(input: Rectangle): Record<string, TensorValue> | undefined {
    if (this.data === undefined) {
      this.data = new Float32Array(0)
      return undefined
    }
    const { scale, channels } = this.facts
    if (this.data.length === 0) this.data = new Float32Array(this.largestInput * scale * scale * channels.output)
    const shape = this.shape(input)
    return { [this.name]: { data: this.data.subarray(0, product(shape)), shape } }
  }
}

async function runTile(
  { session, bytesPerPixel }: ImageNetwork,
  feeds: Readonly<Record<string, TensorValue>>,
  outputs: OutputMemory,
  tile: Tile,
  name: string,
): Promise<TensorValue> {
  let results: Record<string, TensorValue>
  try {
    results = await session.run(feeds, outputs.for(tile.input), inputArea(tile) * bytesPerPixel)
  } catch (cause) {
    if (cause instanceof KintsugiError) throw cause
    throw new KintsugiError('E_MODEL_OUTPUT', {
      message: `${session.name} failed on ${name}.`,
      found: (cause as Error).message.trim(),
      fix: 'If memory ran out, use smaller tiles or fewer jobs; else check that the model fits this node.',
      cause,
    })
  }
  const result = results[outputs.name]!
  const expected = outputs.shape(tile.input)
  if (expected.every((size, axis) => result.shape[axis] === size) && result.shape.length === expected.length)
    return result
  throw new KintsugiError('E_MODEL_OUTPUT', {
    message: `${session.name} gave an output of the wrong size for ${name}.`,
    expected: `[${expected.join(', ')}]`,
    found: `[${result.shape.join(', ')}]`,
    fix: "Correct the facts in the model's metadata (kintsugi.scale, kintsugi.channels, kintsugi.sizeMultiple).",
  })
}

/** The graph input that takes the image. */
function imageInput({ session, facts }: ImageNetwork, image: Image, feeds: object): string {
  const open = session.inputs.filter(({ name }) => !(name in feeds))
  const input = open.find(({ shape }) => shape.length === 4)
  const fits = (channels: number) => channels === image.channels || image.channels === 1
  const refuse = (expected: string, found: string) =>
    new KintsugiError('E_MODEL_FORM', {
      message: `${session.name} cannot restore this image.`,
      expected,
      found,
      fix: 'Use a model made for such images with this node, or convert the image before.',
    })
  if (input === undefined || open.length > 1) {
    throw refuse(
      'a network that takes one image, [1, channels, height, width]',
      `inputs ${open.map(show).join(', ') || '(none)'}`,
    )
  }
  if (input.type !== 'float32') throw refuse('a float32 input', input.type)
  const { input: taken, output: given } = facts.channels
  if (!fits(taken) || !fits(given)) {
    throw refuse(`a network from ${image.channels} to ${image.channels} channels`, `one from ${taken} to ${given}`)
  }
  return input.name
}

function show({ name, shape }: TensorInfo): string {
  return `${name} [${shape.map((size) => size ?? '?').join(', ')}]`
}

/** Networks exported for one input size take tiles of that size alone. */
function checkFreeSize({ session }: ImageNetwork, input: string, { width, height }: Rectangle): void {
  const [, , rows, columns] = session.inputs.find(({ name }) => name === input)!.shape
  if ((rows ?? height) === height && (columns ?? width) === width) return
  throw new KintsugiError('E_MODEL_FORM', {
    message: `${session.name} takes inputs of one size only.`,
    expected: `${columns ?? 'any'} x ${rows ?? 'any'} pixels`,
    found: `a tile of ${width} x ${height} pixels`,
    fix: 'Export the network with free height and width.',
  })
}

function notFinite(model: string, tile: string): KintsugiError {
  return new KintsugiError('E_MODEL_OUTPUT', {
    message: `${model} gave values that are not finite for ${tile}.`,
    expected: 'finite numbers',
    found: 'NaN or an infinity',
    fix: 'Check the model file and its value range; the image itself may hold such values, too.',
  })
}

function inputArea({ input }: Tile): number {
  return input.width * input.height
}

function describe({ x, y, width, height }: Rectangle): string {
  return `x ${x}..${x + width - 1}, y ${y}..${y + height - 1}`
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, size) => result * size, 1)
}
