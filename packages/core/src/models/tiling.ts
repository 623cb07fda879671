import { KintsugiError } from '../errors/error.js'
import type { ModelFacts } from '../onnx/index.js'
import type { TileSettings } from './runner.js'
import { padSize } from './tiles.js'

/** How an image is cut for a network, decided. */
export interface Tiling {
  readonly mode: 'exact' | 'bounded' | 'frozen' | 'whole'
  /** Input pixels on each side of a tile. */
  readonly halo: number
  /** Largest side of a tile in input pixels, halo excluded; Infinity if the image is not cut. */
  readonly size: number
}

export interface TilingRequest {
  readonly width: number
  readonly height: number
  readonly facts: Pick<ModelFacts, 'halo' | 'bounded' | 'sizeMultiple' | 'tileMultiple' | 'statistics'>
  /** Bytes that the network's run takes for each input pixel (`estimateWorkingBytes`). */
  readonly bytesPerPixel: number
  readonly settings?: Partial<TileSettings>
}

/** A radius up to which exactness is worth its cost: about that of six RRDBs is not (94 px), that of two is (34 px). */
const LARGEST_EXACT_HALO = 64
/** At this halo the largest error of a 32-layer SRVGGNetCompact is a millionth of its output's spread. */
const BOUNDED_HALO = 32
/** An image of this many pixels is faster in one run than in tiles with their halo. */
const LARGEST_UNCUT_AREA = 512 * 512
/** Beyond this side, halo included, throughput with a halo no longer grows. */
const LARGEST_SIDE = 384
/** Below this side a tile is mostly halo. */
const SMALLEST_SIZE = 64
/** Most bytes that one run, or a head and its tail, may take when the tile size is not set: what a 3-megapixel image enlarged by 4 leaves of 2 GiB. */
export const LARGEST_WORKING_SET = 768 * 2 ** 20

/**
 * Decides how to cut an image from the model, the image size and the settings alone, never from jobs or free memory.
 * Throws `E_MODEL_FORM` if exact tiles of a set size are asked of a network whose every output depends on the whole image, or
 * frozen statistics of one that states none.
 */
export function chooseTiling(request: TilingRequest): Tiling {
  const { facts, settings = {} } = request
  const mode = chooseMode(request, settings.mode ?? 'auto')
  if (mode === 'frozen' && facts.statistics === undefined) throw noStatistics()
  if (mode === 'whole') return { mode, halo: 0, size: Infinity }
  const halo = mode === 'exact' ? facts.halo : boundedHalo(facts, settings)
  if (halo === 'global' || halo === undefined) {
    if (settings.size !== undefined) throw noExactTiles()
    return { mode: 'whole', halo: 0, size: Infinity }
  }
  return { mode, halo, size: settings.size ?? defaultSize(request, halo) }
}

function chooseMode(request: TilingRequest, mode: TileSettings['mode']): Tiling['mode'] {
  if (mode !== 'auto') return mode
  const { halo, bounded, statistics } = request.facts
  if (typeof halo === 'number') return halo <= LARGEST_EXACT_HALO ? 'exact' : 'bounded'
  if (bounded !== undefined) return 'bounded'
  return statistics !== undefined && paddedArea(request) > LARGEST_WORKING_SET / request.bytesPerPixel
    ? 'frozen'
    : 'whole'
}

function paddedArea({ width, height, facts }: TilingRequest): number {
  return padSize(width, facts.sizeMultiple) * padSize(height, facts.sizeMultiple)
}

function boundedHalo({ halo, bounded }: TilingRequest['facts'], settings: Partial<TileSettings>): number {
  if (settings.halo !== undefined) return settings.halo
  return Math.min(bounded?.halo ?? BOUNDED_HALO, typeof halo === 'number' ? halo : Infinity)
}

function defaultSize(request: TilingRequest, halo: number): number {
  const { facts, bytesPerPixel } = request
  const affordable = LARGEST_WORKING_SET / bytesPerPixel
  if (paddedArea(request) <= Math.min(LARGEST_UNCUT_AREA, affordable)) return Infinity
  const side = Math.floor(Math.min(LARGEST_SIDE, Math.sqrt(affordable)))
  const multiple = facts.tileMultiple ?? facts.sizeMultiple
  const margin = padSize(halo, multiple)
  // Two tiles beside each other have their halo on one side alone.
  const half = padSize(Math.ceil(Math.max(request.width, request.height) / 2), multiple)
  return Math.max(SMALLEST_SIZE, half + margin <= side ? half : side - 2 * margin)
}

/** Side of the parts of a tile's features that the tail of a network in stages takes in one run of at most `workingSet` bytes, halo excluded. */
export function partSize(bytesPerPixel: number, halo: number, workingSet: number): number {
  return Math.max(SMALLEST_SIZE, Math.floor(Math.min(LARGEST_SIDE, Math.sqrt(workingSet / bytesPerPixel))) - 2 * halo)
}

function noExactTiles(): KintsugiError {
  return new KintsugiError('E_MODEL_FORM', {
    message: 'No tile of this network is exact.',
    expected: 'a network whose output pixels depend on a limited neighbourhood',
    found: 'a network in which every output pixel depends on the whole image',
    fix: "Use the tile mode 'whole' or 'bounded', or leave the tile size out.",
  })
}

function noStatistics(): KintsugiError {
  return new KintsugiError('E_MODEL_FORM', {
    message: 'This network has no statistics that could be frozen.',
    expected: 'a network that states which of its values sum up the whole image (kintsugi.statistics)',
    found: 'one that states none',
    fix: "Use another tile mode, such as 'auto'.",
  })
}
