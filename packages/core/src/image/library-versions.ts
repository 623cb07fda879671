import { loadSharp } from './sharp.js'

/** Versions of sharp and of the libraries inside it, such as `vips` and `webp`. Loads it; throws what that throws. */
export function imageLibraryVersions(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(loadSharp().versions).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )
}
