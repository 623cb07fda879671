import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Plan } from '../plan/plan.js'
import { VERSION } from '../version.js'

const require = createRequire(import.meta.url)

/** Versions of what can change pixels: Kintsugi, its plugins, and the native libraries below them. */
export function libraryVersions(plan: Pick<Plan, 'plugins'>): Record<string, string> {
  const versions: Record<string, string> = { kintsugi: VERSION }
  for (const { name, version } of plan.plugins) versions[name] = version
  for (const library of ['sharp', 'onnxruntime-node']) versions[library] = packageVersion(library)
  return versions
}

/** Version of an installed package, read without loading it; its `exports` may hide its `package.json` from `require`. */
export function packageVersion(name: string): string {
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      return (JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8')) as { version: string }).version
    } catch {
      continue
    }
  }
  return 'unknown'
}

/** A version that differs between two runs; absent where that run did not use it. */
export interface VersionDifference {
  name: string
  then: string | undefined
  now: string | undefined
}

/** Versions that differ, by name. */
export function versionDifferences(
  then: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): VersionDifference[] {
  const names = [...new Set([...Object.keys(then), ...Object.keys(now)])].sort()
  return names.filter((name) => then[name] !== now[name]).map((name) => ({ name, then: then[name], now: now[name] }))
}
