import { createRequire } from 'node:module'
import type sharp from 'sharp'

const require = createRequire(import.meta.url)

/** sharp on its first use: listing and checking nodes need no native module. Requiring it takes half as long as importing it. */
export function loadSharp(): typeof sharp {
  return require('sharp') as typeof sharp
}
