import { createRequire } from 'node:module'
import type { RunEvent } from '@kintsugi/core'
import { colorsFor } from './colors.js'
import { formatDuration } from './table.js'

/** Milliseconds between two plain lines. */
const PLAIN_INTERVAL = 5000

/** Shows how far a run is, on stderr. */
export interface Progress {
  take(event: RunEvent): void
  /** Prints lines without disturbing the bar. */
  print(text: string): void
  end(): void
}

/** The parts of cli-progress that the bar uses. */
interface SingleBar {
  start(total: number, value: number, payload: object): void
  update(value: number, payload: object): void
  setTotal(total: number): void
  stop(): void
}

interface CliProgress {
  SingleBar: new (options: typeof barStyle & { format: string }) => SingleBar
}

/** A bar on a terminal, a plain line now and then elsewhere. */
export function openProgress(): Progress {
  if (!process.stderr.isTTY) return new PlainProgress()
  // Loaded here because only terminals need it; it ships no type declarations.
  const cliProgress = createRequire(import.meta.url)('cli-progress') as CliProgress
  return new BarProgress((format) => new cliProgress.SingleBar({ ...barStyle, format }))
}

const barStyle = {
  barsize: 24,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  hideCursor: true,
  gracefulExit: false,
  clearOnComplete: true,
}

/** Rate and time left, counted from the start of the run. */
class Pace {
  private readonly started = performance.now()
  done = 0
  of: number | undefined

  take({ done, of }: RunEvent & { type: 'output' }): void {
    this.done = done
    this.of = of
  }

  text(): string {
    const seconds = (performance.now() - this.started) / 1000
    const rate = this.done / Math.max(seconds, 1e-3)
    const parts = [`${rate >= 10 ? rate.toFixed(0) : rate.toFixed(2)}/s`]
    if (this.of !== undefined && this.done > 0 && this.done < this.of)
      parts.push(`${formatDuration(((this.of - this.done) / rate) * 1000)} left`)
    return parts.join(', ')
  }
}

function itemText(name: string, item: Readonly<Record<string, string>>): string {
  const keys = Object.entries(item).map(([axis, key]) => `${axis}=${key}`)
  return [name, ...keys].join(' ')
}

class BarProgress implements Progress {
  private readonly pace = new Pace()
  private bar: SingleBar | undefined
  private note = ''

  constructor(private readonly makeBar: (format: string) => SingleBar) {}

  take(event: RunEvent): void {
    if (event.type === 'start') this.open(event.items)
    else if (event.type === 'task' && event.state === 'ran') this.note = itemText(event.node, event.item)
    else if (event.type === 'progress')
      this.note = `${itemText(event.node, event.item)} ${Math.round(event.fraction * 100)} %`
    else if (event.type === 'output') {
      this.pace.take(event)
      if (event.of !== undefined) this.bar?.setTotal(event.of)
    } else if (event.type === 'warning') this.print(colorsFor(process.stderr).yellow(`warning: ${event.message}`))
    this.bar?.update(this.pace.done, this.payload())
  }

  print(text: string): void {
    const shown = this.bar !== undefined
    this.end()
    process.stderr.write(`${text}\n`)
    if (shown) this.open(this.pace.of)
  }

  end(): void {
    this.bar?.stop()
    this.bar = undefined
  }

  private open(total: number | undefined): void {
    this.bar = this.makeBar('{bar} {count}  {pace}  {note}')
    this.bar.start(total ?? this.pace.of ?? 1, this.pace.done, this.payload())
  }

  private payload(): object {
    const { done, of } = this.pace
    return { count: of === undefined ? `${done}` : `${done}/${of}`, pace: this.pace.text(), note: this.note }
  }
}

class PlainProgress implements Progress {
  private readonly pace = new Pace()
  private last = performance.now()

  take(event: RunEvent): void {
    if (event.type === 'warning') this.print(`warning: ${event.message}`)
    if (event.type !== 'output') return
    this.pace.take(event)
    const { done, of } = this.pace
    if (performance.now() - this.last < PLAIN_INTERVAL || done === of) return
    this.last = performance.now()
    this.print(
      `${of === undefined ? done : `${done}/${of}`} outputs, ${this.pace.text()}, last ${itemText(event.output, event.item)}`,
    )
  }

  print(text: string): void {
    process.stderr.write(`${text}\n`)
  }

  end(): void {
    this.last = performance.now()
  }
}
