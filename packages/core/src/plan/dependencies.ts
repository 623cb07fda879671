import { parseReference } from '../document/references.js'
import type { NodeDeclaration } from '../document/types.js'

/**
 * Orders names so that each comes after those it depends on, without recursion, so that long chains do not exhaust the stack.
 * Returns the order, or the names of one circle.
 */
export function dependencyOrder(
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): { order: string[] } | { cycle: string[] } {
  const order: string[] = []
  const state = new Map<string, 'open' | 'done'>()
  for (const start of dependencies.keys()) {
    if (state.has(start)) continue
    const stack: { name: string; rest: Iterator<string> }[] = []
    const enter = (name: string): void => {
      state.set(name, 'open')
      stack.push({ name, rest: (dependencies.get(name) ?? new Set<string>()).values() })
    }
    enter(start)
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const next = top.rest.next()
      if (next.done === true) {
        state.set(top.name, 'done')
        order.push(top.name)
        stack.pop()
      } else if (state.get(next.value) === 'open') {
        const names = stack.map((entry) => entry.name)
        return { cycle: names.slice(names.indexOf(next.value)) }
      } else if (!state.has(next.value) && dependencies.has(next.value)) {
        enter(next.value)
      }
    }
  }
  return { order }
}

/** Names of the nodes and inputs that a node declaration refers to, its steps included. Malformed references are left to the planner. */
export function referencedNames(node: NodeDeclaration): Set<string> {
  const names = new Set<string>()
  const add = (text: unknown): void => {
    if (typeof text !== 'string') return
    const name = /^[^.[]*/.exec(text.trim())?.[0] ?? ''
    if (name === '') return
    try {
      names.add(parseReference(text).node)
    } catch {
      names.add(name)
    }
  }
  collect(node, add)
  return names
}

function collect(node: NodeDeclaration, add: (text: unknown) => void): void {
  collectFrom(node.when, add)
  if ('in' in node) addAll(node.in, add)
  if ('use' in node) {
    add(node.by)
    collectFrom(node.with, add)
  } else if ('choose' in node) {
    for (const option of Object.values(node.choose)) {
      collectFrom(option.weight, add)
      for (const step of option.steps ?? []) collect(step, add)
    }
  } else if ('shuffle' in node) {
    for (const step of Object.values(node.shuffle.steps)) collect(step, add)
  } else if ('select' in node) {
    add(node.select.by)
    for (const branch of Object.values(node.select.cases)) add(branch)
    add(node.select.default)
    collectFrom(node.select.min_confidence, add)
  } else {
    for (const entry of Object.values(node.stack)) add(entry)
  }
}

/** Every string in connections, which may be one reference, or references by port, or by name below a port. */
function addAll(value: unknown, add: (text: unknown) => void): void {
  if (typeof value === 'string') add(value)
  else if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) addAll(inner, add)
}

/** Every `$from` below a value. */
function collectFrom(value: unknown, add: (text: unknown) => void): void {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key === '$from') add(inner)
    else if (key !== '$literal') collectFrom(inner, add)
  }
}
