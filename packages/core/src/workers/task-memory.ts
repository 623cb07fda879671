import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import { fromErrorData, KintsugiError } from '../errors/index.js'
import { type BufferPlace, KnownBuffers } from '../memory/known-buffers.js'
import { PixelHeap } from '../memory/pixel-heap.js'
import { PixelMemory } from '../memory/pixel-memory.js'
import type { PortType } from '../plugin/port-type.js'
import type { AllocateAnswer, AllocateRequest, WireSlice, WireValue, WorkerSetup } from './protocol.js'

/** The shared memory that a worker thread has. */
export class ThreadMemory {
  readonly pixels: PixelMemory | undefined
  readonly heap: PixelHeap | undefined
  /** What the thread is called in the heap. */
  readonly number: number
  private readonly requests: MessagePort
  private readonly answered: Int32Array

  constructor(
    { pixels, number, requests, answered }: WorkerSetup,
    readonly portType: (name: string) => PortType,
  ) {
    this.pixels = pixels && new PixelMemory(pixels.memory, pixels.scratch)
    this.heap = pixels && this.pixels && new PixelHeap(this.pixels, pixels.heap)
    this.number = number
    this.requests = requests
    this.answered = answered
  }

  /** Asks the main thread and waits for its answer. Throws what that thread answers. */
  request(request: AllocateRequest): Exclude<AllocateAnswer, { error: unknown }> {
    Atomics.store(this.answered, 0, 0)
    this.requests.postMessage(request)
    Atomics.wait(this.answered, 0, 0)
    const answer = receiveMessageOnPort(this.requests)
    if (answer === undefined) throw new KintsugiError('E_WORKER', { message: 'The main thread gave no memory.' })
    const given = answer.message as AllocateAnswer
    if ('error' in given) throw fromErrorData(given.error)
    return given
  }
}

/** Shared memory of one task in a worker thread: what it was given and what it takes. */
export class TaskMemory {
  private readonly known = new KnownBuffers<BufferPlace & { id: number }>()
  private readonly taken: number[] = []
  private ended = false

  constructor(
    private readonly thread: ThreadMemory,
    private readonly task: number,
  ) {}

  /** Samples in pooled memory: of the heap, or else of the main thread. Throws `E_MEMORY`, and `E_NODE_FAILED` once the task has ended. */
  allocate(length: number, cleared: boolean): Float32Array {
    if (this.ended) throw new KintsugiError('E_NODE_FAILED', { message: 'A node asked for memory after it had ended.' })
    const samples =
      this.take(length) ??
      this.samplesOf({ ...this.thread.request({ task: this.task, bytes: BYTES * length }), length })
    // Pooled memory comes in multiples of 8 bytes; shared memory is zeroed word by word, twice as fast in words of 8 bytes.
    if (cleared) new Float64Array(samples.buffer, samples.byteOffset, Math.ceil(length / 2)).fill(0)
    return samples
  }

  unpack(value: WireValue): unknown {
    const buffers = value.slices.map((slice) => this.samplesOf(slice))
    return this.thread.portType(value.type).unpack({ json: value.json, buffers })
  }

  pack(type: string, value: unknown): WireValue {
    const { json, buffers } = this.thread.portType(type).pack(value)
    const slices = buffers.map((samples): WireSlice => {
      const given = this.known.find(samples)
      if (given !== undefined) return sliceOf(given.id, samples)
      const copy = this.allocate(samples.length, false)
      copy.set(samples)
      return sliceOf(this.known.find(copy)?.id ?? 0, copy)
    })
    return { type, json, slices }
  }

  /** Ends taking memory; gives the numbers of the buffers that were taken from the heap. */
  end(): number[] {
    this.ended = true
    return this.taken
  }

  private take(length: number): Float32Array | undefined {
    const { heap, number } = this.thread
    const id = heap?.take(BYTES * length, number) ?? 0
    if (heap === undefined || id === 0) return undefined
    this.taken.push(id)
    const place = heap.placeOf(id)
    this.known.add({ id, ...place })
    return new Float32Array(place.memory, place.byteOffset, length)
  }

  private samplesOf({ id, memory: own, byteOffset, length }: WireSlice): Float32Array {
    const byteLength = BYTES * length
    const memory = own ?? this.thread.pixels?.bufferTo(byteOffset + byteLength)
    if (memory === undefined) throw new Error('samples came in a memory that this thread does not have')
    this.known.add({ id, memory, byteOffset, byteLength })
    return new Float32Array(memory, byteOffset, length)
  }
}

const BYTES = Float32Array.BYTES_PER_ELEMENT

/** As it is sent back: the main thread knows what memory has this number. */
function sliceOf(id: number, { byteOffset, length }: Float32Array): WireSlice {
  return { id, memory: undefined, byteOffset, length }
}
