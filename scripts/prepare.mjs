// Installs and builds the workspace where that is needed. Node alone, no dependencies: it runs before there are any.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's folder. */
export const root = fileURLToPath(new URL('..', import.meta.url))

const stamp = join(root, 'node_modules', '.cache', 'kintsugi', 'build.sha256')
const packages = readdirSync(join(root, 'packages')).filter((name) => existsSync(join(root, 'packages', name, 'src')))

/** Runs a command in the workspace with this process's terminal; gives its exit code. */
export function run(command, args, options = {}) {
  const { status, error, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options })
  if (error !== undefined) console.error(`${command} could not be started: ${error.message}`)
  return signal === null && error === undefined ? (status ?? 1) : 1
}

/** Runs a module with this Node. */
export function runNode(args, options) {
  return run(process.execPath, args, options)
}

/** Installs what the lock file says and builds all packages, each only if it is not there already. Exits on failure. */
export function prepare() {
  checkNode()
  if (!isInstalled()) must('npm ci', npm('ci'))
  const sources = sourcesHash()
  if (isBuilt(sources)) return
  // The compiler trusts its own notes more than the files that it once wrote.
  for (const name of packages) rmSync(join(root, 'packages', name, '.tsbuildinfo'), { force: true })
  must('npm run build', npm('run', 'build'))
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, sources)
}

function checkNode() {
  const wanted = readJson('package.json').engines.node.replace('>=', '')
  const parts = (version) => version.split('.').map(Number)
  const [major = 0, minor = 0] = parts(process.versions.node)
  const [leastMajor = 0, leastMinor = 0] = parts(wanted)
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return
  console.error(`Kintsugi needs Node ${wanted} or later; this is Node ${process.versions.node}.`)
  process.exit(1)
}

function npm(...args) {
  console.log(`> npm ${args.join(' ')}`)
  // On Windows npm is a script, which needs a shell.
  return run('npm', args, { shell: process.platform === 'win32' })
}

function must(what, code) {
  if (code === 0) return
  console.error(`\n${what} failed.`)
  process.exit(code)
}

/** Whether node_modules holds the packages of the lock file, by the list that npm keeps in it when it has finished. */
function isInstalled() {
  const list = join('node_modules', '.package-lock.json')
  if (!existsSync(join(root, list))) return false
  const installed = readJson(list).packages
  return Object.entries(readJson('package-lock.json').packages).every(([path, locked]) => {
    const there = installed[path]
    if (path === '' || (there === undefined && (locked.optional || locked.devOptional))) return true
    return there !== undefined && there.version === locked.version && there.integrity === locked.integrity
  })
}

function isBuilt(sources) {
  const files = packages.flatMap((name) =>
    ['index.js', 'index.d.ts'].map((file) => join(root, 'packages', name, 'dist', file)),
  )
  return files.every((file) => existsSync(file)) && existsSync(stamp) && readFileSync(stamp, 'utf8') === sources
}

/** A hash of everything that a build depends on. */
function sourcesHash() {
  const hash = createHash('sha256')
  const add = (path) =>
    hash
      .update(path)
      .update('\0')
      .update(readFileSync(join(root, path)))
      .update('\0')
  for (const file of ['package-lock.json', 'tsup.config.ts', 'tsconfig.json', 'tsconfig.base.json']) add(file)
  for (const name of packages) {
    const folder = join('packages', name)
    add(join(folder, 'package.json'))
    add(join(folder, 'tsconfig.json'))
    for (const file of filesBelow(join(folder, 'src'))) add(file)
  }
  return hash.digest('hex')
}

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name)) : [join(folder, entry.name)]))
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare()
