import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** The cache folder: `KINTSUGI_CACHE`, else `.kintsugi/cache` beside the nearest `package.json`, else the user's own cache folder. */
export function defaultCacheFolder(cwd: string): string {
  const given = process.env['KINTSUGI_CACHE']
  if (given !== undefined && given !== '') return resolve(cwd, given)
  const root = projectRoot(cwd)
  if (root !== undefined) return join(root, '.kintsugi', 'cache')
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'kintsugi')
}

/** The outermost folder upwards that has a `package.json`, so that the packages of one workspace share a cache. */
function projectRoot(cwd: string): string | undefined {
  let root: string | undefined
  for (let folder = cwd; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) root = folder
    if (dirname(folder) === folder) return root
  }
}
