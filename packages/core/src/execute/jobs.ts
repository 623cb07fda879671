import type { Axis } from '../plan/axes.js'
import type { InputBinding, PlanNode, PlanOutput, Source } from '../plan/plan.js'
import { sourcesIn, sourcesOf } from './bound-sources.js'
import { sourceName } from './captured.js'
import type { Absence } from './cell.js'
import type { Domains, Step } from './domains.js'
import { type Frame, type Keys, withKeys } from './frame.js'

/** What a run asks for at each item: an output, or a member of a reduction that is kept for later. */
export type Root = { kind: 'output'; output: PlanOutput; source: Source } | { kind: 'member'; source: Source }

/** One root at one item. */
export interface Job {
  root: Root
  keys: Keys
  frame: Frame
  /** Set when the item's keys could not be found. */
  absence: Absence | undefined
}

/** The outputs of a run and the members of all reductions that they surely need, so that each item is gone through once. */
export function rootsOf(outputs: readonly PlanOutput[]): Root[] {
  const members = new Map<string, Source>()
  const seen = new Set<PlanNode>()
  const stack = outputs.map((output) => output.source.node)
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node)) continue
    seen.add(node)
    for (const source of certainSources(node)) stack.push(source.node)
    if (node.kind !== 'task' || node.over.length === 0) continue
    for (const [port, binding] of Object.entries(node.inputs)) {
      if (node.registered.inputs.get(port)?.single === true) continue
      for (const source of sourcesOf(binding)) members.set(sourceName(source), source)
    }
    if (node.group?.origin.kind === 'group') members.set(sourceName(node.group.origin.by), node.group.origin.by)
  }
  return [
    ...[...members.values()].map((source): Root => ({ kind: 'member', source })),
    ...outputs.map((output): Root => ({ kind: 'output', output, source: output.source })),
  ]
}

/** Sources that a node needs whatever is drawn or selected. */
function certainSources(node: PlanNode): Source[] {
  switch (node.kind) {
    case 'task': {
      const sources = [...sourcesIn(node.params)]
      for (const port of Object.keys(node.inputs)) sources.push(...sourcesOf(node.inputs[port] as InputBinding))
      if (node.group?.origin.kind === 'group') sources.push(node.group.origin.by)
      return sources
    }
    case 'gate':
      return [...sourcesIn(node.when)]
    case 'choose':
      return node.options.flatMap((option) => sourcesIn(option.weight))
    case 'shuffle':
      return node.steps.map((step) => step.result)
    case 'slot':
      return [node.shuffle.input]
    case 'select':
      return [node.by]
    case 'stack':
      return [...node.entries.values()]
    case 'value':
      return [...sourcesIn(node.form)]
    case 'along':
      return [node.source]
    case 'given':
      return []
  }
}

/**
 * All jobs of these roots inside one step of the first `outer` of their axes, item by item: roots with the same outer axes go through them
 * together.
 */
export async function* jobsOf(
  roots: readonly Root[],
  outer: number,
  domains: Domains,
  { keys, frame }: Step,
): AsyncGenerator<Job> {
  yield* walk(
    roots.map((root) => ({ root, rest: root.source.axes.slice(outer) })),
    domains,
    keys,
    frame,
  )
}

interface Entry {
  root: Root
  rest: readonly Axis[]
}

async function* walk(entries: readonly Entry[], domains: Domains, keys: Keys, frame: Frame): AsyncGenerator<Job> {
  const byAxis = new Map<Axis, Entry[]>()
  for (const { root, rest } of entries) {
    const [axis, ...inner] = rest
    if (axis === undefined) yield { root, keys, frame, absence: undefined }
    else byAxis.set(axis, [...(byAxis.get(axis) ?? []), { root, rest: inner }])
  }
  for (const [axis, inside] of [...byAxis].sort(([a], [b]) => a.order - b.order)) {
    const domain = await domains.keysOf(axis, keys, frame)
    if (!domain.ok) {
      for (const { root } of inside) yield { root, keys, frame, absence: domain.absence }
      continue
    }
    for (const key of domain.value) {
      const inner = frame.enter(axis, key)
      try {
        yield* walk(inside, domains, withKeys(keys, [[axis, key]]), inner)
      } finally {
        inner.leave()
      }
    }
  }
}
