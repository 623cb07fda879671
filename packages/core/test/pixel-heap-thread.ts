import { parentPort, workerData } from 'node:worker_threads'
import { PixelHeap } from '../src/memory/pixel-heap.js'
import { PixelMemory } from '../src/memory/pixel-memory.js'

/** Takes and frees buffers of a heap that other threads use too, and tells how often one that it had was written to by another. */
const { memory, state, number, rounds, started, threads } = workerData as {
  memory: PixelMemory['memory']
  state: SharedArrayBuffer
  number: number
  rounds: number
  /** One number: how many threads have begun. */
  started: Int32Array
  threads: number
}
const heap = new PixelHeap(new PixelMemory(memory, { address: 0, bytes: 0 }), state)

/** The words at both ends of a buffer, and in its middle. */
function wordsOf(id: number): [words: Int32Array, places: number[]] {
  const { memory: buffer, byteOffset, byteLength } = heap.placeOf(id)
  const words = new Int32Array(buffer, byteOffset, byteLength / 4)
  return [words, [0, words.length >> 1, words.length - 1]]
}

const held: { id: number; mark: number }[] = []
Atomics.add(started, 0, 1)
while (Atomics.load(started, 0) < threads);

let disturbed = 0
let refused = 0
for (let round = 0; round < rounds; round++) {
  const id = heap.take(2 ** (10 + ((round * 7 + number) % 12)), number)
  if (id === 0) refused++
  else {
    const mark = number * 1_000_000 + round
    const [words, places] = wordsOf(id)
    for (const place of places) words[place] = mark
    held.push({ id, mark })
  }
  if (held.length < 6 && id !== 0) continue
  const { id: oldest, mark } = held.splice((round * 5) % held.length, 1)[0]!
  const [words, places] = wordsOf(oldest)
  if (places.some((place) => words[place] !== mark)) disturbed++
  heap.free(oldest)
}
parentPort!.postMessage({ disturbed, refused, kept: held.length })
