// Measures speed and memory: `npm run bench`, or `npm run bench -- NAME...` for some of the subjects in `bench/`.
// Each subject runs in a process of its own, on the built packages. Exits with 1 when a limit is not kept.
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

const [first, ...rest] = process.argv.slice(2)
if (first === '--subject') await measureHere(rest[0])
else runAll(first === undefined ? known : [first, ...rest])

function runAll(names) {
  const unknown = names.filter((name) => !known.includes(name))
  if (unknown.length > 0) fail(`There is no subject "${unknown[0]}". There are: ${known.join(', ')}.`)
  if (!existsSync(join(root, 'packages/core/dist/index.js')))
    fail('The packages are not built. Run `npm run build` first.')
  const failed = names.filter(
    (name) =>
      spawnSync(process.execPath, [fileURLToPath(import.meta.url), '--subject', name], { stdio: 'inherit', cwd: root })
        .status !== 0,
  )
  if (failed.length > 0) fail(`Limits not kept: ${failed.join(', ')}.`)
}

async function measureHere(name) {
  const { title, measure } = await import(pathToFileURL(join(folder, `${name}.mjs`)).href)
  console.log(`\n${name}: ${title}`)
  const rows = await measure()
  const cells = rows.map(({ name: measured, value, unit, limit, pass, note }) => [
    measured,
    value === undefined ? 'not measured' : `${Number(value.toPrecision(4))} ${unit}`,
    limit,
    pass === undefined ? '' : pass ? 'pass' : 'FAIL',
    note,
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column].length)))
  for (const row of cells)
    console.log(
      `  ${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}`,
    )
  if (rows.some(({ pass }) => pass === false)) process.exitCode = 1
}

function fail(message) {
  console.error(`\n${message}`)
  process.exit(1)
}
