import { KintsugiError, type Vector } from '@kintsugi/core'

/** Codec of a trace of losses: entry `t` is the loss on the task after t updates of fine-tuning, entry `0` the loss before. */
export const LOSSES = 'tgsr/losses'
/** Codec of a performance indicator: entry `t` is the loss after t updates, divided by the loss before. */
export const INDICATOR = 'tgsr/indicator'

/** A vector whose entries are numbered from `first`. */
export function numbered(codec: string, first: number, values: readonly number[]): Vector {
  return { codec, names: values.map((_, i) => String(first + i)), values: [...values] }
}

/** The performance indicator z(t) = L(t) / L(0) for t = 1, 2 ... of a trace that begins with L(0). Throws `E_TASKS_TRACE`. */
export function indicatorOf(trace: Vector): Vector {
  requireCodec(trace, LOSSES, 'make it by tgsr/losses')
  const [before, ...after] = trace.values
  if (before === undefined || after.length === 0) {
    throw new KintsugiError('E_TASKS_TRACE', {
      message: 'tgsr/indicator needs the losses of a fine-tuned task',
      expected: 'the loss before fine-tuning and after at least one update',
      found: `${trace.values.length} losses`,
      fix: 'record the loss before the first update too: it is entry 0 of the trace',
    })
  }
  if (!(before > 0) || !Number.isFinite(before)) {
    throw new KintsugiError('E_TASKS_TRACE', {
      message: 'tgsr/indicator divides by the loss before fine-tuning',
      expected: 'a loss above 0 at entry 0',
      found: String(before),
      fix: 'check what recorded the trace; a task without loss has nothing to gain and should be left out',
    })
  }
  return numbered(
    INDICATOR,
    1,
    after.map((loss) => loss / before),
  )
}

/**
 * The plain mean of an indicator over the updates `from`..`to`, both included. Algorithm 1 of TGSR prints a sum of t_e - t_s + 1 terms over
 * t_e - t_s; that is read as this mean. Throws `E_TASKS_TRACE` when the window is not within the indicator.
 */
export function averageOf(indicator: Vector, from: number, to: number): number {
  const length = indicator.values.length
  if (from < 1 || to > length || from > to) {
    throw new KintsugiError('E_TASKS_TRACE', {
      message: `tgsr/average cannot average the updates ${from} to ${to}`,
      expected: `updates within 1..${length}, the first not behind the last`,
      found: `an indicator of ${length} updates`,
      fix: 'set `last`, or `from` and `to`, to updates that were recorded',
    })
  }
  const window = indicator.values.slice(from - 1, to)
  return window.reduce((sum, value) => sum + value, 0) / window.length
}

/** Throws `E_TASKS_TRACE` if a vector has another codec. */
export function requireCodec({ codec }: Vector, expected: string, fix: string): void {
  if (codec === expected) return
  throw new KintsugiError('E_TASKS_TRACE', {
    message: 'A vector means something else than is needed here',
    expected: `the codec \`${expected}\``,
    found: `\`${codec}\``,
    fix,
  })
}
