import { createImage, type Image } from '../image/image.js'
import type { ModelRunner } from './runner.js'

/** The error of tiles against the untiled result. */
export interface TileError {
  readonly halo: number
  readonly size: number
  /** Largest absolute difference, in units of the output range 0..1. */
  readonly maxError: number
  readonly meanError: number
}

/**
 * Runs a probe image whole and in tiles with this halo and compares. The default probe has smooth shading, edges and
 * texture and is `size + 2 * halo` pixels wide and high, so that it falls into four tiles or more.
 */
export async function measureTileError(
  runner: ModelRunner,
  { halo, size = 64, probe }: { halo: number; size?: number; probe?: Image },
): Promise<TileError> {
  const image = probe ?? probeImage(size + 2 * Math.max(halo, size / 2), runner.facts.channels.input === 1 ? 1 : 3)
  const whole = await runner.restore(image, { tiles: { mode: 'whole' } })
  const tiled = await runner.restore(image, { tiles: { mode: 'bounded', halo, size } })
  let maxError = 0
  let sum = 0
  for (let i = 0; i < whole.data.length; i++) {
    const error = Math.abs(whole.data[i]! - tiled.data[i]!)
    maxError = Math.max(maxError, error)
    sum += error
  }
  return { halo, size, maxError, meanError: sum / whole.data.length }
}

/** Shading, a tilted edge, rings and fine grain, each channel a little different. */
function probeImage(side: number, channels: 1 | 3): Image {
  const image = createImage({ width: side, height: side, channels })
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const shading = 0.3 + (0.4 * (x + (c + 1) * y)) / (side * (c + 2))
        const edge = 3 * x + 2 * y > 2.4 * side ? 0.15 : -0.15
        const rings = 0.08 * Math.sin(0.02 * (c + 1) * ((x - side / 3) ** 2 + (y - side / 2) ** 2))
        const grain = 0.06 * (((x * 73 + y * 151 + c * 37) % 17) / 16 - 0.5)
        image.data[(c * side + y) * side + x] = shading + edge + rings + grain
      }
    }
  }
  return image
}
