import { spawnSync } from 'node:child_process'

/**
 * Gives processes that work in turn the same processor, with all their threads: of two processors one may be slower for minutes, such as a virtual one
 * whose other half another program uses. Gives what lets this process use all of its processors again. Does nothing where there is no `taskset`
 * (util-linux).
 */
export function shareProcessor(...others) {
  const allowed = processorsOf(process.pid)
  if (allowed === undefined) return () => undefined
  const last = /\d+$/.exec(allowed)[0]
  for (const pid of [process.pid, ...others]) use(last, pid)
  return () => use(allowed, process.pid)
}

/** A list such as `0-3,6`. */
function processorsOf(pid) {
  const { stdout } = spawnSync('taskset', ['--cpu-list', '--pid', String(pid)], { encoding: 'utf8' })
  return /: (.+)\n/.exec(stdout ?? '')?.[1]
}

function use(processors, pid) {
  spawnSync('taskset', ['--all-tasks', '--cpu-list', '--pid', processors, String(pid)])
}
