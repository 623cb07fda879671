import { join } from 'node:path'
import { type Axis, axisFilter, type Filters, neededNodes, type Plan, type PlanOutput, useOf } from '@kintsugi/core'
import { formatTable } from './table.js'

/** What a run would do. */
export interface PlanDescription {
  name: string
  seed: number
  out: string
  /** Keys that would be gone through; `null` where a node tells them while running. */
  axes: readonly { name: string; keys: number | null; declared: string; examples: readonly string[] }[]
  nodes: readonly {
    path: string
    use: string
    axes: readonly string[]
    over: readonly string[]
    instances: number | null
    certain: boolean
  }[]
  outputs: readonly {
    name: string
    type: string
    axes: readonly string[]
    instances: number | null
    save: string | null
  }[]
  plugins: Plan['plugins']
}

/** Describes the part of a plan that some outputs need, filters applied. */
export function describePlan(
  plan: Plan,
  outputs: readonly PlanOutput[],
  filters: Filters,
  out: string,
): PlanDescription {
  const filter = axisFilter(filters)
  const keysOf = (axis: Axis): readonly string[] | undefined =>
    axis.origin.kind === 'static' ? filter(axis.name, axis.origin.keys) : undefined
  const count = (axes: readonly Axis[]): number | null => {
    let product = 1
    for (const axis of axes) {
      const keys = keysOf(axis)
      if (keys === undefined) return null
      product *= keys.length
    }
    return product
  }
  const needed = neededNodes(outputs)
  const used = new Set([...needed.keys()].flatMap((node) => [...node.axes, ...(node.kind === 'task' ? node.over : [])]))
  const names = (axes: readonly Axis[]): string[] => axes.map(({ name }) => name)
  return {
    name: plan.name,
    seed: plan.seed,
    out,
    axes: plan.axes
      .filter((axis) => used.has(axis))
      .map((axis) => ({
        name: axis.name,
        keys: keysOf(axis)?.length ?? null,
        declared: axis.declared,
        examples: keysOf(axis)?.slice(0, 4) ?? [],
      })),
    nodes: [...needed].flatMap(([node, certain]) =>
      node.kind === 'slot'
        ? []
        : [
            {
              path: node.path,
              use: useOf(node),
              axes: names(node.axes),
              over: node.kind === 'task' ? names(node.over) : [],
              instances: count(node.axes),
              certain,
            },
          ],
    ),
    outputs: outputs.map(({ name, source, save }) => ({
      name,
      type: source.record ? 'record' : source.type,
      axes: names(source.axes),
      instances: count(source.axes),
      save: save === undefined ? null : join(out, save.text),
    })),
    plugins: plan.plugins,
  }
}

/** The description as text: axes, nodes with their instances, outputs with where they would be saved. */
export function formatPlan({ name, seed, axes, nodes, outputs, plugins }: PlanDescription): string {
  const times = (list: readonly string[]): string => list.join(' x ')
  const instances = (count: number | null, certain = true): string =>
    count === null ? '?' : `${certain ? '' : '<='}${count}`
  const sections = [
    `${name}, seed ${seed}`,
    ...(axes.length === 0
      ? []
      : [
          `Axes\n${formatTable(
            ['name', 'keys', 'from', 'such as'],
            axes.map((axis) => [
              axis.name,
              axis.keys === null ? '?' : String(axis.keys),
              axis.declared,
              axis.examples.join(', '),
            ]),
          )}`,
        ]),
    `Nodes\n${formatTable(
      ['node', 'type', 'instances', 'along', 'over'],
      nodes.map((node) => [
        node.path,
        node.use,
        instances(node.instances, node.certain),
        times(node.axes),
        times(node.over),
      ]),
    )}`,
    `Outputs\n${formatTable(
      ['output', 'type', 'values', 'along', 'saved as'],
      outputs.map((output) => [
        output.name,
        output.type,
        instances(output.instances),
        times(output.axes),
        output.save ?? (output.type === 'image' ? '(not saved)' : 'scores.csv'),
      ]),
    )}`,
    `Plugins\n${plugins.map((plugin) => `  ${plugin.name} ${plugin.version}`).join('\n')}`,
    'Nothing was computed. "<=" marks nodes that a draw, a choice or a selection may leave out; "?" counts are known while running.',
  ]
  return `${sections.join('\n\n')}\n`
}
