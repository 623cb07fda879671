import { checks } from '../doctor/checks.js'
import { exitCodes } from '../exit-codes.js'
import { colorsFor } from '../report/colors.js'

/** Goes through all checks and prints how each came out. */
export async function doctor({ json }: { json?: boolean | undefined }): Promise<void> {
  const c = colorsFor(process.stdout)
  const results: { name: string; ok: boolean; text: string; fix?: string }[] = []
  for (const { name, check, fix } of checks) {
    const result = await check().then(
      (text) => ({ name, ok: true, text }),
      (error: unknown) => ({ name, ok: false, text: error instanceof Error ? error.message : String(error), fix }),
    )
    results.push(result)
    if (json === true) continue
    process.stdout.write(`${result.ok ? c.green('ok    ') : c.red('broken')}  ${name.padEnd(12)}  ${result.text}\n`)
    if (!result.ok) process.stdout.write(`${' '.repeat(22)}${c.dim('fix')}  ${fix}\n`)
  }
  const ok = results.every((result) => result.ok)
  if (json === true) process.stdout.write(`${JSON.stringify({ ok, checks: results }, undefined, 2)}\n`)
  if (!ok) process.exitCode = exitCodes.failed
}
