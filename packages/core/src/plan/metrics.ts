import type { Metric, MetricDescriptor, ProtocolFacts } from '../plugin/metric.js'
import { metricDifferences } from '../plugin/metric.js'
import type { InputBinding, PlanNode, Source, TaskNode } from './plan.js'

const known = new WeakMap<PlanNode, Map<string, Metric | undefined>>()

/** What a value measures, as far as the node types that it comes from say so. Known before anything runs. */
export function metricOf({ node, port }: Pick<Source, 'node' | 'port'>): Metric | undefined {
  const ports = known.get(node) ?? new Map<string, Metric | undefined>()
  known.set(node, ports)
  if (!ports.has(port)) ports.set(port, find(node, port))
  return ports.get(port)
}

function find(node: PlanNode, port: string): Metric | undefined {
  switch (node.kind) {
    case 'task':
      return ofTask(node, port)
    case 'along':
      return metricOf(node.source)
    case 'stack':
      return joint([...node.entries.values()].map(metricOf))
    case 'select':
      return joint(
        [...node.cases.values(), ...(node.otherwise === undefined ? [] : [node.otherwise])].map((source) =>
          metricOf(source),
        ),
      )
    case 'choose':
      return joint(node.options.map(({ result }) => metricOf(result)))
    default:
      return undefined
  }
}

function ofTask(node: TaskNode, port: string): Metric | undefined {
  const declared = node.registered.outputs.get(port)?.metric
  if (declared === undefined) return undefined
  if ('protocol' in declared) return described(node, declared)
  const input = inputMetric(node.inputs[declared.of])
  if (input === undefined) return undefined
  const { direction, ...rest } = input
  const statistic = input.statistic === undefined ? declared.statistic : `${declared.statistic} of ${input.statistic}`
  return { ...rest, ...(declared.ranks && direction !== undefined ? { direction } : {}), statistic }
}

function inputMetric(binding: InputBinding | undefined): Metric | undefined {
  if (binding?.kind === 'source') return metricOf(binding.source)
  return binding?.kind === 'many' ? joint(Object.values(binding.entries).map(metricOf)) : undefined
}

function described(node: TaskNode, { protocol, ...what }: MetricDescriptor): Metric {
  const connected = Object.keys(node.inputs)
  const facts = (params: unknown): ProtocolFacts => protocol(params as never, connected)
  if (node.constant !== undefined) return { ...what, protocol: facts(node.constant) }
  // Only what is written as a literal is the same for every item.
  const entries = node.params.kind === 'record' ? node.params.entries : []
  const varying = entries.filter(([, form]) => form.kind !== 'literal').map(([key]) => key)
  const literals = Object.fromEntries(
    entries.flatMap(([key, form]) => (form.kind === 'literal' ? [[key, form.value] as const] : [])),
  )
  return {
    ...what,
    protocol: { ...facts(node.registered.complete(literals)), ...Object.fromEntries(varying.map((key) => [key, '*'])) },
    differing: varying,
  }
}

/** One metric for values that come from several places, with what differs between them. */
function joint(metrics: readonly (Metric | undefined)[]): Metric | undefined {
  const [first, ...others] = metrics
  if (first === undefined || others.includes(undefined)) return undefined
  const differing = [...new Set(others.flatMap((other) => metricDifferences(first, other as Metric)))]
  return differing.length === 0
    ? first
    : { ...first, differing: [...new Set([...(first.differing ?? []), ...differing])] }
}
