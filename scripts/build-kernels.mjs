// Compiles the AssemblyScript in a package's assembly/ to its src/kernels/kernels.wasm.ts: `node scripts/build-kernels.mjs packages/NAME`.
// A function that follows a line `// inline` becomes a part of all that call it: AssemblyScript's decorator for that is no TypeScript.
// With `--print` after it, writes the module as base64 to stdout instead.
import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import asc from 'assemblyscript/asc'

const [folder, mode] = process.argv.slice(2)
if (folder === undefined) throw new Error('Name the folder of a package, such as packages/plugin-degrade.')

// Plain SIMD only: relaxed SIMD would give different bits on different machines.
const options =
  '--outFile kernels.wasm -O3 --converge --noAssert --runtime stub --use abort= --initialMemory 1 --enable simd --enable bulk-memory'
let binary
const { error, stderr } = await asc.main(
  ['index.ts', '--baseDir', resolve(folder, 'assembly'), ...options.split(' ')],
  {
    readFile: (name, baseDir) => {
      try {
        return readFileSync(resolve(baseDir, name), 'utf8').replaceAll(/^\/\/ inline$/gm, '@inline')
      } catch {
        return null
      }
    },
    writeFile: (_name, contents) => {
      binary = contents
    },
  },
)
if (error !== null) throw new Error(`${error.message}\n${stderr.toString()}`)

const base64 = Buffer.from(binary).toString('base64')
if (mode === '--print') process.stdout.write(base64)
else {
  const text = `// Generated from assembly/ by scripts/build-kernels.mjs.\nexport const wasm =\n  '${base64}'\n`
  await writeFile(resolve(folder, 'src/kernels/kernels.wasm.ts'), text)
}
