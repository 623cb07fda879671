import { spawnSync } from 'node:child_process'

/** Of more processors than these the first are tried. */
const MOST = 8

/**
 * Lets processes that work in turn use one processor, with all their threads: of two processors one may be slower for minutes, such as a virtual one
 * whose other half another program uses. `settle` moves them to the one that is fastest now; after `release` this process uses all of its processors
 * again. Both do nothing where there is no `taskset` (util-linux).
 */
export function shareProcessor(...others) {
  const allowed = processorsOf(process.pid)
  const all = allowed === undefined ? [] : listed(allowed).slice(0, MOST)
  // The first time it is compiled.
  spin()
  return {
    settle() {
      if (all.length === 0) return
      const times = all.map((processor) => {
        use(processor, process.pid)
        return spin()
      })
      const fastest = all[times.indexOf(Math.min(...times))]
      for (const pid of [process.pid, ...others]) use(fastest, pid)
    },
    release() {
      if (allowed !== undefined) use(allowed, process.pid)
    },
  }
}

/** Milliseconds for additions that do not wait for each other, the least of some times: where half a processor is busy they take longer. */
function spin() {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 5; round++) {
    const started = performance.now()
    let [a, b, c, d, e, f] = [round, 1, 2, 3, 4, 5]
    for (let i = 0; i < 1e6; i++) {
      a = (a + i) | 0
      b = (b + i) | 0
      c = (c ^ i) | 0
      d = (d + i) | 0
      e = (e ^ i) | 0
      f = (f + i) | 0
    }
    const elapsed = performance.now() - started
    // Never: the sums must be made.
    if (a + b + c + d + e + f === 0.5) throw new Error()
    least = Math.min(least, elapsed)
  }
  return least
}

/** A list such as `0-3,6`. */
function processorsOf(pid) {
  const { stdout } = spawnSync('taskset', ['--cpu-list', '--pid', String(pid)], { encoding: 'utf8' })
  return /: (.+)\n/.exec(stdout ?? '')?.[1]
}

function listed(processors) {
  return processors.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number)
    return Array.from({ length: last - first + 1 }, (_, i) => String(first + i))
  })
}

function use(processors, pid) {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(pid)])
}
