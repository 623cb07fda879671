import type { NodeDeclaration } from '../document/types.js'
import type { PlanBuilder } from './builder.js'
import type { Scope } from './scope.js'

/** The nodes of a file that open axes, by the axis: stacks, grouping reductions, expanding nodes and nested pipelines that list some. */
export function axisOpeners(builder: PlanBuilder, scope: Scope): Map<string, string> {
  const openers = new Map<string, string>()
  for (const [name, node] of Object.entries(scope.document.nodes)) {
    for (const axis of openedBy(builder, scope, node)) if (!openers.has(axis)) openers.set(axis, name)
  }
  return openers
}

function openedBy(builder: PlanBuilder, scope: Scope, node: NodeDeclaration): string[] {
  if ('stack' in node) return [node.axis]
  if (!('use' in node)) return []
  const file = builder.registry.pipeline(node.use) ?? scope.resolveFile(node.use)
  const outputs = Object.values(builder.documents.get(file)?.document.outputs ?? {})
  const opened = [...(builder.registry.node(node.use)?.outputs.values() ?? [])].flatMap(({ opens }) => opens ?? [])
  return [
    ...(node.as === undefined ? [] : [node.as]),
    ...(node.opens === undefined || opened.length === 0 ? opened : [node.opens]),
    ...outputs.flatMap((output) => (typeof output === 'string' ? [] : (output.axes ?? []))),
  ]
}

/** Names that may be axes in a node's declaration: wherever an axis is named, and all words of its `$expr`s. */
export function axisNames(node: NodeDeclaration): Set<string> {
  const names = new Set<string>()
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    for (const [key, inside] of Object.entries(value)) {
      if (key === '$literal') continue
      if (key === '$axis' && typeof inside === 'string') names.add(inside.split('.')[0] ?? inside)
      else if (key === '$expr' && typeof inside === 'string')
        for (const [word] of inside.matchAll(/[A-Za-z_][A-Za-z0-9_-]*/g)) names.add(word)
      else if (AXIS_KEYS.has(key)) textsOf(inside).forEach((text) => names.add(text))
      visit(inside)
    }
  }
  visit(node)
  return names
}

const AXIS_KEYS: ReadonlySet<string> = new Set(['along', 'over', 'keep', 'by', 'axes'])

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null
    ? Object.values(value).filter((text) => typeof text === 'string')
    : []
}
