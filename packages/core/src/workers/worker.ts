import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { fileFault, fromErrorData, KintsugiError, toErrorData } from '../errors/index.js'
import { hashFileSync } from '../files/hash-file.js'
import { encodeImage, encodeImageFile } from '../image/encode.js'
import { type ImageFormat, imageFormats } from '../image/format.js'
import { createImage, type Image, imageBytes } from '../image/image.js'
import { hashEncodedSamples } from '../image/samples.js'
import { lineageToXmp } from '../image/xmp.js'
import { withPixels } from '../lineage/embedded.js'
import { createModelEnvironment, type ModelEnvironment } from '../models/index.js'
import type { AnyNodeDefinition, NodeContext } from '../plugin/node.js'
import type { Plugin } from '../plugin/plugin.js'
import type { PortType } from '../plugin/port-type.js'
import { corePortTypes } from '../plugin/port-types.js'
import { createStream } from '../random/generator.js'
import { GarbageCollection } from './garbage-collection.js'
import { missingOutput } from './missing-output.js'
import { makeSeries } from './node-inputs.js'
import {
  accept,
  type EncodeMessage,
  type FromWorker,
  type HashMessage,
  type TaskMessage,
  type ToWorker,
  type WireInput,
  type WireValue,
  type WorkerSetup,
  type WorkMessage,
} from './protocol.js'
import { TaskMemory, ThreadMemory } from './task-memory.js'

const setup = workerData as WorkerSetup
const port = parentPort as MessagePort
const portTypes = new Map<string, PortType>(corePortTypes.map((type) => [type.name, type]))
const nodes = new Map<string, AnyNodeDefinition>()
const plugins = new Map<string, Promise<Plugin>>()
const threadMemory = new ThreadMemory(setup, typeOf)
const garbage = new GarbageCollection()
const loads = new Map<number, { resolve: (value: WireValue) => void; reject: (error: unknown) => void }>()
let nextRequest = 1
let environment: Promise<ModelEnvironment> | undefined

port.on('message', (message: ToWorker) => {
  if (message.type === 'loaded') takeLoaded(message)
  else if (message.type === 'release-sessions') void releaseSessions(0)
  else if (message.type === 'close') void close()
  else take(message)
})

/** Work that came while other work was done. */
const waiting: WorkMessage[] = []
let working = false

function take(message: WorkMessage): void {
  waiting.push(message)
  if (!working) void workOff()
}

async function workOff(): Promise<void> {
  working = true
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    if (next.offer !== undefined && !accept(setup.offers, next.offer, next.task)) continue
    if (next.type === 'task') await answer(next, runTask)
    else if (next.type === 'encode') await answer(next, save)
    else await answer(next, hash)
    await garbage.afterTask()
  }
  working = false
}

async function answer<M extends { task: number }>(
  message: M,
  work: (message: M, memory: TaskMemory) => Promise<FromWorker>,
): Promise<void> {
  const memory = new TaskMemory(threadMemory, message.task)
  try {
    throwIfCancelled()
    send(await work(message, memory))
  } catch (error) {
    const own = error instanceof KintsugiError
    send({ type: 'failed', task: message.task, error: toErrorData(error), own, taken: memory.end() })
  }
}

function send(message: FromWorker): void {
  port.postMessage(message)
}

/** What a plugin's timers and sockets may still keep a thread for, ms. */
const PATIENCE = 1000

/** Releases the network sessions; without its listener the thread then ends by itself. */
async function close(): Promise<void> {
  await environment?.then((models) => models.close()).catch(() => undefined)
  setup.requests.close()
  port.close()
  // No session is left that ending the thread could abort.
  setTimeout(() => process.exit(0), PATIENCE).unref()
}

async function importPlugin(specifier: string | undefined): Promise<Plugin> {
  const url = specifier ?? 'core'
  let loading = plugins.get(url)
  if (loading === undefined) {
    loading = (
      specifier === undefined
        ? import('../nodes/index.js').then((module) => module.corePlugin)
        : import(specifier).then((module: { default: Plugin }) => module.default)
    ).then((plugin) => {
      for (const node of plugin.nodes ?? []) nodes.set(`${url} ${node.name}`, node)
      for (const type of plugin.portTypes ?? []) portTypes.set(type.name, type)
      return plugin
    })
    plugins.set(url, loading)
  }
  return loading
}

function models(): Promise<ModelEnvironment> {
  environment ??= Promise.all(setup.modelPlugins.map(importPlugin)).then((loaded) =>
    createModelEnvironment({
      readers: loaded.flatMap((plugin) => plugin.modelReaders ?? []),
      makers: loaded.flatMap((plugin) => plugin.modelMakers ?? []),
      provider: setup.provider,
      memory: setup.memory,
      ...(setup.cacheDir === undefined ? {} : { cacheDir: setup.cacheDir }),
    }),
  )
  return environment
}

/** Gives back the memory of sessions beyond so many bytes, those used last kept, and tells what is left. */
async function releaseSessions(bytes: number): Promise<void> {
  if (environment === undefined) return
  const { sessions } = await environment
  await sessions.releaseTo(bytes)
  setup.sessionBytes[0] = sessions.bytes
}

