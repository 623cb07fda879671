import type { Keys } from '../execute/frame.js'
import type { SaveTemplate, Source } from '../plan/plan.js'

// Characters that some file system does not take in a name.
const FORBIDDEN = /[<>:"\\|?*\u0000-\u001f]/g
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)$/i

/** The path of a saved instance below the output folder, portable to every file system; key parts between slashes become folders. */
export async function savePath(
  template: SaveTemplate,
  keys: Keys,
  text: (source: Source) => Promise<string>,
): Promise<string> {
  let path = ''
  for (const part of template.parts) {
    if (typeof part === 'string') path += part
    else if ('axis' in part) path += portable(keys[part.axis.order] ?? '', true)
    else path += portable(await text(part.source), false)
  }
  return path.split('/').map(safeSegment).join('/')
}

function portable(text: string, folders: boolean): string {
  const parts = folders ? text.split('/') : [text.replace(/\//g, '_')]
  return parts.map((part) => part.replace(FORBIDDEN, '_')).join('/')
}

function safeSegment(segment: string): string {
  const trimmed = segment.replace(/[. ]+$/, '_')
  if (trimmed === '' || trimmed === '.' || trimmed === '..') return '_'
  const stem = trimmed.replace(/\..*$/, '')
  return RESERVED.test(stem) ? `_${trimmed}` : trimmed
}
