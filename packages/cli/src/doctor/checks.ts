import { access, constants, mkdir, mkdtemp, rm, statfs, writeFile } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import {
  createImage,
  createKintsugi,
  decodeImage,
  encodeImage,
  executionProviders,
  imageLibraryVersions,
  type PipelineDocument,
  packageVersion,
  samplesEqual,
} from '@kintsugi/core'
import { formatBytes } from '../options/bytes.js'

/** One thing that has to work. `check` tells what it found, or throws. */
export interface Check {
  name: string
  check: () => Promise<string>
  fix: string
}

/** Oldest version of Node that is supported. */
const NODE: readonly [major: number, minor: number] = [20, 16]
/** Less free disk space than this in the cache folder counts as broken. */
const LEAST_FREE = 64 * 2 ** 20

/** All checks, in the order in which they build on each other. */
export const checks: readonly Check[] = [
  { name: 'Node', check: checkNode, fix: `Install Node ${NODE.join('.')} or later.` },
  {
    name: 'processor',
    check: async () => `${cpus()[0]?.model.trim() ?? process.arch}, ${availableParallelism()} threads`,
    fix: 'Run it on another machine.',
  },
  {
    name: 'memory',
    check: async () => `${formatBytes(totalmem())}, ${formatBytes(freemem())} free`,
    fix: 'Run it on another machine.',
  },
  {
    name: 'images',
    check: checkImages,
    fix: 'Install again with `npm install`: sharp brings a binary for each platform.',
  },
  {
    name: 'networks',
    check: checkNetworks,
    fix: 'Install again with `npm install`: onnxruntime-node brings a binary for each platform.',
  },
  { name: 'workers', check: checkWorkers, fix: 'Look at the message above; worker threads may be forbidden here.' },
  { name: 'cache', check: checkCache, fix: 'Set KINTSUGI_CACHE to a folder that can be written to, with room in it.' },
  { name: 'plugins', check: checkPlugins, fix: 'See `kintsugi plugins`.' },
]

async function checkNode(): Promise<string> {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major < NODE[0] || (major === NODE[0] && minor < NODE[1]))
    throw new Error(`${process.versions.node}, but ${NODE.join('.')} or later is needed`)
  return `${process.versions.node}, ${process.platform} ${process.arch}`
}

/** Writes an image and reads it back. */
async function checkImages(): Promise<string> {
  const { sharp, vips } = imageLibraryVersions()
  const image = testImage()
  if (!samplesEqual(await decodeImage(await encodeImage(image, { format: 'png' })), image))
    throw new Error('a PNG did not come back as it was written')
  return `sharp ${sharp ?? '?'}, libvips ${vips ?? '?'}`
}

async function checkNetworks(): Promise<string> {
  const providers = await executionProviders()
  return `onnxruntime ${packageVersion('onnxruntime-node')}, built with the providers ${providers.join(', ')}`
}

/** Runs a node in a worker. */
async function checkWorkers(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'kintsugi-doctor-'))
  try {
    const path = join(folder, 'image.png')
    await writeFile(path, await encodeImage(testImage(), { format: 'png' }))
    const document: PipelineDocument = {
      kintsugi: 1,
      nodes: {
        file: { use: 'core/read-image', with: { path } },
        gray: { use: 'core/convert', in: 'file', with: { color: 'gray' } },
      },
      outputs: { gray: 'gray' },
    }
    const started = performance.now()
    const result = await createKintsugi({ cacheDir: false }).run(document, { jobs: 1, receive: () => undefined })
    if (result.failures[0] !== undefined) throw result.failures[0].error
    return `a node ran in ${Math.round(performance.now() - started)} ms`
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function checkCache(): Promise<string> {
  const { cacheDir } = createKintsugi()
  if (cacheDir === undefined) return 'off'
  await mkdir(cacheDir, { recursive: true })
  await access(cacheDir, constants.W_OK)
  const { bavail, bsize } = await statfs(cacheDir)
  if (bavail * bsize < LEAST_FREE) throw new Error(`${cacheDir} has ${formatBytes(bavail * bsize)} left`)
  return `${cacheDir}, ${formatBytes(bavail * bsize)} free`
}

async function checkPlugins(): Promise<string> {
  const { registry, failed } = await createKintsugi().discover()
  if (failed.length > 0) throw new Error(failed.map(({ message }) => message).join(' '))
  return `${registry.plugins.length}, ${registry.names().length} node types, ${registry.builtinModels().size} models`
}

function testImage() {
  const image = createImage({ width: 4, height: 3, channels: 3, metadata: { bitDepth: 8 } })
  for (let i = 0; i < image.data.length; i++) image.data[i] = (i * 7) / 255
  return image
}
