import { nearest } from '../document/suggest.js'
import type { ShuffleNode as ShuffleDeclaration } from '../document/types.js'
import { type Axis, unionAxes } from './axes.js'
import { stageOf } from './builder.js'
import { flowingInput } from './choose.js'
import { type NodeSite, type PlannedNode, planAt, siteOfSteps } from './nodes.js'
import type { ShuffleNode, SlotNode, Source } from './plan.js'
import { drawOf, randomnessOf } from './randomness.js'
import { alongAxes } from './use.js'

/** Most steps of a shuffle: permitted orders are counted over sets of steps. */
export const MAX_SHUFFLE_STEPS = 16

/** Plans a `shuffle`: its steps, each of which may follow any other that the order permits. */
export function planShuffle(site: NodeSite, node: ShuffleDeclaration): PlannedNode {
  const { builder, scope, name, path } = site
  const input = flowingInput(site, node.in)
  const names = Object.keys(node.shuffle.steps)
  if (input === undefined) {
    throw scope.fault(
      'E_PORT',
      path,
      {
        message: `"${name}" shuffles steps, but nothing flows into them.`,
        expected: '"in" with a reference',
        fix: 'Add "in: <node>".',
      },
      'key',
    )
  }
  if (names.length > MAX_SHUFFLE_STEPS) {
    throw scope.fault('E_NESTING', [...path, 'shuffle', 'steps'], {
      message: `"${name}" has ${names.length} steps.`,
      expected: `at most ${MAX_SHUFFLE_STEPS}`,
      fix: 'Put some of them into a nested pipeline.',
    })
  }
  const before = precedence(site, node, names)
  let axes: readonly Axis[] = unionAxes(input.axes, alongAxes(site, node), scope.inherited.along)
  // A step may come after any other, so its input has the axes of all; found by planning again until they stop growing.
  for (;;) {
    const mark = builder.mark()
    const known = new Set(scope.axes.keys())
    const shuffle = planWith(site, node, input, names, before, axes)
    const all = unionAxes(axes, ...shuffle.steps.map((step) => step.result.axes))
    if (all.length === axes.length) return { outputs: builder.sources(shuffle), first: input }
    builder.rewind(mark)
    for (const opened of [...scope.axes.keys()]) if (!known.has(opened)) scope.axes.delete(opened)
    axes = all
  }
}

function planWith(
  site: NodeSite,
  node: ShuffleDeclaration,
  input: Source,
  names: readonly string[],
  before: ShuffleNode['before'],
  axes: readonly Axis[],
): ShuffleNode {
  const { builder, scope, name, path } = site
  const place = (): ReturnType<ShuffleNode['place']> => scope.source.locate(path)
  const shuffle = builder.add<ShuffleNode>({
    kind: 'shuffle',
    path: scope.path + name,
    axes,
    outputs: new Map([
      ['out', { type: input.type, axes }],
      ['order', { type: 'text', axes }],
    ]),
    steps: [],
    before,
    input,
    draw: drawOf(randomnessOf(site, node, axes), axes),
    stage: input.node.stage,
    place,
  })
  const inside = siteOfSteps(site, node)
  shuffle.steps = names.map((stepName, step) => {
    const slot = builder.add<SlotNode>({
      kind: 'slot',
      path: `${scope.path}${name}/${stepName}/in`,
      axes,
      outputs: new Map([['out', { type: input.type, axes }]]),
      shuffle,
      step,
      stage: input.node.stage,
      place,
    })
    const at = [...path, 'shuffle', 'steps', stepName]
    const declared = node.shuffle.steps[stepName]
    if (declared === undefined) throw new Error(`step ${stepName} is listed but not there`)
    const outputs = planAt(
      {
        ...inside,
        name: `${name}/${stepName}`,
        stream: `${inside.stream}/${stepName}`,
        path: at,
        flowing: builder.source(slot, 'out'),
      },
      declared,
    )
    const result = outputs.values().next().value
    if (result === undefined)
      throw scope.fault('E_PORT', at, {
        message: `Step "${stepName}" gives nothing.`,
        expected: 'a node with an output',
        fix: 'Remove the step.',
      })
    builder.checkType(result, input.type, (noun) => `Step "${stepName}" of "${name}" must give ${noun}`, scope, at)
    return { name: stepName, slot, result }
  })
  const stage = stageOf(shuffle.steps.map((step) => step.result))
  shuffle.stage = Math.max(shuffle.stage, stage)
  return shuffle
}

function precedence(site: NodeSite, node: ShuffleDeclaration, names: readonly string[]): [number, number][] {
  const { scope, name, path } = site
  const pairs = (node.shuffle.before ?? []).map((pair, i): [number, number] => {
    const [a, b] = pair.map((step, j) => {
      const index = names.indexOf(step)
      if (index >= 0) return index
      throw scope.fault('E_REFERENCE', [...path, 'shuffle', 'before', i, j], {
        message: `"${name}" has no step "${step}".`,
        expected: `one of ${names.join(', ')}`,
        found: step,
        fix: fixOf(step, names),
      })
    })
    return [a ?? 0, b ?? 0]
  })
  // Kahn's algorithm: what cannot be put in order forms a circle.
  const left = new Set(names.keys())
  for (let progress = true; progress; ) {
    progress = false
    for (const step of [...left]) {
      if (pairs.some(([a, b]) => b === step && left.has(a))) continue
      left.delete(step)
      progress = true
    }
  }
  if (left.size > 0) {
    throw scope.fault('E_CYCLE', [...path, 'shuffle', 'before'], {
      message: `"before" of "${name}" permits no order: ${[...left].map((i) => names[i]).join(', ')} wait for each other.`,
      expected: 'pairs without a circle',
      fix: 'Remove one of the pairs.',
    })
  }
  return pairs
}

function fixOf(step: string, names: readonly string[]): string {
  const guess = nearest(step, names)
  return guess === undefined ? 'Use one of these.' : `Write "${guess}".`
}
