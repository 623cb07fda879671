import { KintsugiError } from '../errors/error.js'
import { type Image, imageBytes } from '../image/image.js'
import type { ModelFacts } from '../onnx/index.js'
import type { StageEstimate } from './describe-model.js'
import { planRestoration, type Restoration, type StagedRestoration } from './plan-restoration.js'
import type { RestoreOptions, TensorValue } from './runner.js'
import type { PooledSession, TensorInfo } from './sessions.js'
import { type FrozenParts, imageStatistics } from './statistics.js'
import { copyIn, copyOut } from './tile-copy.js'
import { TileSession } from './tile-session.js'
import { outputSize, type Rectangle, type Tile } from './tiles.js'

/** What a run on images needs of the node that asks for it. */
export interface RunnerHooks {
  createImage(shape: Pick<Image, 'width' | 'height' | 'channels' | 'metadata'> & { cleared?: boolean }): Image
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
  /** For enlarging networks: how to run them as a head and a tail, if that can be. */
  readonly stages?: () => Promise<StagedNetwork | undefined>
}

/** The two sessions of a network in stages, opened when needed. */
export interface StagedNetwork extends StageEstimate {
  readonly open: () => Promise<{ readonly head: PooledSession; readonly tail: PooledSession }>
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
  const { facts } = network
  const { width, height, channels, metadata } = image
  const input = imageInput(network, image, feeds)
  const plan = await planRestoration(network, image, settings)
  checkMemory(network, image, plan, { besides, memory })
  for (const tile of plan.tiles) checkFreeSize(network, input, tile.input)
  const job: Job = { network, image, input, plan, feeds, hooks }
  const run = plan.staged === undefined ? await wholeTiles(job) : await stagedTiles(job, plan.staged)
  const restored = hooks.createImage({
    width: outputSize(width, facts.scale),
    height: outputSize(height, facts.scale),
    channels,
    metadata,
    cleared: false,
  })
  for (const [index, tile] of plan.tiles.entries()) {
    const name = `tile ${index + 1} of ${plan.tiles.length} (input ${describe(tile.input)})`
    const put = (result: TensorValue, part: Tile): void => {
      if (!copyOut(result, part, facts.inputRange, restored)) throw notFinite(network.session.name, name)
    }
    await run(tile, name, put, (done) => (progress ?? hooks.progress)((index + done) / plan.tiles.length))
  }
  return restored
}

interface Job {
  readonly network: ImageNetwork
  readonly image: Image
  /** The graph input that takes the image. */
  readonly input: string
  readonly plan: Restoration
  readonly feeds: Readonly<Record<string, TensorValue>>
  readonly hooks: RunnerHooks
}

/** Runs one tile, gives its results to `put` and tells what part of the tile is done. */
type TileRun = (
  tile: Tile,
  name: string,
  put: (result: TensorValue, tile: Tile) => void,
  progress: (done: number) => void,
) => Promise<void>

/** Tiles that go through the network in one run each. */
async function wholeTiles({ network, image, input, plan, feeds, hooks }: Job): Promise<TileRun> {
  const { facts, bytesPerPixel } = network
  const { session, fed } =
    plan.mode === 'frozen' ? await freeze(network, image, input, feeds) : { session: network.session, fed: feeds }
  const output = session.outputs[0]!.name
  const tiles = new TileSession(session, { ...facts, input, output, bytesPerPixel, feeds: fed, largest: plan.largest })
  return async (tile, name, put, progress) => {
    hooks.throwIfCancelled()
    const fill = (planes: Float32Array) => copyIn(image, tile.input, facts.channels.input, facts.inputRange, planes)
    put(await tiles.run(tile.input, fill, name), tile)
    progress(1)
  }
}

/** Tiles whose features come from one run and whose pixels come from several, over parts of the features. */
async function stagedTiles(
  { network: { facts }, image, input, plan, feeds, hooks }: Job,
  { network: { open, features, channels, headBytes, tailBytes }, largestPart, partsOf }: StagedRestoration,
): Promise<TileRun> {
  const sessions = await open()
  const [head, tail] = [
    new TileSession(sessions.head, {
      input,
      output: features,
      channels: { input: facts.channels.input, output: channels },
      scale: 1,
      bytesPerPixel: headBytes,
      feeds,
      largest: plan.largest,
    }),
    new TileSession(sessions.tail, {
      input: features,
      output: sessions.tail.outputs[0]!.name,
      channels: { input: channels, output: facts.channels.output },
      scale: facts.scale,
      bytesPerPixel: tailBytes,
      feeds,
      largest: largestPart,
    }),
  ]
  return async (tile, name, put, progress) => {
    hooks.throwIfCancelled()
    const fill = (planes: Float32Array) => copyIn(image, tile.input, facts.channels.input, facts.inputRange, planes)
    const { data } = await head.run(tile.input, fill, name)
    const window = { width: tile.input.width, height: tile.input.height, channels, data }
    progress(HEAD_SHARE)
    const parts = partsOf(tile)
    for (const [index, part] of parts.entries()) {
      hooks.throwIfCancelled()
      const cut = (planes: Float32Array) => copyIn(window, part.input, channels, [0, 1], planes)
      put(await tail.run(part.input, cut, name), part)
      progress(HEAD_SHARE + ((1 - HEAD_SHARE) * (index + 1)) / parts.length)
    }
  }
}

/** What the head does of the work of a tile, for progress: about half in networks of few blocks, more in others. */
const HEAD_SHARE = 0.5

/** Throws `E_MEMORY` with the figures if image, restoration and the largest tile do not fit. */
function checkMemory(
  { session, facts }: ImageNetwork,
  image: Image,
  { tiles, largest, bytes }: Restoration,
  { besides, memory }: { besides: number; memory: number },
): void {
  const [width, height] = [outputSize(image.width, facts.scale), outputSize(image.height, facts.scale)]
  const output = 4 * width * height * image.channels
  const needed = imageBytes(image) + besides + output + bytes
  if (needed <= memory) return
  const mebibytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20)} MiB`
  const flag = Math.ceil((needed * PROCESS_MARGIN) / 2 ** 20)
  const { input } = tiles.find((tile) => tile.input.width * tile.input.height === largest)!
  throw new KintsugiError('E_MEMORY', {
    message: `The network ${session.name} needs about ${mebibytes(needed)} for this image, ${mebibytes(memory)} of the memory budget are there for it.`,
    expected: 'an image whose restoration fits the budget',
    found: [
      `${mebibytes(imageBytes(image) + besides)} for ${image.width} x ${image.height} pixels and what is held beside them`,
      `${mebibytes(output)} for ${width} x ${height} restored ones`,
      `${mebibytes(bytes)} for a tile of ${input.width} x ${input.height}`,
    ].join(', '),
    fix: `Give more with --memory ${flag}MiB, or ${tiles.length > 1 || bytes > output ? 'use smaller tiles' : 'cut the image'}.`,
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

function describe({ x, y, width, height }: Rectangle): string {
  return `x ${x}..${x + width - 1}, y ${y}..${y + height - 1}`
}
