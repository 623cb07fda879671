import type { Image } from '../image/image.js'
import type { ImageNetwork, StagedNetwork } from './restore.js'
import type { RestoreOptions } from './runner.js'
import { planParts, planTiles, type Tile } from './tiles.js'
import { chooseTiling, LARGEST_WORKING_SET, partSize, type Tiling } from './tiling.js'

/** How an image goes through a network. */
export interface Restoration {
  readonly mode: Tiling['mode']
  readonly tiles: readonly Tile[]
  /** Input pixels of the largest tile. */
  readonly largest: number
  /** Estimated bytes that a run over the largest tile takes. */
  readonly bytes: number
  /** Set if the network runs in stages. */
  readonly staged?: StagedRestoration
}

/** How the features of a tile go through the tail of a network. */
export interface StagedRestoration {
  readonly network: StagedNetwork
  readonly partsOf: (tile: Tile) => readonly Tile[]
  /** Feature pixels of the largest part. */
  readonly largestPart: number
}

/** What the head may take of the working set; the tail takes what is left, since its parts lose less by being small. */
const LARGEST_HEAD = 0.6

/**
 * Plans the tiles of an image from network, image size and settings alone. An image that is cut goes through the network in
 * stages where it has them: the tail takes most of the memory and needs next to no halo, so that the head, which needs one, can
 * have large tiles. Throws what `chooseTiling` throws.
 */
export async function planRestoration(
  { facts, bytesPerPixel, stages }: ImageNetwork,
  { width, height }: Image,
  settings: RestoreOptions['tiles'],
): Promise<Restoration> {
  const request = { width, height, facts, ...(settings && { settings }) }
  const tiling = chooseTiling({ ...request, bytesPerPixel })
  const tilesOf = ({ halo, size }: Tiling) => planTiles({ ...facts, width, height, halo, size })
  const network = tiling.size === Infinity || tiling.mode === 'frozen' ? undefined : await stages?.()
  if (network === undefined) {
    const tiles = tilesOf(tiling)
    const largest = Math.max(...tiles.map(inputArea))
    return { mode: tiling.mode, tiles, largest, bytes: largest * bytesPerPixel }
  }
  const { headBytes, tailBytes, channels, halo } = network
  const featureBytes = 4 * channels
  const staged = chooseTiling({ ...request, bytesPerPixel: (headBytes + featureBytes) / LARGEST_HEAD })
  const tiles = tilesOf(staged)
  const largest = Math.max(...tiles.map(inputArea))
  const left = Math.max(1 - LARGEST_HEAD, 1 - (largest * (headBytes + featureBytes)) / LARGEST_WORKING_SET)
  const size = Math.min(partSize(tailBytes, halo, left * LARGEST_WORKING_SET), staged.size)
  const partsOf = (tile: Tile) => planParts(tile, { scale: facts.scale, halo, size })
  const largestPart = Math.max(...tiles.flatMap(partsOf).map(inputArea))
  const bytes = largest * (headBytes + featureBytes) + largestPart * tailBytes
  return { mode: staged.mode, tiles, largest, bytes, staged: { network, partsOf, largestPart } }
}

function inputArea({ input }: Tile): number {
  return input.width * input.height
}
