import type { Sharp, SharpOptions } from 'sharp'

/** sharp, which loads libvips, on its first use: it takes 90 ms that commands without images need not wait for. */
export async function loadSharp(): Promise<
  (input: Uint8Array | Uint16Array | string, options?: SharpOptions) => Sharp
> {
  return (await import('sharp')).default
}
