import type { DocumentPath, NodeDeclaration, StepDeclaration } from '../document/types.js'
import { formUses } from '../forms/index.js'
import { unionAxes } from './axes.js'
import { article, type PlanBuilder, stageOf } from './builder.js'
import { planChoose } from './choose.js'
import { compile, formAxes } from './forms.js'
import type { GateNode, Source } from './plan.js'
import { drawOf, randomnessOf } from './randomness.js'
import type { Outputs, Scope } from './scope.js'
import { planSelect, planStack } from './select-stack.js'
import { planShuffle } from './shuffle.js'
import { planUse } from './use.js'

/** One node being planned: its scope, name, path in the file and, for steps, what flows in. */
export interface NodeSite {
  builder: PlanBuilder
  scope: Scope
  /** Name in the graph, with the names of the nodes that it is a step of: `noisy/first/blur`. */
  name: string
  path: DocumentPath
  /** What the step before gives, for steps. */
  flowing: Source | undefined
}

/** What planning a node gives: its outputs, and its first input for `when`. */
export interface PlannedNode {
  outputs: Outputs
  first: Source | undefined
}

/** Plans one node of a file. */
export function planNode(
  builder: PlanBuilder,
  scope: Scope,
  name: string,
  node: NodeDeclaration,
  path: DocumentPath,
): Outputs {
  return planAt({ builder, scope, name, path, flowing: undefined }, node)
}

/** Plans a chain of steps, each flowing into the next; gives the outputs of the last. */
export function planSteps(site: NodeSite, steps: readonly StepDeclaration[], path: DocumentPath): Outputs | undefined {
  let outputs: Outputs | undefined
  let flowing = site.flowing
  const names = new Set<string>()
  steps.forEach((step, i) => {
    const name = stepName(step, names)
    names.add(name)
    outputs = planAt({ ...site, name: `${site.name}/${name}`, path: [...path, i], flowing }, step)
    flowing = outputs.values().next().value
  })
  return outputs
}

/** A step's own name, or its node type's name after the slash, numbered when it stands there already. */
function stepName(step: StepDeclaration, taken: ReadonlySet<string>): string {
  if (step.name !== undefined) return step.name
  const kind =
    'use' in step
      ? (step.use.split('/').at(-1) ?? step.use).replace(/\.(ya?ml|json)$/, '')
      : (['choose', 'shuffle', 'select', 'stack'].find((k) => k in step) ?? 'step')
  for (let i = 1; ; i++) {
    const name = i === 1 ? kind : `${kind}-${i}`
    if (!taken.has(name)) return name
  }
}

/** Plans a node, and its gate if it has a `when`. */
export function planAt(site: NodeSite, node: NodeDeclaration): Outputs {
  const { outputs, first } = planBody(site, node)
  if (node.when === undefined) return outputs
  return planGate(site, node, outputs, first)
}

function planBody(site: NodeSite, node: NodeDeclaration): PlannedNode {
  if ('use' in node) return planUse(site, node)
  if ('choose' in node) return planChoose(site, node)
  if ('shuffle' in node) return planShuffle(site, node)
  if ('select' in node) return planSelect(site, node)
  return planStack(site, node)
}

function planGate(site: NodeSite, node: NodeDeclaration, targets: Outputs, bypass: Source | undefined): Outputs {
  const { builder, scope, name } = site
  const path = [...site.path, 'when']
  const [entry] = targets
  if (entry === undefined || bypass === undefined || entry[1].type !== bypass.type) {
    throw scope.fault('E_PORT', path, {
      message:
        bypass === undefined
          ? `"${name}" has "when" but no input to pass on.`
          : `"${name}" cannot pass its input on when "when" is false: the input is ${article(bypass.type)}, the output ${article(entry?.[1].type ?? 'nothing')}.`,
      expected: 'a first input and a first output of one type',
      fix: 'Use "select" between the node and something else instead.',
    })
  }
  const target = entry[1]
  if (target.node.kind === 'task' && target.node.registered.kind !== 'map') {
    throw scope.fault('E_PORT', path, {
      message: `"${name}" opens or reduces an axis, so it cannot be bypassed.`,
      expected: 'a node that maps one value to one',
      fix: 'Remove "when".',
    })
  }
  const form = compile(scope, node.when, path, 'when')
  const uses = formUses(form)
  const sources = [...targets.values()]
  const axes = unionAxes(
    formAxes(form),
    bypass.axes,
    ...sources.map((source) => source.axes),
    uses.draws ? scope.inherited.along : [],
  )
  const gate = builder.add<GateNode>({
    kind: 'gate',
    path: scope.path + name,
    axes,
    outputs: new Map([...targets].map(([port, source]) => [port, { type: source.type, axes }])),
    when: form,
    draw: drawOf(randomnessOf(scope, name, node, axes, site.path), axes),
    bypass,
    targets,
    stage: stageOf([...sources, bypass, ...uses.sources]),
    place: () => scope.source.locate(site.path),
  })
  return builder.sources(gate)
}
