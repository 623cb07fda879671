// Measures speed and memory: `npm run bench`, or `npm run bench -- NAME...` for some of the subjects in `bench/`. Words after a subject
// that name none pick those of its rows whose name has one of them: `npm run bench -- degrade mosaic JPEG`.
// Each subject runs in a process of its own, on the built packages. Rows that do not keep their limit are measured once more at the end, where they can
// be picked: what else a machine does may slow some of them for minutes. Exits with 1 when a limit is not kept then either.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'bench')
const known = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => basename(file, '.mjs'))
  .sort()

/** Of the columns of a row. */
const WIDTHS = [44, 22, 8, 4]

const [first, ...rest] = process.argv.slice(2)
if (first === '--subject') await measureHere(...rest)
else runAll(first === undefined ? known.map((name) => [name]) : grouped([first, ...rest]))

/** Subjects, each with the words that follow it. */
function grouped(words) {
  const groups = []
  for (const word of words) {
    if (known.includes(word)) groups.push([word])
    else if (groups.length > 0) groups.at(-1).push(word)
    else fail(`There is no subject "${word}". There are: ${known.join(', ')}.`)
  }
  return groups
}

function runAll(groups) {
  if (!existsSync(join(root, 'packages/core/dist/index.js')))
    fail('The packages are not built. Run `npm run build` first.')
  const script = fileURLToPath(import.meta.url)
  const failed = groups.filter(
    (group) =>
      spawnSync(process.execPath, [script, '--subject', ...group], { stdio: 'inherit', cwd: root }).status !== 0,
  )
  if (failed.length > 0) fail(`Limits not kept: ${failed.map(([name]) => name).join(', ')}.`)
}

/** Prints rows as they come: `measure` gives a list of them, or one by one as an async iterable. */
async function measureHere(name, ...words) {
  const { title, measure } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
  if (words.length > 0 && measure.length === 0)
    fail(`The rows of "${name}" are measured together: "${words[0]}" cannot be picked.`)
  console.log(`\n${name}: ${title}`)
  const rows = await print(await measure(words))
  if (rows.length === 0) fail(`No row of "${name}" has "${words.join('" or "')}" in its name.`)
  let failed = namesOfFailed(rows)
  if (failed.length > 0 && measure.length > 0) {
    console.log('\n  Once more:')
    const again = await print(await measure(failed), failed)
    failed = failed.filter((name) => !again.some((row) => row.name === name && row.pass))
  }
  if (failed.length > 0) process.exitCode = 1
}

/** Prints and gives rows as they come, or those of some names. */
async function print(measured, names) {
  const rows = []
  for await (const row of measured) {
    if (names?.includes(row.name) === false) continue
    console.log(`  ${lineOf(row)}`)
    rows.push(row)
  }
  return rows
}

function namesOfFailed(rows) {
  return rows.filter(({ pass }) => pass === false).map(({ name }) => name)
}

function lineOf({ name, value, unit, limit, pass, note }) {
  const measured = value === undefined ? 'not measured' : `${Number(value.toPrecision(4))} ${unit}`
  const cells = [name, measured, limit, pass === undefined ? '' : pass ? 'pass' : 'FAIL', note]
  return cells
    .map((cell, column) => cell.padEnd(WIDTHS[column] ?? 0))
    .join('  ')
    .trimEnd()
}

function fail(message) {
  console.error(`\n${message}`)
  process.exit(1)
}
