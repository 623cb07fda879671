import { toErrorData } from '../errors/index.js'
import type { BufferPool } from '../memory/buffer-pool.js'
import type { AllocateAnswer, AllocateRequest } from './protocol.js'
import type { Thread } from './thread.js'
import { memoryOf } from './wire.js'

/** Answers a thread that waits for memory for its task, where the heap has none. */
export function answerMemory(thread: Thread, pool: BufferPool, request: AllocateRequest): void {
  thread.memory.postMessage(allocate(thread, pool, request))
  Atomics.store(thread.answered, 0, 1)
  Atomics.notify(thread.answered, 0)
}

function allocate(thread: Thread, pool: BufferPool, { task, bytes }: AllocateRequest): AllocateAnswer {
  // A task that was sent ahead may have begun before it is known that the one before it is done.
  const job = [thread.job, thread.ahead?.job].find((one) => one?.task === task)
  if (job === undefined)
    return { error: { code: 'E_NODE_FAILED', message: 'A node asked for memory after it had ended.' } }
  try {
    const buffer = job.allocate(pool, bytes)
    return { id: buffer.id, memory: memoryOf(buffer), byteOffset: buffer.byteOffset }
  } catch (error) {
    return {
      error: {
        code: 'E_MEMORY',
        message: `The machine has no ${bytes} bytes of memory left: ${toErrorData(error).message}`,
        fix: 'Try smaller images or tiles, or fewer --jobs.',
      },
    }
  }
}
