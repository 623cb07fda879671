import { type AnyNodeDefinition, KintsugiError, type Plugin } from '@kintsugi/core'
import { checkNode, checkPlugin } from './check-plugin.js'
import type { NodeOptions, PluginOptions } from './options.js'
import { assertConforms, formatUncovered, type NodeReport } from './report.js'

interface Suite {
  timeout(milliseconds: number): unknown
}

interface Runner {
  describe: (title: string, body: (this: Suite) => void) => unknown
  it: (title: string, body: () => void) => unknown
  before: (body: () => Promise<void>) => unknown
  after: (body: () => void) => unknown
}

const TIMEOUT = 300_000

/**
 * Declares a test for every node type of a plugin, for mocha. `specifier` is the URL of the plugin's entry:
 * `describePlugin(plugin, new URL('../src/index.ts', import.meta.url))`. At the end it prints what was not covered and why.
 */
export function describePlugin(plugin: Plugin, specifier?: string | URL, options: PluginOptions = {}): void {
  const names = (plugin.nodes ?? []).map(({ name }) => name)
  suite(`conformance of ${plugin.name}`, names, async () => (await checkPlugin(plugin, specifier, options)).nodes)
}

/** Declares the test of one node type, for mocha; the arguments are those of `checkNode`. */
export function describeNode(
  definition: AnyNodeDefinition,
  plugin?: Plugin,
  specifier?: string | URL,
  options: NodeOptions = {},
): void {
  suite(`conformance of ${definition.name}`, [definition.name], async () => [
    await checkNode(definition, plugin, specifier, options),
  ])
}

function suite(title: string, names: readonly string[], check: () => Promise<readonly NodeReport[]>): void {
  const { describe, it, before, after } = runner()
  describe(title, function () {
    this.timeout(TIMEOUT)
    let reports: readonly NodeReport[] = []
    before(async () => {
      reports = await check()
    })
    for (const name of names) {
      it(name, () => {
        const report = reports.find(({ node }) => node === name)
        if (report === undefined || report.cases === 0) {
          throw new KintsugiError('E_CONFORMANCE', { message: `${name} is not covered: no case of it could be run` })
        }
        assertConforms(report)
      })
    }
    after(() => {
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
