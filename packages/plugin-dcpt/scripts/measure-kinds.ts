/**
 * Prints how well `builtin:kinds` tells the kinds of `measure-kinds.yaml` apart: a row for each kind that was done, a column for each
 * that was told, and the share of each row that is right:
 *
 *     node --conditions=@kintsugi/source --import tsx packages/plugin-dcpt/scripts/measure-kinds.ts 'set14/*.png'
 */
import { fileURLToPath } from 'node:url'
import { createKintsugi } from '@kintsugi/core'

const photos = process.argv[2]
if (photos === undefined) {
  console.error('The photographs are missing: a path or a glob.')
  process.exit(2)
}

const kintsugi = createKintsugi({ cacheDir: false })
const pipeline = fileURLToPath(new URL('measure-kinds.yaml', import.meta.url))
const { ok, rows } = await kintsugi.run(pipeline, { inputs: { photo: photos }, jobs: 2 })
const told = rows.filter(({ output, cells }) => output === 'told' && typeof cells[''] === 'string')
const kinds = [...new Set(told.flatMap(({ item, cells }) => [item.kind!, cells[''] as string]))].sort()
const count = (truth: string, label: string) =>
  told.filter(({ item, cells }) => item.kind === truth && cells[''] === label).length
const line = (cells: readonly (string | number)[]) => console.log(`| ${cells.join(' | ')} |`)
line(['', ...kinds, 'right'])
line(['---', ...kinds.map(() => '---'), '---'])
for (const truth of kinds) {
  const counts = kinds.map((label) => count(truth, label))
  const all = counts.reduce((sum, one) => sum + one, 0)
  line([truth, ...counts, (count(truth, truth) / all).toFixed(2)])
}
const right = told.filter(({ item, cells }) => item.kind === cells['']).length
console.log(`\n${right} of ${told.length} right (${(right / told.length).toFixed(3)})`)
if (!ok) process.exitCode = 1
