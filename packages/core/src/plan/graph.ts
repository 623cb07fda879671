import type { Plan, PlanNode } from './plan.js'
import { edgesOf } from './sources.js'

/** A planned graph as data. */
export interface Graph {
  name: string
  axes: readonly {
    name: string
    /** How many; null where only the run tells. */
    keys: number | null
    declared: string
    /** Its keys count repetitions and mean nothing else. */
    counted: boolean
  }[]
  nodes: readonly {
    id: number
    path: string
    kind: PlanNode['kind']
    use: string
    axes: readonly string[]
    over: readonly string[]
  }[]
  edges: readonly {
    from: number
    output: string
    to: number
    port: string
    type: string
    index: Readonly<Record<string, string>>
    certain: boolean
  }[]
  outputs: readonly { name: string; from: number; output: string; type: string; save: string | null }[]
}

/** The graph of a plan. */
export function graphOf(plan: Plan): Graph {
  return {
    name: plan.name,
    axes: plan.axes.map(({ name, origin, declared }) => ({
      name,
      keys: origin.kind === 'static' ? origin.keys.length : null,
      declared,
      counted: origin.kind === 'static' && origin.counted,
    })),
    nodes: plan.nodes.map((node) => ({
      id: node.index,
      path: node.path,
      kind: node.kind,
      use: useOf(node),
      axes: node.axes.map(({ name }) => name),
      over: node.kind === 'task' ? node.over.map(({ name }) => name) : [],
    })),
    edges: plan.nodes.flatMap((node) =>
      edgesOf(node).map(({ source, port, certain }) => ({
        from: source.node.index,
        output: source.record ? '$record' : source.port,
        to: node.index,
        port,
        type: source.record ? 'record' : source.type,
        index: Object.fromEntries(source.index.map(({ axis, key }) => [axis.name, key])),
        certain,
      })),
    ),
    outputs: plan.outputs.map(({ name, source, save }) => ({
      name,
      from: source.node.index,
      output: source.record ? '$record' : source.port,
      type: source.record ? 'record' : source.type,
      save: save?.text ?? null,
    })),
  }
}

/** The node type of a node, or the keyword that it stands for. */
export function useOf(node: PlanNode): string {
  if (node.kind === 'task') return node.registered.name
  return node.kind === 'gate' ? 'when' : node.kind === 'value' || node.kind === 'given' ? 'input' : node.kind
}
