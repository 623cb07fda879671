import { stat } from 'node:fs/promises'
import { fileFault, KintsugiError } from '../errors/index.js'
import { hashFile } from '../files/hash-file.js'

/** SHA-256 of files, each read once as long as its size and time of change stay. */
export class FileHashes {
  private readonly known = new Map<string, { stamp: string; hash: Promise<string> }>()

  /** `read`: hashes one file. Default: on this thread. */
  constructor(private readonly read: (path: string) => Promise<string> = hashFile) {}

  /** Hex SHA-256 of a file's content. Throws `E_FILE`. `shown` is how the user named it. */
  async of(path: string, shown: string): Promise<string> {
    let stamp: string
    try {
      const facts = await stat(path)
      if (!facts.isFile())
        throw Object.assign(new Error('not a file'), { code: facts.isDirectory() ? 'EISDIR' : undefined })
      stamp = `${facts.size} ${facts.mtimeMs} ${facts.ino}`
    } catch (error) {
      throw unreadable(shown, error)
    }
    const known = this.known.get(path)
    if (known?.stamp === stamp) return known.hash
    const hash = this.read(path).catch((error: unknown) => {
      throw error instanceof KintsugiError ? error : unreadable(shown, error)
    })
    this.known.set(path, { stamp, hash })
    hash.catch(() => this.known.delete(path))
    return hash
  }
}

function unreadable(shown: string, error: unknown): KintsugiError {
  return new KintsugiError('E_FILE', {
    message: `The file "${shown}" cannot be read.`,
    expected: 'a readable file',
    found: fileFault(error),
    fix: 'Check the path.',
    cause: error,
  })
}
