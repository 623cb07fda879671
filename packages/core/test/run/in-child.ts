import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { KintsugiOptions, PlanOptions, RunEvent, RunOptions } from '../../src/index.js'

/** What a run in a process of its own is told. */
export interface ChildSettings {
  kintsugi: Omit<KintsugiOptions, 'plugins' | 'rebind'>
  pipeline: string
  options: Omit<RunOptions & PlanOptions, 'signal' | 'on' | 'receive'>
  /** Cancels the run after this many tasks. */
  cancelAfter?: number
  /** Runs a second time in the same process. */
  again?: boolean
}

/** What a child said, and how it ended. */
export interface ChildEnd {
  lines: (
    | RunEvent
    | { type: 'result'; ok: boolean; cancelled: boolean; codes: string[] }
    | { type: 'thrown'; message: string }
  )[]
  code: number | null
  signal: NodeJS.Signals | null
  stderr: string
  /** Time from its last line to its end. */
  lingeredMilliseconds: number
}

/** Starts a run in a process of its own. `onLine` sees every line as it comes. */
export function runInChild(
  settings: ChildSettings,
  onLine: (line: ChildEnd['lines'][number], child: ChildProcess) => void = () => undefined,
): Promise<ChildEnd> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=@kintsugi/source',
      '--import=tsx',
      fileURLToPath(new URL('child.ts', import.meta.url)),
      JSON.stringify(settings),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  const lines: ChildEnd['lines'] = []
  let rest = ''
  let stderr = ''
  let lastLine = performance.now()
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) {
      const line = JSON.parse(part) as ChildEnd['lines'][number]
      lines.push(line)
      lastLine = performance.now()
      onLine(line, child)
    }
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) =>
      resolve({ lines, code, signal, stderr, lingeredMilliseconds: performance.now() - lastLine }),
    )
  })
}

/** The line that a child ends with. */
export function resultOf({ lines, stderr }: ChildEnd): {
  type: 'result'
  ok: boolean
  cancelled: boolean
  codes: string[]
} {
  const last = lines.at(-1)
  if (last?.type !== 'result') throw new Error(`the child ended with ${JSON.stringify(last)}: ${stderr}`)
  return last
}
