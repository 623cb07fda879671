import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, rmdir, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'

const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)
const OWNER = /^([0-9a-f]{8})-(\d+)-[0-9a-f]{12}$/
/** Whether a process on another machine still runs cannot be asked: what it left is kept this long. */
const FOREIGN_LIFETIME_MS = 7 * 24 * 3600 * 1000

/**
 * Where files are written before they are renamed to their places, so that readers see each whole or not at all. Every run has a
 * folder of its own in `parent`, named after its machine and process: what a killed one left is known by that and removed.
 */
export class StagingFolder {
  private readonly folder: string
  private made: Promise<unknown> | undefined
  private next = 0

  constructor(private readonly parent: string) {
    this.folder = join(parent, `${HOST}-${process.pid}-${randomBytes(6).toString('hex')}`)
  }

  /** The path of a new file. Throws what the file system throws. */
  async newFile(): Promise<string> {
    this.made ??= mkdir(this.folder, { recursive: true })
    try {
      await this.made
    } catch (error) {
      this.made = undefined
      throw error
    }
    return join(this.folder, `${this.next++}`)
  }

  /** Writes a file of these parts whole or not at all; gives its size. Throws what the file system throws. */
  async write(path: string, parts: Iterable<Uint8Array>): Promise<number> {
    const staged = await this.newFile()
    try {
      let size = 0
      const file = await open(staged, 'wx')
      try {
        for (const part of parts) {
          for (let at = 0; at < part.length; ) at += (await file.write(part, at)).bytesWritten
          size += part.length
        }
      } finally {
        await file.close()
      }
      await this.publish(staged, path)
      return size
    } catch (error) {
      await rm(staged, { force: true }).catch(() => undefined)
      throw error
    }
  }

  /** Moves a finished file of this folder to its place, whose folder is made where it is missing. */
  async publish(staged: string, path: string): Promise<void> {
    try {
      await rename(staged, path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      await mkdir(dirname(path), { recursive: true })
      await rename(staged, path)
    }
  }

  /** Removes the folder, those of processes that are gone, and the parent if nothing else is in it. */
  async close(): Promise<void> {
    this.made = undefined
    await rm(this.folder, { recursive: true, force: true }).catch(() => undefined)
    for (const name of await readdir(this.parent).catch(() => [])) {
      const path = join(this.parent, name)
      if (await isLeftOver(path, name)) await rm(path, { recursive: true, force: true }).catch(() => undefined)
    }
    await rmdir(this.parent).catch(() => undefined)
  }
}

async function isLeftOver(path: string, name: string): Promise<boolean> {
  const owner = OWNER.exec(name)
  if (owner === null) return false
  const changed = (await stat(path).catch(() => undefined))?.mtimeMs
  if (changed === undefined) return false
  if (owner[1] !== HOST) return changed < Date.now() - FOREIGN_LIFETIME_MS
  const pid = Number(owner[2])
  // Process numbers are given again, in containers often the same one each time: what is older than this process is not its own.
  if (pid === process.pid) return changed < Date.now() - process.uptime() * 1000 - 1000
  return !isRunning(pid)
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}
