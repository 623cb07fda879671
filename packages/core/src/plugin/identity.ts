import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

const CODE = /(?<!\.d)\.(m?js|cjs|m?ts|wasm|json|ya?ml)$/

/**
 * Identity of a plugin's code: name and version for an installed package; for linked packages and files, where the version
 * does not tell edits apart, also a hash of the files beside its entry.
 */
export function codeIdentity(name: string, version: string, specifier: string): string {
  const entry = realpathSync(fileURLToPath(specifier))
  if (entry.includes(`${sep}node_modules${sep}`)) return `${name}@${version}`
  const hash = createHash('sha256')
  const folder = dirname(entry)
  for (const file of codeFiles(folder)) {
    hash.update(file.slice(folder.length)).update('\0').update(readFileSync(file)).update('\0')
  }
  return `${name}@${version}+${hash.digest('hex').slice(0, 16)}`
}

function codeFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name)
      if (entry.isDirectory()) return entry.name === 'node_modules' || entry.name.startsWith('.') ? [] : codeFiles(path)
      return entry.isFile() && CODE.test(entry.name) ? [path] : []
    })
}

/** The same, found when it is first asked for: listing and validating do not need it. */
export function lazyIdentity(name: string, version: string, specifier: string): () => string {
  let identity: string | undefined
  return () => (identity ??= codeIdentity(name, version, specifier))
}
