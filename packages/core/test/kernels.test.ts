import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { wasm } from '../src/kernels/kernels.wasm.js'

describe('kernels of random numbers', () => {
  it('are committed as scripts/build-kernels.mjs compiles them', function () {
    // The compiler takes long on a busy machine.
    this.timeout(120_000)
    if (!existsSync(new URL('../../../node_modules/assemblyscript', import.meta.url))) {
      console.log('      the AssemblyScript compiler is not installed')
      this.skip()
    }
    const script = fileURLToPath(new URL('../../../scripts/build-kernels.mjs', import.meta.url))
    const folder = fileURLToPath(new URL('..', import.meta.url))
    const compiled = execFileSync(process.execPath, [script, folder, '--print'], { encoding: 'utf8' })
    assert.ok(compiled === wasm, 'what is committed is not what assembly/ compiles to')
  })
})
