import { formUses } from '../forms/index.js'
import type { InputBinding, PlanNode, PlanOutput, Source } from './plan.js'

/** A value that a plan node may read. */
export interface PlanEdge {
  source: Source
  /** Where it goes: an input port, or the keyword that reads it, such as `when` or `cases.noise`. */
  port: string
  /** Whether it is read at every item, whatever is drawn or selected. */
  certain: boolean
}

/** Every value that a node may read, in the order in which it stands in the pipeline. */
export function edgesOf(node: PlanNode): PlanEdge[] {
  const read = (port: string, source: Source, certain = true): PlanEdge => ({ port, source, certain })
  switch (node.kind) {
    case 'task':
      return [
        ...Object.entries(node.inputs).flatMap(([port, binding]) => bindingEdges(port, binding)),
        ...formUses(node.params).sources.map((source) => read('with', source)),
        ...(node.group?.origin.kind === 'group' ? [read('by', node.group.origin.by)] : []),
      ]
    case 'gate':
      return [
        ...formUses(node.when).sources.map((source) => read('when', source)),
        read('bypass', node.bypass, false),
        ...[...node.targets].map(([port, source]) => read(port, source, false)),
      ]
    case 'choose':
      return node.options.flatMap(({ name, weight, result }) => [
        ...formUses(weight).sources.map((source) => read(`choose.${name}.weight`, source)),
        read(`choose.${name}`, result, false),
      ])
    case 'shuffle':
      return [read('input', node.input), ...node.steps.map(({ name, result }) => read(`shuffle.${name}`, result))]
    case 'slot':
      return [read('input', node.shuffle.input)]
    case 'select':
      return [
        read('by', node.by),
        ...[...node.cases].map(([name, source]) => read(`cases.${name}`, source, false)),
        ...(node.otherwise === undefined ? [] : [read('default', node.otherwise, false)]),
      ]
    case 'stack':
      return [...node.entries].map(([key, source]) => read(key, source))
    case 'value':
      return formUses(node.form).sources.map((source) => read('value', source))
    case 'along':
      return [read('input', node.source)]
    case 'given':
      return []
  }
}

function bindingEdges(port: string, binding: InputBinding): PlanEdge[] {
  if (binding.kind === 'source') return [{ port, source: binding.source, certain: true }]
  if (binding.kind === 'many')
    return Object.entries(binding.entries).map(([name, source]) => ({ port: `${port}.${name}`, source, certain: true }))
  return formUses(binding.form).sources.map((source) => ({ port, source, certain: true }))
}

/** The nodes that outputs may need, in plan order, each with whether it is needed at every item. */
export function neededNodes(outputs: readonly PlanOutput[]): Map<PlanNode, boolean> {
  const needed = new Map<PlanNode, boolean>()
  const walk = (onlyCertain: boolean): void => {
    const stack = [...outputs.map(({ source }) => source.node), ...savedBy(outputs)]
    const seen = new Set<PlanNode>()
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (seen.has(node)) continue
      seen.add(node)
      if (!needed.has(node)) needed.set(node, onlyCertain)
      for (const { source, certain } of edgesOf(node)) if (certain || !onlyCertain) stack.push(source.node)
    }
  }
  walk(true)
  walk(false)
  return new Map([...needed].sort(([a], [b]) => a.index - b.index))
}

/** Nodes whose values stand in paths of saved files. */
function savedBy(outputs: readonly PlanOutput[]): PlanNode[] {
  return outputs.flatMap(({ save }) =>
    (save?.parts ?? []).flatMap((part) => (typeof part === 'object' && 'source' in part ? [part.source.node] : [])),
  )
}
