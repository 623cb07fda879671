import { readdir, stat } from 'node:fs/promises'
import { basename, extname, join, resolve, sep } from 'node:path'
import { formatOfPath, KintsugiError, nearest } from '@kintsugi/core'
import type { AppliedNode } from './applied-node.js'

/** One image that a node is applied to. */
export interface ItemFile {
  /** Its key: the name without extension, made unique. */
  key: string
  /** As the user named it. */
  path: string
  /** Absolute paths by input port. */
  files: Readonly<Record<string, string>>
}

/** The images with their companions for other inputs. Throws `E_ARGUMENT` and `E_FILE`. */
export async function itemsOf(
  node: AppliedNode,
  images: readonly string[],
  others: Readonly<Record<string, string>>,
): Promise<ItemFile[]> {
  const [first = '', ...rest] = node.imageInputs
  for (const port of Object.keys(others)) {
    if (rest.includes(port)) continue
    const guess = nearest(port, rest)
    throw new KintsugiError('E_ARGUMENT', {
      message: `${node.use} has no further image input "${port}".`,
      expected: rest.length === 0 ? `none: "${first}" takes the images` : `one of ${rest.join(', ')}`,
      found: port,
      fix: guess === undefined ? 'Give ports with a literal form by --with.' : `Write ${guess}=...`,
    })
  }
  const keys = new Set<string>()
  const items: ItemFile[] = []
  for (const path of images) {
    await checkFile(path)
    const files: Record<string, string> = { [first]: resolve(path) }
    for (const [port, other] of Object.entries(others)) files[port] = await companion(other, path, port)
    items.push({ key: uniqueKey(path, keys), path, files })
  }
  return items
}

function uniqueKey(path: string, taken: Set<string>): string {
  const stem = basename(path, extname(path))
  let key = stem
  for (let n = 2; taken.has(key.toLowerCase()); n++) key = `${stem}-${n}`
  taken.add(key.toLowerCase())
  return key
}

async function checkFile(path: string): Promise<void> {
  const facts = await stat(path).catch(() => undefined)
  if (facts?.isFile() === true) return
  throw new KintsugiError('E_FILE', {
    message: `The image "${path}" cannot be read.`,
    expected: 'an image file',
    found: facts === undefined ? 'no such file' : 'no file',
    fix: facts?.isDirectory() === true ? `Name the files: ${join(path, '*.png')}` : 'Check the path.',
  })
}

/**
 * The file for another input: the file itself, or in a folder the one that is called as the image, else the one whose name the image's
 * begins with, as `cat.png` for `cat.gaussian-blur.png`.
 */
async function companion(other: string, image: string, port: string): Promise<string> {
  const facts = await stat(other).catch(() => undefined)
  if (facts?.isDirectory() !== true) {
    await checkFile(other)
    return resolve(other)
  }
  const stem = basename(image, extname(image))
  const names = (await readdir(other)).sort()
  const stemOf = (name: string): string => basename(name, extname(name))
  const file =
    names.find((name) => name === basename(image)) ??
    names.find((name) => stemOf(name) === stem) ??
    names
      .filter((name) => extname(name) !== '' && stem.startsWith(`${stemOf(name)}.`))
      .sort((a, b) => b.length - a.length)[0]
  if (file !== undefined) return resolve(other, file)
  throw new KintsugiError('E_FILE', {
    message: `"${other}" has no "${port}" for ${basename(image)}.`,
    expected: `a file ${stem}.*`,
    found: 'none',
    fix: 'Add the file, or name one for --in.',
  })
}

/** Where an image output goes: below the run's folder, and at the end. */
export interface Destinations {
  /** `save` template of the run. */
  template: string
  /** Final path for the item with this key. */
  pathOf(key: string): string
}

/** Places for one image output. Throws `E_ARGUMENT` when several images would go to one file, `E_IMAGE_FORMAT` for an unknown extension. */
export function destinations(
  node: AppliedNode,
  items: readonly ItemFile[],
  output: string,
  isFirst: boolean,
  out: string | undefined,
): Destinations {
  const suffix = isFirst ? node.shortName : `${node.shortName}.${output}`
  const isFile = out !== undefined && extname(out) !== '' && !out.endsWith('/') && !out.endsWith(sep)
  if (!isFile) {
    return { template: `${output}/{image}.png`, pathOf: (key) => join(out ?? '.', `${key}.${suffix}.png`) }
  }
  formatOfPath(out)
  if (items.length > 1) {
    throw new KintsugiError('E_ARGUMENT', {
      message: `${items.length} images cannot all be saved as ${out}.`,
      expected: 'a folder',
      found: out,
      fix: `Write --out ${out.slice(0, -extname(out).length)}/`,
    })
  }
  const extension = extname(out)
  return {
    template: `${output}/{image}${extension.toLowerCase()}`,
    pathOf: () => (isFirst ? out : `${out.slice(0, -extension.length)}.${output}${extension}`),
  }
}
