import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createKintsugi, KintsugiError, PipelineErrors } from '../../src/index.js'
import { png } from './bytes.js'
import { MARK, type MalformedCase } from './case.js'
import { stubs } from './stubs.js'

/** Where a mark stood. */
export interface Marked {
  file: string
  line: number
  column: number
}

/** What became of a malformed pipeline: every fault that was told, and when. */
export interface Outcome {
  stage: 'validate' | 'run' | 'none'
  faults: readonly KintsugiError[]
}

/** Writes the files of a case into a folder, beside two good photographs; gives the marked place. */
export function writeCase(
  folder: string,
  { text, file = 'pipeline.yaml', files = {} }: MalformedCase,
): Marked | undefined {
  let marked: Marked | undefined
  const write = (name: string, content: string | Uint8Array): void => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    if (typeof content === 'string' && content.includes(MARK)) {
      const before = content.slice(0, content.indexOf(MARK)).split('\n')
      marked = { file: name, line: before.length, column: before.at(-1)!.length + 1 }
      writeFileSync(path, content.replace(MARK, ''))
    } else writeFileSync(path, content)
  }
  write('package.json', '{}')
  write('images/a.png', png)
  write('images/b.png', png)
  write(file, text)
  for (const [name, content] of Object.entries(files)) write(name, content)
  return marked
}

/** Plans a case, then runs it, and gathers what is told. Anything else that is thrown passes. */
export async function tryCase(
  folder: string,
  { file = 'pipeline.yaml', options = {} }: MalformedCase,
): Promise<Outcome> {
  const kintsugi = createKintsugi({ cwd: folder, cacheDir: false, plugins: [stubs] })
  let stage: Outcome['stage'] = 'validate'
  try {
    const prepared = await kintsugi.plan(file, options)
    const result = await kintsugi.run(prepared, {
      jobs: 1,
      ...options,
      on: (event) => (stage = event.type === 'start' ? 'run' : stage),
    })
    const faults = new Map(result.failures.map(({ error }) => [JSON.stringify(error), error]))
    return { stage: result.ok ? 'none' : 'run', faults: [...faults.values()] }
  } catch (error) {
    if (error instanceof PipelineErrors) return { stage, faults: error.errors }
    if (error instanceof KintsugiError) return { stage, faults: [error] }
    throw error
  }
}
