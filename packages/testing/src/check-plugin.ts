import { type AnyNodeDefinition, definePlugin, type Plugin } from '@kintsugi/core'
import type { Check } from './checks/check.js'
import { checkExamples } from './checks/examples.js'
import { checkChannels, checkMetadata, checkSizes } from './checks/images.js'
import { checkCancel, checkMemory } from './checks/limits.js'
import { checkOutputs } from './checks/outputs.js'
import { checkParameters } from './checks/parameters.js'
import { checkPorts } from './checks/ports.js'
import { checkCache, checkLineage } from './checks/provenance.js'
import { checkInputs, checkRandom, checkRepeat, checkWorker } from './checks/purity.js'
import { checkSchema } from './checks/schema.js'
import { checkTiles } from './checks/tiles.js'
import type { NodeOptions, PluginOptions } from './options.js'
import {
  type CheckName,
  checkNames,
  type Finding,
  type NodeReport,
  type PluginReport,
  type Uncovered,
} from './report.js'
import { Workbench } from './run/workbench.js'
import { type Subject, tryNodes } from './subject.js'

const checks: Readonly<Record<CheckName, Check>> = {
  schema: checkSchema,
  examples: checkExamples,
  outputs: checkOutputs,
  inputs: checkInputs,
  repeat: checkRepeat,
  worker: checkWorker,
  random: checkRandom,
  parameters: checkParameters,
  sizes: checkSizes,
  channels: checkChannels,
  metadata: checkMetadata,
  tiles: checkTiles,
  cancel: checkCancel,
  memory: checkMemory,
  ports: checkPorts,
  lineage: checkLineage,
  cache: checkCache,
}

/**
 * Checks every node type of a plugin. `specifier` is the URL of the plugin's entry, which worker threads import; without it the
 * plugin is taken as made by this program, and workers and the disk cache are not covered. Pipeline files and port types that no
 * node type uses are listed as not covered.
 */
export async function checkPlugin(
  plugin: Plugin,
  specifier?: string | URL,
  options: PluginOptions = {},
): Promise<PluginReport> {
  const names = (plugin.nodes ?? []).map(({ name }) => name)
  const nodes = await checkNodes(plugin, names, specifier, options)
  return { plugin: plugin.name, nodes: [...nodes, ...otherParts(plugin)] }
}

/** Reports of what a plugin has besides node types and the kit does not look at. */
export function otherParts({ nodes = [], portTypes = [], pipelines = {} }: Plugin): NodeReport[] {
  const used = new Set(
    nodes.flatMap(({ inputs = {}, outputs }) =>
      [...Object.values(inputs), ...Object.values(outputs)].map(
        (port) => (typeof port === 'string' ? port : port.type) as string,
      ),
    ),
  )
  const part = (node: string, check: CheckName, why: string): NodeReport => ({
    node,
    findings: [],
    uncovered: [{ node, check, why }],
    cases: 0,
  })
  return [
    ...Object.keys(pipelines).map((name) => part(name, 'examples', 'a pipeline file, which wants a test of its own')),
    ...portTypes.flatMap(({ name }) =>
      used.has(name) ? [] : [part(name, 'ports', 'a port type that no node type of the plugin has; see packingFault')],
    ),
  ]
}

/** Checks one node type, of its plugin when one is given. */
export async function checkNode(
  definition: AnyNodeDefinition,
  plugin?: Plugin,
  specifier?: string | URL,
  options: NodeOptions = {},
): Promise<NodeReport> {
  const home = plugin ?? definePlugin({ name: 'tested', version: '0.0.0', nodes: [definition] })
  const [report] = await checkNodes(home, [definition.name], specifier, { nodes: { [definition.name]: options } })
  return report!
}

async function checkNodes(
  plugin: Plugin,
  names: readonly string[],
  specifier: string | URL | undefined,
  options: PluginOptions,
): Promise<NodeReport[]> {
  const checking = await startChecks(plugin, names, specifier, options)
  try {
    const reports: NodeReport[] = []
    for (const name of names) reports.push(await checking.report(name))
    return reports
  } finally {
    await checking.close()
  }
}

/** Node types being checked, one after the other. */
export interface Checking {
  report(name: string): Promise<NodeReport>
  /** Removes what the checks have written. */
  close(): Promise<void>
}

/** Loads a plugin and tries node types of it in pipelines; each one's report is made when it is asked for. */
export async function startChecks(
  plugin: Plugin,
  names: readonly string[],
  specifier: string | URL | undefined,
  { nodes = {} }: PluginOptions,
): Promise<Checking> {
  const bench = await Workbench.open(plugin, specifier)
  try {
    const trial = await tryNodes(bench, names, nodes)
    return { report: async (name) => reportOn(await trial.subject(name)), close: () => bench.close() }
  } catch (error) {
    await bench.close()
    throw error
  }
}

async function reportOn(subject: Subject): Promise<NodeReport> {
  const node = subject.registered.name
  const findings: Finding[] = []
  const uncovered: Uncovered[] = []
  const except = subject.options.except ?? {}
  const needed = new Set<string>()
  for (const check of Object.keys(checks) as CheckName[]) {
    await checks[check](subject, {
      finding: (name, at, expected, found) => {
        const exception = [`${name}/${at}`, name].find((key) => except[key] !== undefined)
        if (exception !== undefined) needed.add(exception)
        else addFinding(findings, { node, check: name, case: at, also: [], expected, found })
      },
      uncovered: (name, why) => uncovered.push({ node, check: name, why }),
    })
  }
  for (const [key, why] of Object.entries(except)) {
    const check = key.split('/', 1)[0] as CheckName
    if (needed.has(key)) uncovered.push({ node, check, why: `${key}, by exception: ${why}` })
    else {
      const known = check in checkNames
      findings.push({
        node,
        check: known ? check : 'schema',
        case: `exception ${key}`,
        also: [],
        expected: known ? 'something to except' : `one of ${Object.keys(checkNames).join(', ')}`,
        found: known ? 'the check passes without it' : check,
      })
    }
  }
  return { node, findings, uncovered, cases: subject.cases.length }
}

/** Adds a finding; one that differs from an earlier one in its case alone is counted there. */
function addFinding(findings: Finding[], finding: Finding): void {
  const same = findings.findIndex(
    ({ check, expected, found }) => check === finding.check && expected === finding.expected && found === finding.found,
  )
  const first = findings[same]
  if (first === undefined) findings.push(finding)
  else findings[same] = { ...first, also: [...first.also, finding.case] }
}
