// `npm test`: installs and builds where needed, then lint, types, generated files and all tests with coverage.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, root, runNode } from './prepare.mjs'

const bin = (name, path) => join(root, 'node_modules', name, path)
const tsc = bin('typescript', 'bin/tsc')
const fromSource = ['--conditions=@kintsugi/source', '--import=tsx']
const scratch = mkdtempSync(join(tmpdir(), 'kintsugi-test-'))
const countsFile = join(scratch, 'counts.json')
const tests = given()

const steps = [
  ['install and build', () => (prepare(), 0)],
  ['lint', () => runNode([bin('eslint', 'bin/eslint.js'), '.', '--max-warnings=0'])],
  ['format', () => runNode([bin('@biomejs/biome', 'bin/biome'), 'check', '.'])],
  ['types of packages', () => runNode([tsc, '-b'])],
  ['types of tests, scripts and examples', () => runNode([tsc, '-p', 'tsconfig.test.json'])],
  ['generated files', () => runNode([...fromSource, 'scripts/node-reference.ts', '--check'])],
  ['tests', runTests],
]

const failed = []
const times = []
for (const [name, step] of steps) {
  console.log(`\n== ${name}`)
  const started = performance.now()
  const code = step()
  times.push(
    `${((performance.now() - started) / 1000).toFixed(1).padStart(7)} s  ${code === 0 ? 'ok    ' : 'FAILED'}  ${name}`,
  )
  if (code !== 0) failed.push(name)
}
const counts = readCounts()
rmSync(scratch, { recursive: true, force: true })
console.log(`\n${times.join('\n')}`)
if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}.`)
if (counts === undefined) console.log('\nThe tests did not come to their end.')
else {
  const { passed, failed: broken, skipped, seconds } = counts
  console.log(`\n  ${passed} passing (${seconds}s)\n  ${broken} failing\n  ${skipped} pending\n`)
  console.log(`${passed} passed, ${broken} failed, ${skipped} skipped`)
}
process.exit(failed.length > 0 || counts === undefined ? 1 : 0)

/** Files to test: those named on the command line, else all. */
function given() {
  const named = process.argv.slice(2)
  return named.length > 0 ? named : ['packages/*/test/**/*.test.ts', 'examples/**/test/*.test.js']
}

function runTests() {
  const mocha = [bin('mocha', 'bin/mocha.js'), '--reporter', join(root, 'scripts', 'mocha-reporter.cjs'), ...tests]
  const coverage = [
    '--experimental-monocart',
    '--include=packages/*/src/**',
    '--reporter=console-summary',
    '--reporter=lcovonly',
  ]
  const env = { ...process.env, KINTSUGI_TEST_COUNTS: countsFile }
  return runNode([bin('c8', 'bin/c8.js'), ...coverage, process.execPath, ...mocha], { env })
}

function readCounts() {
  try {
    return JSON.parse(readFileSync(countsFile, 'utf8'))
  } catch {
    return undefined
  }
}
