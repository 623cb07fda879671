import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { hashFile, hashFileSync } from '../src/files/hash-file.js'
import { PIECE } from '../src/files/pieces.js'
import { imageHeader } from '../src/image/source.js'

describe('files read piece by piece', () => {
  let folder: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-pieces-'))
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('do not mix when many are read at once, time and again: SHA-256 as node:crypto, sizes as sharp wrote them', async () => {
    const files = await Promise.all(
      Array.from({ length: 12 }, async (_, i) => {
        const picture = { width: 5 + i, height: 40 - i, channels: 3 as const, background: { r: 20 * i, g: 7, b: 99 } }
        const png = await sharp({ create: picture }).png().toBuffer()
        // What follows the end of a PNG file is no part of its picture; here it fills more pieces than one, or none.
        const bytes = Buffer.concat([png, Buffer.alloc((i % 3) * PIECE, i)])
        const path = join(folder, `${i}.png`)
        writeFileSync(path, bytes)
        return { path, hash: createHash('sha256').update(bytes).digest('hex'), width: 5 + i, height: 40 - i }
      }),
    )
    for (let round = 0; round < 3; round++) {
      await Promise.all(
        files.map(async ({ path, hash, width, height }) => {
          const [found, header] = await Promise.all([hashFile(path), imageHeader(path)])
          assert.equal(found, hash)
          assert.equal(hashFileSync(path), hash)
          assert.deepEqual([header.width, header.height], [width, height])
        }),
      )
    }
  })
})
