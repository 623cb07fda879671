import { createRequire } from 'node:module'
import type sharp from 'sharp'

const require = createRequire(import.meta.url)

/**
 * sharp, which loads libvips, on its first use: commands without images need not wait for it. It is required, not imported: of what is imported
 * Node first searches the CommonJS parts for the names of their exports, which takes each thread longer than loading them.
 */
export function loadSharp(): typeof sharp {
  return require('sharp') as typeof sharp
}
