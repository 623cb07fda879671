import type { ErrorData } from '../errors/index.js'

/** What a run tells while it goes on. */
export type RunEvent =
  | { type: 'start'; pipeline: string; jobs: number; items: number | undefined }
  | {
      type: 'task'
      node: string
      item: Readonly<Record<string, string>>
      state: 'ran' | 'cached'
      milliseconds: number
    }
  | { type: 'progress'; node: string; item: Readonly<Record<string, string>>; fraction: number }
  | { type: 'output'; output: string; item: Readonly<Record<string, string>>; done: number; of: number | undefined }
  | { type: 'saved'; output: string; item: Readonly<Record<string, string>>; path: string; kept: boolean }
  | { type: 'failed'; error: ErrorData; output: string; item: Readonly<Record<string, string>> }
  | { type: 'warning'; message: string }
  | {
      type: 'end'
      ok: boolean
      cancelled: boolean
      failed: number
      milliseconds: number
      ran: number
      cached: number
      computeMilliseconds: number
    }

export type RunListener = (event: RunEvent) => void
