import { createHash } from 'node:crypto'
import { open, stat } from 'node:fs/promises'
import { fileFault } from '../document/load.js'
import { KintsugiError } from '../errors/index.js'
import { PIECE, withPiece } from '../files/pieces.js'

/** SHA-256 of files, each read once as long as its size and time of change stay. */
export class FileHashes {
  private readonly known = new Map<string, { stamp: string; hash: Promise<string> }>()

  /** Hex SHA-256 of a file's content. Throws `E_FILE`. `shown` is how the user named it. */
  async of(path: string, shown: string): Promise<string> {
    let stamp: string
    try {
      const facts = await stat(path)
      if (!facts.isFile())
        throw Object.assign(new Error('not a file'), { code: facts.isDirectory() ? 'EISDIR' : undefined })
      stamp = `${facts.size} ${facts.mtimeMs} ${facts.ino}`
    } catch (error) {
      throw new KintsugiError('E_FILE', {
        message: `The file "${shown}" cannot be read.`,
        expected: 'a readable file',
        found: fileFault(error),
        fix: 'Check the path.',
        cause: error,
      })
    }
    const known = this.known.get(path)
    if (known?.stamp === stamp) return known.hash
    const hash = hashFile(path)
    this.known.set(path, { stamp, hash })
    hash.catch(() => this.known.delete(path))
    return hash
  }
}

/** Hex SHA-256 of a file's content. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256')
  const file = await open(path)
  try {
    return await withPiece(async (piece) => {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE)
        if (bytesRead === 0) return hash.digest('hex')
        hash.update(piece.subarray(0, bytesRead))
      }
    })
  } finally {
    await file.close()
  }
}
