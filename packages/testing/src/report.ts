import { KintsugiError } from '@kintsugi/core'

/** What the kit looks at; the name under which a finding is reported and may be excepted. */
export const checkNames = {
  schema: 'the schema is strict and complete, defaults are valid, unknown parameters are refused',
  examples: 'examples give what they promise',
  outputs: 'outputs have their declared types, finite samples and pooled memory',
  inputs: 'inputs and parameters are not changed',
  repeat: 'the same key gives the same bytes',
  worker: 'a worker thread gives the same bytes',
  random: '`random` is declared, used and keyed',
  parameters: 'every parameter is used',
  sizes: 'gray, RGB, RGBA, 16-bit, odd and one-pixel images work, or are refused as `limits` says',
  channels: 'colour planes and alpha are kept',
  metadata: 'bit depth, ICC profile, EXIF and density are kept',
  tiles: 'tiles with the declared halo equal the whole',
  cancel: 'a cancelled run stops within the bound',
  memory: 'the memory estimate covers what is allocated',
  ports: 'port values survive packing, literals fit',
  lineage: 'the record tells what made the value',
  cache: 'a second run gives the same bytes from the disk cache',
} as const

export type CheckName = keyof typeof checkNames

/** One way in which a node type does not conform. */
export interface Finding {
  node: string
  check: CheckName
  /** The example, image or parameter that shows it. */
  case: string
  /** Further cases that show the same. */
  also: readonly string[]
  expected: string
  found: string
}

/** Something that was not checked, and why. */
export interface Uncovered {
  node: string
  check: CheckName
  why: string
}

/** What the kit found out about one node type. */
export interface NodeReport {
  node: string
  findings: readonly Finding[]
  uncovered: readonly Uncovered[]
  /** How many applications of the node type were looked at. */
  cases: number
}

/** What the kit found out about a plugin. */
export interface PluginReport {
  plugin: string
  nodes: readonly NodeReport[]
}

/** Where checks put what they find. */
export interface Reporter {
  finding(check: CheckName, at: string, expected: string, found: string): void
  uncovered(check: CheckName, why: string): void
}

/** A finding in four lines, as a failing test shows it. */
export function formatFinding({ node, check, case: at, also, expected, found }: Finding): string {
  const cases = also.length === 0 ? at : `${at} (and ${also.length} more, such as ${also[0]})`
  return `${node} fails "${check}" (${checkNames[check]})\n  case:     ${cases}\n  expected: ${expected}\n  found:    ${found}`
}

/** Throws `E_CONFORMANCE` with every finding, if there are any. */
export function assertConforms(report: NodeReport): void {
  if (report.findings.length === 0) return
  throw new KintsugiError('E_CONFORMANCE', {
    message: `${report.findings.length} finding${report.findings.length === 1 ? '' : 's'}\n\n${report.findings.map(formatFinding).join('\n\n')}`,
  })
}

/** A table of what was not covered: a line for each check and reason, with the node types that it holds for. */
export function formatUncovered(reports: readonly NodeReport[]): string {
  const lines = new Map<string, { check: CheckName; why: string; nodes: string[] }>()
  for (const { check, why, node } of reports.flatMap((report) => report.uncovered)) {
    const line = lines.get(`${check}\0${why}`)
    if (line === undefined) lines.set(`${check}\0${why}`, { check, why, nodes: [node] })
    else if (!line.nodes.includes(node)) line.nodes.push(node)
  }
  const order = Object.keys(checkNames)
  const sorted = [...lines.values()].sort((a, b) => order.indexOf(a.check) - order.indexOf(b.check))
  const width = Math.max(0, ...sorted.map(({ check }) => check.length))
  return sorted.map(({ check, why, nodes }) => `${check.padEnd(width)}  ${why}: ${nodes.join(', ')}`).join('\n')
}
