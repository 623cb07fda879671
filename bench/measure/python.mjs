import { spawn, spawnSync } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { shareProcessor } from './processor.mjs'

/** The interpreter of the Debian packages python3-opencv and python3-numpy. */
const PYTHON = process.env.KINTSUGI_BENCH_PYTHON ?? '/usr/bin/python3'

/** Why the references cannot run here, if they cannot. */
export function missingPython() {
  const { error, status } = spawnSync(PYTHON, ['-c', 'import cv2, numpy'])
  if (error !== undefined) return `there is no ${PYTHON}`
  return status === 0 ? undefined : `${PYTHON} has no OpenCV or no NumPy (Debian: python3-opencv)`
}

/**
 * Starts `reference/FILE` with arguments. `ask` sends it a request and gives its answer; `hello` is what it said first. `settle` moves it and
 * this process to one processor, the fastest, until it is closed.
 */
export async function startPython(file, args) {
  const script = fileURLToPath(new URL(`../reference/${file}`, import.meta.url))
  const child = spawn(PYTHON, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { done, value } = await lines.next()
    if (done) throw new Error(`${file} has ended`)
    return JSON.parse(value)
  }
  const hello = await answer()
  const { settle, release } = shareProcessor(child.pid)
  return {
    hello,
    settle,
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`)
      return answer()
    },
    close() {
      child.stdin.end()
      release()
    },
  }
}
