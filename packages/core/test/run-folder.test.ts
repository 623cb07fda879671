import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError } from '../src/errors/index.js'
import { RunFolder } from '../src/run/run-folder.js'

describe('run folders', () => {
  let path: string
  let folder: RunFolder
  let staged: string | undefined

  beforeEach(async () => {
    path = mkdtempSync(join(tmpdir(), 'kintsugi-run-folder-'))
    folder = new RunFolder(path, 'out')
    await folder.open()
  })
  afterEach(async () => {
    await folder.close()
    rmSync(path, { recursive: true })
  })

  /** Writes half a file and fails. */
  const failing = (error: Error) => (file: string) => {
    staged = file
    writeFileSync(file, 'half')
    return Promise.reject(error)
  }

  it('take files that others wrote to their places, in folders that are made', async () => {
    for (const content of ['first', 'second'])
      assert.equal(
        await folder.take('a/b/c.png', (file) => {
          assert.equal(existsSync(file), false)
          writeFileSync(file, content, { flag: 'wx' })
          return Promise.resolve(content)
        }),
        content,
      )
    assert.equal(readFileSync(join(path, 'a/b/c.png'), 'utf8'), 'second')
    await folder.close()
    assert.deepEqual(readdirSync(path), ['a'])
  })

  it('say which file cannot be written, and why, and leave nothing of it', async () => {
    const full = new KintsugiError('E_FILE', { message: 'the file cannot be written', found: 'a full disk' })
    await assert.rejects(folder.take('a/b.png', failing(full)), (error) => {
      assert.ok(error instanceof KintsugiError)
      assert.deepEqual([error.code, error.found], ['E_FILE', 'a full disk'])
      assert.equal(error.message, '"out/a/b.png" cannot be written.')
      return true
    })
    assert.equal(existsSync(staged as string), false)
    assert.equal(existsSync(join(path, 'a')), false)
  })

  it('say so too when the place of a file is taken by a folder', async () => {
    await folder.write('b.png/c.png', 'below')
    await assert.rejects(
      folder.take('b.png', (file) => Promise.resolve(writeFileSync(file, 'whole'))),
      { code: 'E_FILE', message: '"out/b.png" cannot be written.' },
    )
  })

  it('pass on other errors as they are', async () => {
    const error = new KintsugiError('E_IMAGE_FORMAT', { message: 'samples are not finite' })
    await assert.rejects(folder.take('b.png', failing(error)), error)
    assert.equal(existsSync(staged as string), false)
  })
})
