import { copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { KintsugiError } from '@kintsugi/core'

/** Moves a file to its place, across file systems too, so that it is there whole or not at all. Throws `E_FILE`. */
export async function moveInto(from: string, to: string): Promise<void> {
  const temporary = join(dirname(to), `.${basename(to)}.${process.pid}.tmp`)
  try {
    await mkdir(dirname(to), { recursive: true })
    await copyFile(from, temporary)
    await rename(temporary, to)
    await rm(from, { force: true })
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new KintsugiError('E_FILE', {
      message: `"${to}" cannot be written.`,
      expected: 'a folder that can be written to',
      found: cause instanceof Error ? cause.message : String(cause),
      fix: 'Choose another place with --out.',
      cause,
    })
  }
}
