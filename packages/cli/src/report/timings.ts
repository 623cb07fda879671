import type { RunEvent } from '@kintsugi/core'
import type { NodeTiming, RunTimings } from '@kintsugi/report'

/** Gathers how long each node takes, from the events of a run. */
export class Timings {
  private readonly byNode = new Map<string, NodeTiming>()
  private jobs = 1

  /** Takes an event of the run. */
  take(event: RunEvent): void {
    if (event.type === 'start') this.jobs = event.jobs
    if (event.type !== 'task') return
    const { node, item, state, milliseconds } = event
    const timing = this.byNode.get(node) ?? { node, ran: 0, cached: 0, milliseconds: 0 }
    this.byNode.set(node, timing)
    if (state === 'cached') {
      timing.cached++
      return
    }
    timing.ran++
    timing.milliseconds += milliseconds
    if (timing.slowest === undefined || milliseconds > timing.slowest.milliseconds)
      timing.slowest = { item, milliseconds }
  }

  /** What `timings.json` holds, for a run that took this long. */
  result(milliseconds: number): RunTimings {
    return { milliseconds, jobs: this.jobs, nodes: [...this.byNode.values()] }
  }
}
