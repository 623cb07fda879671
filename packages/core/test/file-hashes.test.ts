import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KintsugiError } from '../src/errors/index.js'
import { FileHashes } from '../src/execute/file-hashes.js'

describe('hashes of files', () => {
  let folder: string
  let path: string
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'kintsugi-hashes-'))
    path = join(folder, 'a.png')
    writeFileSync(path, 'one')
  })
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('are read once as long as a file stays as it is, also when asked for at once', async () => {
    let read = 0
    const hashes = new FileHashes(() => Promise.resolve(`hash ${++read}`))
    assert.deepEqual(await Promise.all([hashes.of(path, 'a.png'), hashes.of(path, 'a.png')]), ['hash 1', 'hash 1'])
    writeFileSync(path, 'longer')
    assert.equal(await hashes.of(path, 'a.png'), 'hash 2')
  })

  it('fail with the name that the user gave, and are tried again', async () => {
    const errors = [Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' }), new Error('odd')]
    const hashes = new FileHashes(() => {
      const error = errors.shift()
      return error === undefined ? Promise.resolve('hash') : Promise.reject(error)
    })
    for (const found of ['no permission', 'odd']) {
      await assert.rejects(hashes.of(path, '../a.png'), (error) => {
        assert.ok(error instanceof KintsugiError)
        assert.equal(error.code, 'E_FILE')
        assert.match(error.message, /"\.\.\/a\.png" cannot be read/)
        assert.equal(error.found, found)
        return true
      })
    }
    assert.equal(await hashes.of(path, '../a.png'), 'hash')
  })

  it('pass on what a run says of itself', async () => {
    const cancelled = new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
    await assert.rejects(new FileHashes(() => Promise.reject(cancelled)).of(path, 'a.png'), cancelled)
  })
})
