import { resolve } from 'node:path'
import { isPipelinePath, type LoadedDocument } from '../document/load.js'
import { usesOf } from '../document/uses.js'
import type { Registry } from '../plugin/registry.js'

/** Gives a lower bound of the nodes that a pipeline file, by its absolute path, expands to; each file is counted once. */
export function expandedSizes(
  documents: ReadonlyMap<string, LoadedDocument>,
  registry: Registry,
): (file: string) => number {
  const sizes = new Map<string, number>()
  const sizeOf = (file: string): number => {
    const known = sizes.get(file)
    if (known !== undefined) return known
    // What leads back to itself is told as a circle.
    sizes.set(file, 0)
    const loaded = documents.get(file)
    let size = 0
    for (const { use } of loaded === undefined ? [] : usesOf(loaded.document)) {
      const nested = isPipelinePath(use) ? resolve(loaded?.folder ?? '', use) : registry.pipeline(use)
      size += nested === undefined ? 1 : sizeOf(nested)
    }
    sizes.set(file, size)
    return size
  }
  return sizeOf
}
