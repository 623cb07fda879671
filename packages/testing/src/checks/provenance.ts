import { isDeepStrictEqual } from 'node:util'
import { stableJson } from '../fingerprint.js'
import { isOnDisk } from '../subject.js'
import type { Check } from './check.js'

/** The record in `run.json` names plugin, parameters, inputs and, for random nodes, the key. */
export const checkLineage: Check = ({ bench, registered, cases, piped }, report) => {
  const { name, version } = bench.plugin
  let looked = 0
  for (const made of cases) {
    const run = piped.get(made.id)
    if (run === undefined || run.error !== undefined) continue
    const { record } = run
    if (record === undefined) {
      report.finding('lineage', made.title, 'a record in run.json', 'none')
      continue
    }
    looked++
    const compare = (what: string, expected: unknown, found: unknown): void => {
      if (!isDeepStrictEqual(expected, found))
        report.finding('lineage', `${made.title}, ${what}`, stableJson(expected), stableJson(found))
    }
    compare('use', registered.name, record.use)
    compare('plugin', `${name}@${version}`, record.plugin)
    const { files } = registered
    const shown = record.with as Record<string, unknown>
    const others = (params: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(params).filter(([key]) => !files.includes(key)))
    compare('with', others(registered.complete({ ...made.params })), others(shown))
    for (const file of files) {
      const { sha256 } = (shown[file] ?? {}) as { sha256?: unknown }
      if (made.params[file] !== undefined && typeof sha256 !== 'string')
        report.finding('lineage', `${made.title}, ${file}`, 'a file with its SHA-256', stableJson(shown[file]))
    }
    compare('inputs', Object.keys(made.inputs).sort(), Object.keys(record.inputs).sort())
    const random = typeof record.random === 'string' && /^[0-9a-f]{32}$/.test(record.random)
    compare('random key', registered.random, random)
  }
  if (looked === 0) report.uncovered('lineage', 'no case gave outputs in a pipeline')
}

/** A second run computes nothing and gives the same bytes. */
export const checkCache: Check = ({ bench, registered, cases, piped, cached }, report) => {
  if (!isOnDisk(bench, registered)) {
    report.uncovered(
      'cache',
      bench.threaded ? 'by declaration not kept on disk' : 'plugins made by a program are not kept on disk',
    )
    return
  }
  for (const made of cases) {
    const second = cached.get(made.id)
    if (second === undefined) continue
    if (second.error !== undefined || second.computed)
      report.finding('cache', made.title, 'a hit', second.error?.message ?? 'the node ran again')
    for (const [port, print] of piped.get(made.id)?.prints ?? []) {
      if (second.prints.get(port) !== print)
        report.finding('cache', `${made.title}, output "${port}"`, 'the bytes of the first run', 'other bytes')
    }
  }
}
