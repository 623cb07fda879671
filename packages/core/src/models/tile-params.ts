import { type Static, Type } from 'typebox'
import type { TileSettings } from './runner.js'

/** Parameters of node types that run a network over an image: how it is cut. Spread them into a schema, whole or in parts. */
export const tileParams = {
  tiles: Type.Enum(['auto', 'exact', 'bounded', 'frozen', 'whole'], {
    default: 'auto',
    description:
      'How the image is cut for the network. `exact`: overlapping tiles that give what the whole image would. `bounded`: less overlap, ' +
      'with a small error. `frozen`: what the network sums up of the whole image is worked out once and fed to overlapping tiles. ' +
      '`whole`: one run over the whole image. `auto`: `exact` where the overlap is at most 64 px, else `bounded`; for networks with ' +
      'global operations `whole`, or `frozen` where that would take more than 768 MiB.',
  }),
  tile_size: Type.Optional(
    Type.Integer({
      minimum: 16,
      maximum: 16384,
      'x-unit': 'px',
      description:
        'Largest width and height of a tile in the input image, without overlap. Default: chosen from the network; images up to 512 x 512 stay whole where a run over them takes at most 768 MiB.',
    }),
  ),
  tile_pad: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 4096,
      'x-unit': 'px',
      description:
        'Overlap of `bounded` and `frozen` tiles on each side. Default: the one stored with the model, else 32.',
    }),
  ),
}

const _schema = Type.Object(tileParams)

/** The settings that these parameters state. */
export function tileSettings({ tiles, tile_size, tile_pad }: Static<typeof _schema>): Partial<TileSettings> {
  return {
    mode: tiles,
    ...(tile_size !== undefined && { size: tile_size }),
    ...(tile_pad !== undefined && { halo: tile_pad }),
  }
}
