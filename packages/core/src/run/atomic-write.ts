import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fileFault } from '../document/load.js'
import { KintsugiError } from '../errors/index.js'

/** Writes a file so that it is there whole or not at all. Throws `E_FILE`. */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.tmp`)
  try {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(temporary, content)
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw new KintsugiError('E_FILE', {
      message: `"${path}" cannot be written.`,
      expected: 'a folder that can be written to',
      found: fileFault(error),
      fix: 'Choose another folder with --out, or make room.',
      cause: error,
    })
  }
}
