import type { Axis } from '../plan/axes.js'
import type { PlanNode, Source, TaskNode } from '../plan/plan.js'
import { sourcesIn, sourcesOf } from './bound-sources.js'

/** Axes of the frames in which the cells of each node may live, outermost first. */
export type Homes = ReadonlyMap<PlanNode, readonly Axis[]>

/**
 * Where cells live so that each is made once although several walks come to it: a node that is read while `photo`, then `sigma` is gone
 * through, and also while `sigma` alone is, must live outside both. Each source stands for a walk along its axes, in plan order.
 */
export function homesOf(walks: Iterable<Source>): Homes {
  const homes = new Map<PlanNode, readonly Axis[]>()
  const waiting: { node: PlanNode; chain: readonly Axis[] }[] = []
  for (const { node, axes } of walks) {
    waiting.push({ node, chain: axes })
    axes.forEach((axis, i) => {
      if (axis.origin.kind === 'opened') waiting.push({ node: axis.origin.node, chain: axes.slice(0, i) })
    })
  }
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node } = next
    const before = homes.get(node)
    const own = node.kind === 'task' ? framesOf(node, next.chain) : next.chain
    const home = before === undefined ? own : commonPrefix(before, own)
    if (home.length === before?.length) continue
    homes.set(node, home)
    for (const source of readBy(node)) waiting.push({ node: source.node, chain: home })
  }
  return homes
}

/** The frames of a chain in which a task's cells can live, as `Frame.homeOf` finds them. */
function framesOf(node: TaskNode, chain: readonly Axis[]): readonly Axis[] {
  const end = chain.findIndex((axis) => !node.axes.includes(axis) || node.loose.has(axis))
  return end < 0 ? chain : chain.slice(0, end)
}

/** What two lists of axes begin with. */
export function commonPrefix(a: readonly Axis[], b: readonly Axis[]): readonly Axis[] {
  const end = a.findIndex((axis, i) => axis !== b[i])
  return end < 0 ? a : a.slice(0, end)
}

/** Sources that a node may read in the frame that it is read in; members of reductions are gone through in frames of their own. */
export function readBy(node: PlanNode): readonly Source[] {
  switch (node.kind) {
    case 'task':
      return [
        ...Object.entries(node.inputs).flatMap(([port, binding]) =>
          node.over.length > 0 && node.registered.inputs.get(port)?.single !== true ? [] : sourcesOf(binding),
        ),
        ...sourcesIn(node.params),
      ]
    case 'gate':
      return [node.bypass, ...node.targets.values(), ...sourcesIn(node.when)]
    case 'choose':
      return node.options.flatMap(({ result, weight }) => [result, ...sourcesIn(weight)])
    case 'shuffle':
      return [node.input, ...node.steps.map((step) => step.result)]
    case 'slot':
      return [node.shuffle.input, ...node.shuffle.steps.map((step) => step.result)]
    case 'select':
      return [
        node.by,
        ...node.cases.values(),
        ...(node.otherwise === undefined ? [] : [node.otherwise]),
        ...(node.minConfidence === undefined ? [] : sourcesIn(node.minConfidence)),
      ]
    case 'stack':
      return [...node.entries.values()]
    case 'value':
      return sourcesIn(node.form)
    case 'along':
      return [node.source]
    case 'given':
      return []
  }
}
