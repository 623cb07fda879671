import type { Image } from '../image/image.js'
import type { ModelFacts } from '../onnx/index.js'

/** How an image is cut for a network. */
export interface TileSettings {
  /**
   * `exact`: halo from the receptive field, so that the result equals the untiled one. `bounded`: a smaller halo with a small
   * error. `frozen`: what a network sums up of the whole image is worked out once and fed to tiles with the halo of `bounded`.
   * `whole`: no tiles. `auto`: `exact` if its halo is at most 64 px, else `bounded`; for networks that look at the whole image and
   * state no bounded halo `whole`, or `frozen` if the whole would take more than 768 MiB.
   */
  mode: 'auto' | 'exact' | 'bounded' | 'frozen' | 'whole'
  /**
   * Largest side of a tile in input pixels, halo excluded. Default: images up to 512 x 512 are not cut, larger ones into tiles
   * that with their halo are at most 384 px wide and high; both less for networks with large working sets.
   */
  size: number
  /** Halo of `bounded` and `frozen` tiles in input pixels. Default: the one stated with the model, else 32. */
  halo: number
}

/** One tensor, float32, with its shape. */
export interface TensorValue {
  readonly data: Float32Array
  readonly shape: readonly number[]
}

/** An open network on this thread. */
export interface ModelRunner {
  /** The model's facts, completed from its graph where its metadata lacks them. */
  readonly facts: ModelFacts
  /** Runs the graph once on named tensors. */
  run(feeds: Readonly<Record<string, TensorValue>>): Promise<Record<string, TensorValue>>
  /**
   * Runs an image-to-image network over an image's colour planes, padded by reflection to the network's size multiple and
   * tiled as set; gives planes of `scale` times the size, without alpha. A gray image goes through a colour network as three
   * equal planes and comes back as the luma of three planes.
   */
  restore(image: Image, options?: RestoreOptions): Promise<Image>
}

export interface RestoreOptions {
  tiles?: Partial<TileSettings>
  /** Further inputs of the graph, the same for every tile. */
  feeds?: Readonly<Record<string, TensorValue>>
  /** Bytes that the caller holds or will hold beside the image and its restoration; they count when it is asked whether all fits. Default: 0. */
  besides?: number
  /** Told how far this call is, 0..1, after each tile. Default: the node's own progress. */
  progress?: (fraction: number) => void
}
