import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { cacheInfo, createKintsugi, pruneCache } from '@kintsugi/core'
import { formatBytes } from '../options/bytes.js'
import { kintsugiOptions } from '../options/kintsugi-options.js'

const DEFAULT_LIMIT = 10 * 2 ** 30

interface CacheCommandOptions {
  cache?: string | undefined
}

/** Prints where the cache is and what it holds. */
export async function info({ cache, json }: CacheCommandOptions & { json?: boolean | undefined }): Promise<void> {
  const facts = await cacheInfo(folderOf(cache))
  if (json === true) {
    process.stdout.write(`${JSON.stringify(facts, undefined, 2)}\n`)
    return
  }
  process.stdout.write(
    [
      `folder   ${facts.directory}`,
      `results  ${facts.entries}, ${formatBytes(facts.bytes)}`,
      `models   ${facts.models} converted, ${formatBytes(facts.modelBytes)}`,
      '',
    ].join('\n'),
  )
}

/** Removes the oldest results, or everything. */
export async function prune({
  cache,
  limit,
  all,
}: CacheCommandOptions & { limit?: number | undefined; all?: true | undefined }): Promise<void> {
  const folder = folderOf(cache)
  const before = await cacheInfo(folder)
  if (all === true)
    for (const part of ['entries', 'models']) await rm(join(folder, part), { recursive: true, force: true })
  else await pruneCache(folder, limit ?? DEFAULT_LIMIT)
  const after = await cacheInfo(folder)
  const removed = before.entries + before.models - after.entries - after.models
  const freed = before.bytes + before.modelBytes - after.bytes - after.modelBytes
  process.stdout.write(
    `removed ${removed} files, ${formatBytes(freed)}; ${after.entries + after.models} files, ${formatBytes(after.bytes + after.modelBytes)} are left in ${folder}\n`,
  )
}

function folderOf(cache: string | undefined): string {
  const { cacheDir } = createKintsugi(kintsugiOptions({ cache }))
  if (cacheDir === undefined) throw new Error('a Kintsugi with the default options has a cache folder')
  return cacheDir
}
