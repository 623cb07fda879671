import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createImage, encodeImage, type Image } from '@kintsugi/core'

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url))

// What is built may be older than the sources.
execFileSync(process.execPath, [fileURLToPath(new URL('../../../scripts/prepare.mjs', import.meta.url))], {
  stdio: 'inherit',
})

/** What a command came to. */
export interface Outcome {
  code: number | null
  signal: NodeJS.Signals | null
  stdout: string
  stderr: string
}

/** A folder with photographs and pipelines in it, and the built command line run there as a user runs it. */
export class Workplace {
  readonly folder = mkdtempSync(join(tmpdir(), 'kintsugi-cli-test-'))
  private readonly environment = {
    ...process.env,
    KINTSUGI_CACHE: join(this.folder, 'cache'),
    NO_COLOR: '',
    KINTSUGI_DEBUG: '',
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts)
  }

  write(name: string, text: string): void {
    writeFileSync(this.path(name), text)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  start(args: readonly string[]): ReturnType<typeof spawn> {
    return spawn(process.execPath, [main, ...args], {
      cwd: this.folder,
      env: this.environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
  }

  /** Runs a command to its end. */
  kintsugi(...args: string[]): Promise<Outcome> {
    return outcome(this.start(args))
  }
}

/** What a started command comes to. */
export function outcome(child: ReturnType<typeof spawn>): Promise<Outcome> {
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
}

/** A small colour picture whose samples all are multiples of 1/255. */
export function picture(width: number, height: number, seed: number): Image {
  const image = createImage({ width, height, channels: 3, metadata: { bitDepth: 8 } })
  for (let i = 0; i < image.data.length; i++) image.data[i] = ((i * seed) % 251) / 255
  return image
}

export async function savePicture(path: string, image: Image): Promise<Buffer> {
  const bytes = await encodeImage(image, { format: 'png' })
  await mkdir(join(path, '..'), { recursive: true })
  await writeFile(path, bytes)
  return bytes
}
