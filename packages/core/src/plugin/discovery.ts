import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { KintsugiError } from '../errors/index.js'
import { lazyIdentity } from './identity.js'
import { checkManifest } from './manifest.js'
import type { LoadedPlugin } from './registry.js'

/** A plugin package that has been found, not yet imported. */
export interface FoundPlugin {
  name: string
  version: string
  families: readonly string[]
  /** Folder of the package. */
  folder: string
}

/** Packages with the keyword `kintsugi-plugin` in the `node_modules` folders from these folders upwards; the nearest of a name first. */
export function findPlugins(folders: readonly string[]): FoundPlugin[] {
  const found = new Map<string, FoundPlugin>()
  const seen = new Set<string>()
  for (const start of folders) {
    for (let folder = resolve(start); ; folder = dirname(folder)) {
      const modules = join(folder, 'node_modules')
      if (!seen.has(modules)) {
        seen.add(modules)
        for (const plugin of pluginsIn(modules)) if (!found.has(plugin.name)) found.set(plugin.name, plugin)
      }
      if (dirname(folder) === folder) break
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

function pluginsIn(modules: string): FoundPlugin[] {
  if (!existsSync(modules)) return []
  const packages = readdirSync(modules).flatMap((name) =>
    name.startsWith('@')
      ? readdirSync(join(modules, name)).map((inner) => join(modules, name, inner))
      : name.startsWith('.')
        ? []
        : [join(modules, name)],
  )
  return packages.flatMap((folder) => {
    const plugin = readPackage(folder)
    return plugin === undefined ? [] : [plugin]
  })
}

function readPackage(folder: string): FoundPlugin | undefined {
  let text: string
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8')
  } catch {
    return undefined
  }
  // Most packages are no plugins: this spares parsing them.
  if (!text.includes('kintsugi-plugin')) return undefined
  const manifest = parsePackage(text, folder)
  if (!Array.isArray(manifest.keywords) || !manifest.keywords.includes('kintsugi-plugin')) return undefined
  const families = manifest.kintsugi?.families
  return {
    name: manifest.name ?? folder,
    version: manifest.version ?? '0.0.0',
    families: Array.isArray(families) ? families.filter((family): family is string => typeof family === 'string') : [],
    folder,
  }
}

interface PackageFile {
  name?: string
  version?: string
  keywords?: unknown
  kintsugi?: { families?: unknown }
  exports?: unknown
  main?: string
}

function parsePackage(text: string, folder: string): PackageFile {
  try {
    return JSON.parse(text) as PackageFile
  } catch (error) {
    const name = nameOfPackage(folder)
    throw new KintsugiError('E_PLUGIN', {
      message: `The package.json of the package "${name}" is no JSON.`,
      expected: 'a package as npm installs it',
      found: reasonOf(error),
      fix: `Install it again: \`npm install ${name}\`.`,
    })
  }
}

/** Name of a package by its folder, its scope included. */
function nameOfPackage(folder: string): string {
  const scope = basename(dirname(folder))
  return scope.startsWith('@') ? `${scope}/${basename(folder)}` : basename(folder)
}

/** The first line of what went wrong, without the folders of this machine. */
function reasonOf(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
  return line.replaceAll(/(?:file:\/\/)?(?:\/|[A-Za-z]:[\\/])(?:[^\s'"]*[\\/])?([^\s'"\\/]+)/g, '$1')
}

/** Imports a plugin: a package name, or a path starting with `.` or `/`, resolved from the first folder that has it. */
export async function importPlugin(specifier: string, folders: readonly string[]): Promise<LoadedPlugin> {
  const url = resolvePlugin(specifier, folders)
  let module: { default?: unknown }
  try {
    module = (await import(url)) as { default?: unknown }
  } catch (error) {
    const reason = reasonOf(error)
    throw new KintsugiError('E_PLUGIN', {
      message: `The plugin "${specifier}" cannot be loaded: ${reason}`,
      expected: 'a module whose default export is a plugin',
      fix: `Run \`node ${specifier}\` to see where it fails.`,
      // A cause that names the folders of this machine is not shown.
      ...(error instanceof Error && error.message === reason && { cause: error }),
    })
  }
  const plugin = checkManifest(module.default, `"${specifier}"`)
  return { plugin, specifier: url, identity: lazyIdentity(plugin.name, plugin.version, url), from: fileURLToPath(url) }
}

function resolvePlugin(specifier: string, folders: readonly string[]): string {
  const isPath = /^(\.{1,2}[/\\]|[/\\]|[A-Za-z]:[/\\])/.test(specifier)
  for (const folder of folders) {
    if (isPath) {
      const path = resolve(folder, specifier)
      const file = ['', '.js', '.mjs', '.ts', '/index.js', '/index.mjs', '/index.ts']
        .map((end) => path + end)
        .find(isFile)
      if (file !== undefined) return pathToFileURL(file).href
      continue
    }
    const found = findPackage(specifier, folder)
    if (found !== undefined) return found
  }
  throw new KintsugiError('E_PLUGIN', {
    message: isPath ? `There is no plugin file "${specifier}".` : `The plugin "${specifier}" is not installed.`,
    expected: isPath ? 'a JavaScript file' : 'an npm package in a node_modules folder',
    found: 'nothing of this name',
    fix: isPath ? 'Check the path; it is relative to the pipeline file.' : `Run \`npm install ${specifier}\`.`,
  })
}

function isFile(path: string): boolean {
  return existsSync(path) && readdirSafe(path) === undefined
}

function readdirSafe(path: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch {
    return undefined
  }
}

/** The entry of a package as `import` sees it from a folder. */
function findPackage(name: string, folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const manifest = join(at, 'node_modules', name, 'package.json')
    if (existsSync(manifest)) return entryOf(manifest)
    if (dirname(at) === at) return undefined
  }
}

/** The module that a package's `exports` gives for `import`, under the conditions that this process runs with. */
function entryOf(manifest: string): string {
  const folder = dirname(manifest)
  const { exports, main } = parsePackage(readFileSync(manifest, 'utf8'), folder)
  const conditions = new Set(['import', 'node', 'default', ...ownConditions()])
  const target = pickTarget(exports, conditions) ?? main ?? 'index.js'
  return pathToFileURL(createRequire(manifest).resolve(join(folder, target))).href
}

function pickTarget(exports: unknown, conditions: ReadonlySet<string>): string | undefined {
  if (typeof exports === 'string') return exports
  if (typeof exports !== 'object' || exports === null) return undefined
  const map = exports as Record<string, unknown>
  if ('.' in map) return pickTarget(map['.'], conditions)
  for (const [condition, target] of Object.entries(map)) {
    if (!conditions.has(condition)) continue
    const picked = pickTarget(target, conditions)
    if (picked !== undefined) return picked
  }
  return undefined
}

/** Conditions given to this process with `--conditions`. */
function ownConditions(): string[] {
  const given = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)]
  return given.flatMap((arg, i) => {
    const inline = /^(?:--conditions|-C)=(.+)$/.exec(arg)?.[1]
    if (inline !== undefined) return [inline]
    return arg === '--conditions' || arg === '-C' ? [given[i + 1] ?? ''] : []
  })
}
