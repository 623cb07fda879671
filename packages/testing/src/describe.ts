import { type AnyNodeDefinition, definePlugin, KintsugiError, type Plugin } from '@kintsugi/core'
import { type Checking, otherParts, startChecks } from './check-plugin.js'
import type { NodeOptions, PluginOptions } from './options.js'
import { assertConforms, formatUncovered, type NodeReport } from './report.js'

interface Timed {
  timeout(milliseconds: number): unknown
}

interface Runner {
  describe: (title: string, body: (this: Timed) => void) => unknown
  it: (title: string, body: () => Promise<void>) => unknown
  before: (body: (this: Timed) => Promise<void>) => unknown
  after: (body: () => Promise<void>) => unknown
}

/** Longest time for the checks of one node type. */
const TIMEOUT = 300_000
/** Longest time for trying each node type in pipelines, which is done for all of them together. */
const TRIAL_TIMEOUT = 60_000

/**
 * Declares a test for every node type of a plugin, for mocha. `specifier` is the URL of the plugin's entry:
 * `describePlugin(plugin, new URL('../src/index.ts', import.meta.url))`. At the end it prints what was not covered and why.
 */
export function describePlugin(plugin: Plugin, specifier?: string | URL, options: PluginOptions = {}): void {
  const names = (plugin.nodes ?? []).map(({ name }) => name)
  const others = otherParts(plugin)
  suite(`conformance of ${plugin.name}`, names, others, () => startChecks(plugin, names, specifier, options))
}

/** Declares the test of one node type, for mocha; the arguments are those of `checkNode`. */
export function describeNode(
  definition: AnyNodeDefinition,
  plugin?: Plugin,
  specifier?: string | URL,
  options: NodeOptions = {},
): void {
  const { name } = definition
  const home = plugin ?? definePlugin({ name: 'tested', version: '0.0.0', nodes: [definition] })
  suite(`conformance of ${name}`, [name], [], () =>
    startChecks(home, [name], specifier, { nodes: { [name]: options } }),
  )
}

function suite(
  title: string,
  names: readonly string[],
  others: readonly NodeReport[],
  start: () => Promise<Checking>,
): void {
  const { describe, it, before, after } = runner()
  describe(title, function () {
    this.timeout(TIMEOUT)
    const reports: NodeReport[] = [...others]
    let checking: Checking | undefined
    before(async function () {
      this.timeout(TIMEOUT + names.length * TRIAL_TIMEOUT)
      checking = await start()
    })
    for (const name of names) {
      it(name, async () => {
        const report = await checking!.report(name)
        reports.push(report)
        if (report.cases === 0) {
          throw new KintsugiError('E_CONFORMANCE', { message: `${name} is not covered: no case of it could be run` })
        }
        assertConforms(report)
      })
    }
    after(async () => {
      await checking?.close()
      const table = formatUncovered(reports)
      if (table !== '') process.stdout.write(`\n    not covered:\n${table.replace(/^/gm, '      ')}\n\n`)
    })
  })
}

function runner(): Runner {
  const { describe, it, before, after } = globalThis as unknown as Partial<Runner>
  if (describe === undefined || it === undefined || before === undefined || after === undefined) {
    throw new KintsugiError('E_CONFORMANCE_SETUP', {
      message: 'there is no test runner with describe, it, before and after',
      expected: 'mocha',
      fix: 'call checkPlugin or checkNode, and assertConforms on what they report',
    })
  }
  return { describe, it, before, after }
}
