/** A file system error in a few words. */
export function fileFault(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code
  const words: Record<string, string> = {
    ENOENT: 'no such file',
    EACCES: 'no permission',
    EISDIR: 'a folder',
    ENOTDIR: 'a path through something that is no folder',
    EMFILE: 'too many open files',
    EROFS: 'a file system that is read-only',
    ENOSPC: 'a full disk',
  }
  return (code === undefined ? undefined : words[code]) ?? (error instanceof Error ? error.message : String(error))
}
