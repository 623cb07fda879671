import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import {
  createKintsugi,
  encodeImage,
  formatOfPath,
  type ImageDifference,
  KintsugiError,
  type ReplayReport,
  replayImage,
} from '@kintsugi/core'
import { exitCodes } from '../exit-codes.js'
import { interruption } from '../interruption.js'
import { colorsFor } from '../report/colors.js'
import { formatNumber } from '../report/table.js'

/** Options of `kintsugi replay`, as commander gives them. */
export interface ReplayOptions {
  out?: string | undefined
  input?: readonly string[] | undefined
  provider?: string | undefined
  jobs?: number | undefined
  json?: boolean | undefined
}

/** Makes a saved image again and says whether it is identical, or by how much and why it differs. */
export async function replay(image: string, { out, input, provider, jobs, json }: ReplayOptions): Promise<void> {
  if (out !== undefined) formatOfPath(out)
  const kintsugi = createKintsugi({ cacheDir: false })
  const { signal, release } = interruption((message) => process.stderr.write(`${message}\n`))
  try {
    const report = await replayImage(image, {
      cwd: kintsugi.cwd,
      registryFor: (names) => kintsugi.registryFor(names),
      signal,
      warn: (message) => void process.stderr.write(`warning: ${message}\n`),
      ...(input !== undefined && { inputs: input }),
      ...(provider !== undefined && { provider }),
      ...(jobs !== undefined && { jobs }),
    })
    if (out !== undefined) await write(out, report)
    process.stdout.write(json === true ? `${JSON.stringify(resultOf(report), undefined, 2)}\n` : textOf(image, report))
    if (!report.identical) process.exitCode = exitCodes.failed
  } finally {
    release()
  }
}

async function write(path: string, { image }: ReplayReport): Promise<void> {
  const bytes = await encodeImage(image, { format: formatOfPath(path) })
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  } catch (cause) {
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be written.`,
      expected: 'a folder that can be written to',
      found: String(cause),
      cause,
    })
  }
}

function resultOf({ identical, difference, reasons, versions, tasks }: ReplayReport): object {
  return { identical, tasks, ...(identical ? {} : { difference: finite(difference), reasons }), versions }
}

function finite(difference: ImageDifference): object {
  return Object.fromEntries(
    Object.entries(difference).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isFinite(value) ? String(value) : (value as unknown),
    ]),
  )
}

function textOf(image: string, { identical, difference, reasons, versions, tasks }: ReplayReport): string {
  const c = colorsFor(process.stdout)
  const ran = `${tasks} ${tasks === 1 ? 'task' : 'tasks'} made again`
  if (identical) {
    const changed = versions.map(({ name, then, now }) => `${name} was ${then ?? 'not used'}, is ${now ?? 'not used'}`)
    return `${image}: ${c.green('identical')} (${[ran, ...changed].join('; ')})\n`
  }
  return [
    `${image}: ${c.red('different')}: ${differenceText(difference)} (${ran})`,
    ...reasons.map((reason) => `  ${reason}`),
    '',
  ].join('\n')
}

function differenceText({ shapes, samples, differing, maxAbs, psnr }: ImageDifference): string {
  if (shapes !== undefined) return `the file is ${shapes[0]}, made again it is ${shapes[1]}`
  const share = formatNumber(Number(((100 * differing) / samples).toPrecision(3)))
  return `${differing} of ${samples} samples (${share} %), by at most ${formatNumber(maxAbs)} where white is 1 (${formatNumber(maxAbs * 255)} of 255); PSNR ${formatNumber(psnr)} dB`
}
