/** Bytes of a piece: few, for threads wait for the main thread while it works on one. */
export const PIECE = 1 << 18

const spare: Buffer[] = []

/**
 * Gives `use` a buffer of `PIECE` bytes to read a file into, which is somebody else's once `use` is done. A buffer for each file would have the garbage
 * collector mark the whole heap every 16 files.
 */
export async function withPiece<T>(use: (piece: Buffer) => Promise<T>): Promise<T> {
  const piece = spare.pop() ?? Buffer.allocUnsafeSlow(PIECE)
  try {
    return await use(piece)
  } finally {
    spare.push(piece)
  }
}
