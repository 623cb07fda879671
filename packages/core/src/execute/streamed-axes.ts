import type { Axis } from '../plan/axes.js'
import type { PlanNode } from '../plan/plan.js'
import { sourcesOf } from './bound-sources.js'
import { commonPrefix, readBy } from './homes.js'
import type { Root } from './jobs.js'

/**
 * The outermost axes that a run goes through once, with all stages inside: those that every root varies along and no reduction gathers.
 * What is kept for the reductions of one item of them can be forgotten when that item is done.
 */
export function streamedAxes(nodes: readonly PlanNode[], roots: readonly Root[]): readonly Axis[] {
  const stages = new Set(roots.map(({ source }) => source.node.stage))
  if (stages.size < 2) return []
  const indexed = new Set(nodes.flatMap(indexedBy))
  const shared = roots.map(({ source }) => source.axes).reduce(commonPrefix)
  const end = shared.findIndex((axis) => axis.origin.kind !== 'static' || indexed.has(axis))
  return end < 0 ? shared : shared.slice(0, end)
}

/** Axes along which a node reads one item from wherever it is. */
function indexedBy(node: PlanNode): Axis[] {
  const members = node.kind === 'task' ? Object.values(node.inputs).flatMap(sourcesOf) : []
  return [...readBy(node), ...members].flatMap(({ index }) => index.map(({ axis }) => axis))
}
