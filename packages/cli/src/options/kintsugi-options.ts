import type { KintsugiOptions } from '@kintsugi/core'

/** `--cache DIR` and `--no-cache` as commander gives them. */
export interface CacheOptions {
  cache?: string | boolean | undefined
}

/** What Kintsugi is set up with for a command. */
export function kintsugiOptions({ cache }: CacheOptions): KintsugiOptions {
  if (cache === false) return { cacheDir: false }
  return typeof cache === 'string' ? { cacheDir: cache } : {}
}
