// Compiles assembly/ to src/kernels/kernels.wasm.ts. With `--print`, writes the module as base64 to stdout instead.
import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import asc from 'assemblyscript/asc'

const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

// Plain SIMD only: relaxed SIMD would give different bits on different machines.
const options =
  '--outFile kernels.wasm -O3 --converge --noAssert --runtime stub --use abort= --initialMemory 1 --enable simd'
let binary
const { error, stderr } = await asc.main(['index.ts', '--baseDir', file('assembly'), ...options.split(' ')], {
  writeFile: (_name, contents) => {
    binary = contents
  },
})
if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`)

const base64 = Buffer.from(binary).toString('base64')
if (process.argv.includes('--print')) process.stdout.write(base64)
else {
  const text = `// Generated from assembly/ by scripts/build-kernels.mjs.\nexport const wasm =\n  '${base64}'\n`
  await writeFile(file('src/kernels/kernels.wasm.ts'), text)
}
