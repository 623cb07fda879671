import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createKintsugi, type Kintsugi, type PreparedRun, type RunResult } from '@kintsugi/core'
import { type AppliedNode, findNode } from '../apply/applied-node.js'
import { applyDocument } from '../apply/document.js'
import { destinations, type ItemFile, itemsOf } from '../apply/items.js'
import { moveInto } from '../apply/move.js'
import { exitCodes } from '../exit-codes.js'
import { interruption } from '../interruption.js'
import { kintsugiOptions } from '../options/kintsugi-options.js'
import { valuesOf } from '../options/plan-file.js'
import { formatError } from '../report/print-error.js'
import { openProgress } from '../report/progress.js'
import { formatNumber } from '../report/table.js'

/** Options of `kintsugi apply`, as commander gives them. */
export interface ApplyOptions {
  out?: string | undefined
  with?: Readonly<Record<string, string>> | undefined
  in?: Readonly<Record<string, string>> | undefined
  seed?: number | undefined
  jobs?: number | undefined
  memory?: number | undefined
  provider?: string | undefined
  cache?: string | boolean | undefined
}

/** Runs one node on each image, saves the images that it gives and prints the rest. */
export async function apply(name: string, images: readonly string[], options: ApplyOptions): Promise<void> {
  const kintsugi = createKintsugi(kintsugiOptions(options))
  const node = await findNode(kintsugi, name)
  const items = await itemsOf(node, images, options.in ?? {})
  const prepared = await plan(kintsugi, node, items, options)
  const folder = await mkdtemp(join(tmpdir(), 'kintsugi-apply-'))
  const progress = openProgress()
  const { signal, release } = interruption((message) => {
    progress.end()
    progress.print(message)
  })
  try {
    const result = await kintsugi.run(prepared, {
      out: folder,
      keepGoing: true,
      signal,
      on: (event) => {
        if (event.type === 'failed') progress.print(formatError(event.error))
        else progress.take(event)
      },
      ...(options.jobs !== undefined && { jobs: options.jobs }),
      ...(options.memory !== undefined && { memory: options.memory }),
      ...(options.provider !== undefined && { provider: options.provider }),
    })
    progress.end()
    await deliver(node, items, result, folder, options.out)
    if (!result.ok) process.exitCode = exitCodes.failed
  } finally {
    release()
    progress.end()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Plans once to learn the types of the outputs, then with the images among them saved. */
async function plan(
  kintsugi: Kintsugi,
  node: AppliedNode,
  items: readonly ItemFile[],
  { out, with: params, seed }: ApplyOptions,
): Promise<PreparedRun> {
  const settings = { node, items, params: valuesOf(params ?? {}, '--with') }
  const options = seed === undefined ? {} : { seed }
  const draft = await kintsugi.plan(applyDocument({ ...settings, saved: {} }), options)
  const names = draft.plan.outputs
    .filter(({ source }) => source.type === 'image' && !source.record)
    .map((output) => output.name)
  const saved = Object.fromEntries(
    names.map((output) => [output, destinations(node, items, output, names[0] === output, out).template]),
  )
  return names.length === 0 ? draft : kintsugi.plan(applyDocument({ ...settings, saved }), options)
}

async function deliver(
  node: AppliedNode,
  items: readonly ItemFile[],
  result: RunResult,
  folder: string,
  out: string | undefined,
): Promise<void> {
  const images = result.saved.map(({ output }) => output)
  const first = node.outputs.find((name) => images.includes(name))
  for (const file of result.saved) {
    const path = destinations(node, items, file.output, file.output === first, out).pathOf(file.item['image'] ?? '')
    await moveInto(join(folder, file.path), path)
    process.stdout.write(`${path}\n`)
  }
  for (const { key, path } of items) {
    const rows = result.rows.filter((row) => row.item['image'] === key && row.error === undefined)
    if (rows.length === 0) continue
    const cells = rows.flatMap(({ output, cells: values }) =>
      Object.entries(values).map(([suffix, cell]) => ({
        name: suffix === '' ? output : `${output}.${suffix}`,
        text: typeof cell === 'number' ? formatNumber(cell) : String(cell),
      })),
    )
    const text =
      cells.length === 1 ? (cells[0]?.text ?? '') : cells.map((cell) => `${cell.name}=${cell.text}`).join('  ')
    process.stdout.write(`${path}\t${text}\n`)
  }
  for (const table of Object.values(result.tables)) process.stdout.write(`${JSON.stringify(table)}\n`)
}
