import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { KintsugiError } from '../errors/index.js'
import { FileHashes } from '../execute/file-hashes.js'

export interface SourceSearchOptions {
  /** Files that the user names as sources. */
  given: readonly string[]
  /** The image whose sources are looked for. */
  image: string
  cwd: string
}

/** Folders above the image and below each folder that are gone through for a file of the right name. */
const FOLDERS_UP = 4
const FOLDERS_DOWN = 4
/** Entries that a search by name looks at, at most. */
const MAX_ENTRIES = 50_000
/** Files of one folder that are hashed when no name fits, at most. */
const MAX_HASHED = 500
const IMAGES = new Set(['.png', '.jpg', '.jpeg', '.webp', '.tif', '.tiff', '.avif', '.gif'])

/**
 * Finds files by content: those that the user names, else files of the right name near the image or the working directory, else
 * any image in these two folders.
 */
export class SourceSearch {
  private readonly hashes = new FileHashes()
  private readonly matched = new Set<string>()
  private byName: Promise<ReadonlyMap<string, readonly string[]>> | undefined

  constructor(private readonly options: SourceSearchOptions) {}

  /** The path of a file with this content, last known under this name. Throws `E_REPLAY` if it is nowhere, `E_FILE` for a named file that cannot be read. */
  async find(name: string, sha256: string): Promise<string> {
    const { given, image, cwd } = this.options
    for (const path of given) {
      if ((await this.hashes.of(resolve(cwd, path), path)) !== sha256) continue
      this.matched.add(path)
      return resolve(cwd, path)
    }
    const named = (await this.namesNearby()).get(name) ?? []
    for (const path of named) if (await this.is(path, sha256)) return path
    for (const folder of new Set([dirname(resolve(image)), resolve(cwd)])) {
      for (const path of await imagesIn(folder)) if (await this.is(path, sha256)) return path
    }
    const others = [...given, ...named]
    throw new KintsugiError('E_REPLAY', {
      message: `The source "${name}" is not there.`,
      expected: `a file with SHA-256 ${sha256}`,
      found:
        others.length === 0
          ? `no file "${name}" near the image or the working directory`
          : `other content in ${others.slice(0, 4).join(', ')}`,
      fix: 'Name the file with --input.',
    })
  }

  /** Named files that turned out to be no source. */
  unmatched(): string[] {
    return this.options.given.filter((path) => !this.matched.has(path))
  }

  private async is(path: string, sha256: string): Promise<boolean> {
    try {
      return (await this.hashes.of(path, path)) === sha256
    } catch {
      return false
    }
  }

  /** Files below the working directory and around the image, by name; the image's own folder and those nearest to it first. */
  private namesNearby(): Promise<ReadonlyMap<string, readonly string[]>> {
    this.byName ??= this.listNearby()
    return this.byName
  }

  private async listNearby(): Promise<ReadonlyMap<string, readonly string[]>> {
    const names = new Map<string, string[]>()
    const seen = new Set<string>()
    let entries = 0
    const starts: string[] = []
    for (let folder = dirname(resolve(this.options.image)), up = 0; up <= FOLDERS_UP; folder = dirname(folder), up++) {
      if (dirname(folder) === folder) break
      starts.push(folder)
    }
    starts.splice(1, 0, resolve(this.options.cwd))
    for (const start of starts) {
      let level = [start]
      for (let depth = 0; depth <= FOLDERS_DOWN && level.length > 0; depth++) {
        const below: string[] = []
        for (const folder of level) {
          if (seen.has(folder) || entries > MAX_ENTRIES) continue
          seen.add(folder)
          for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
            entries++
            const path = join(folder, entry.name)
            if (entry.isFile()) names.set(entry.name, [...(names.get(entry.name) ?? []), path])
            else if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
              below.push(path)
          }
        }
        level = below
      }
    }
    return names
  }
}

async function imagesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => IMAGES.has(extname(name).toLowerCase()))
    .slice(0, MAX_HASHED)
    .map((name) => join(folder, basename(name)))
}
