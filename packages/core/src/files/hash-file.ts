import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { PIECE, withPiece } from './pieces.js'

/** Hex SHA-256 of a file's content. Throws what the file system throws. */
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

let piece: Buffer | undefined

/** `hashFile` for threads that have nothing else to do meanwhile. */
export function hashFileSync(path: string): string {
  piece ??= Buffer.allocUnsafeSlow(PIECE)
  const hash = createHash('sha256')
  const file = openSync(path, 'r')
  try {
    for (;;) {
      const bytesRead = readSync(file, piece, 0, PIECE, null)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(piece.subarray(0, bytesRead))
    }
  } finally {
    closeSync(file)
  }
}