async function runTask(message: TaskMessage, memory: TaskMemory): Promise<FromWorker> {
  const { task } = message
  await importPlugin(message.plugin)
  const definition = nodes.get(`${message.plugin ?? 'core'} ${message.node}`)
  if (definition === undefined)
    throw new KintsugiError('E_PLUGIN', { message: `The plugin has no node type "${message.node}" in this thread.` })
  const inputs = Object.fromEntries(
    Object.entries(message.inputs).map(([name, input]) => [name, readInput(memory, task, name, input)]),
  )
  const context = makeContext(message, definition, memory)
  const started = performance.now()
  const outputs = await Promise.resolve(definition.run(inputs as never, message.params as never, context)).finally(() =>
    releaseSessions(setup.idleSessionBytes),
  )
  const packed = Object.entries(definition.outputs).map(
    ([name, declared]): [string, WireValue | [string, WireValue][]] => {
      const type = typeof declared === 'string' ? declared : declared.type
      const value = outputs[name]
      if (value === undefined) throw missingOutput(message.node, name, type)
      if (value instanceof Map)
        return [name, [...(value as Map<string, unknown>)].map(([key, one]) => [key, memory.pack(type, one)])]
      return [name, memory.pack(type, value)]
    },
  )
  const milliseconds = performance.now() - started
  return { type: 'done', task, milliseconds, taken: memory.end(), outputs: packed }
}

function readInput(memory: TaskMemory, task: number, name: string, input: WireInput): unknown {
  const series = (
    wire: { members: Readonly<Record<string, string>>[]; missing: number },
    entry: string | undefined,
  ): unknown =>
    makeSeries(wire.members, wire.missing, async (index) => memory.unpack(await loadMember(task, name, entry, index)))
  switch (input.kind) {
    case 'one':
      return memory.unpack(input.value)
    case 'many':
      return Object.fromEntries(Object.entries(input.values).map(([key, value]) => [key, memory.unpack(value)]))
    case 'series':
      return series(input.series, undefined)
    case 'many-series':
      return Object.fromEntries(Object.entries(input.series).map(([key, wire]) => [key, series(wire, key)]))
  }
}

function loadMember(task: number, name: string, entry: string | undefined, index: number): Promise<WireValue> {
  const request = nextRequest++
  return new Promise((resolve, reject) => {
    loads.set(request, { resolve, reject })
    send({ type: 'load', task, request, port: name, entry, index })
  })
}

function takeLoaded(message: ToWorker & { type: 'loaded' }): void {
  const waiting = loads.get(message.request)
  loads.delete(message.request)
  if (message.value !== undefined) waiting?.resolve(message.value)
  else
    waiting?.reject(
      message.error === undefined ? new Error('a member came without a value') : fromErrorData(message.error),
    )
}

function throwIfCancelled(): void {
  if (Atomics.load(setup.cancelled, 0) === 1)
    throw new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
}

function makeContext(message: TaskMessage, definition: AnyNodeDefinition, memory: TaskMemory): NodeContext {
  const stream = message.random === undefined ? undefined : createStream(message.random)
  const progress = (fraction: number): void => send({ type: 'progress', task: message.task, fraction })
  return {
    get random() {
      if (stream === undefined)
        throw new KintsugiError('E_NODE_FAILED', {
          message: `${definition.name} uses random numbers without declaring "random: true".`,
        })
      return stream
    },
    createImage: (shape) => createImage(shape, (length, cleared) => memory.allocate(length, cleared)),
    openModel: async (model, options) => {
      const hooks = {
        createImage: (shape: Parameters<NodeContext['createImage']>[0]) =>
          createImage(shape, (length, cleared) => memory.allocate(length, cleared)),
        throwIfCancelled,
        progress,
      }
      return (await models()).open(model, hooks, options)
    },
    throwIfCancelled,
    progress,
    warn: (text) => send({ type: 'warn', task: message.task, message: text }),
  }
}

/** Throws `E_FILE` with what hinders it where the file system refuses the file. */
async function save(message: EncodeMessage, memory: TaskMemory): Promise<FromWorker> {
  try {
    return await encode(message, memory)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).syscall === undefined) throw cause
    throw new KintsugiError('E_FILE', { message: 'the file cannot be written', found: fileFault(cause), cause })
  }
}

async function encode(message: EncodeMessage, memory: TaskMemory): Promise<FromWorker> {
  const { task, options, lineage, staged } = message
  const image = memory.unpack(message.image) as Image
  const format = message.format as ImageFormat
  if (imageBytes(image) > LARGEST_ENCODED_IN_MEMORY) {
    const xmp = lineage === undefined ? {} : { xmp: (pixels: string) => lineageToXmp(withPixels(lineage, pixels)) }
    const { pixels } = await encodeImageFile(image, { format, options, ...xmp }, staged)
    return { type: 'encoded', task, sha256: hashFileSync(staged), pixels }
  }
  const wanted = (options['bitDepth'] as 8 | 16 | undefined) ?? image.metadata.bitDepth ?? 8
  const pixels = hashEncodedSamples(image, imageFormats[format].deep ? wanted : 8)
  const bytes = await encodeImage(image, {
    format,
    options,
    ...(lineage === undefined ? {} : { xmp: lineageToXmp(withPixels(lineage, pixels)) }),
  })
  writeFileSync(staged, bytes, { flag: 'wx' })
  return { type: 'encoded', task, sha256: createHash('sha256').update(bytes).digest('hex'), pixels }
}

async function hash({ task, path }: HashMessage): Promise<FromWorker> {
  return { type: 'hashed', task, hash: hashFileSync(path) }
}

/** Bytes of float samples above which an image is encoded by way of files, strip by strip: 8 megapixels of RGB with alpha. */
const LARGEST_ENCODED_IN_MEMORY = 128 * 2 ** 20

function typeOf(name: string): PortType {
  const type = portTypes.get(name)
  if (type === undefined)
    throw new KintsugiError('E_PLUGIN', { message: `No loaded plugin provides the port type "${name}".` })
  return type
}
