import type { DocumentPath, NodeDeclaration, NodeModifiers, StepDeclaration } from '../document/types.js'
import { formUses } from '../forms/index.js'
import { type Axis, unionAxes } from './axes.js'
import { article, type PlanBuilder, stageOf } from './builder.js'
import { planChoose } from './choose.js'
import { checkValue, compile, formAxes } from './forms.js'
import type { GateNode, Source } from './plan.js'
import { drawOf, randomnessOf } from './randomness.js'
import type { Outputs, Scope } from './scope.js'
import { planSelect, planStack } from './select-stack.js'
import { planShuffle } from './shuffle.js'
import { alongAxes, planUse } from './use.js'

const whenSchema = { type: 'boolean' }

/** One node being planned: its scope, name, path in the file and, for steps, what flows in. */
export interface NodeSite {
  builder: PlanBuilder
  scope: Scope
  /** Name in the graph, with the names of the nodes that it is a step of: `noisy/first/blur`. */
  name: string
  /** Name in random keys: `name`, unless the node that it is a step of replaces its own with `random.stream`. */
  stream: string
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
  return planAt({ builder, scope, name, stream: name, path, flowing: undefined }, node)
}

/** Plans a chain of steps, each flowing into the next; gives the outputs of the last. */
export function planSteps(site: NodeSite, steps: readonly StepDeclaration[], path: DocumentPath): Outputs | undefined {
  let outputs: Outputs | undefined
  let flowing = site.flowing
  const names = new Set<string>()
  steps.forEach((step, i) => {
    const name = stepName(step, names)
    if (names.has(name)) {
      throw site.scope.fault('E_DOCUMENT_SCHEMA', [...path, i], {
        message: `Two steps of "${site.name}" are named "${name}".`,
        expected: 'a name of its own for each step, which its draws and its record go by',
        found: name,
        fix: 'Give one of them another "name".',
      })
    }
    names.add(name)
    outputs = planAt(
      { ...site, name: `${site.name}/${name}`, stream: `${site.stream}/${name}`, path: [...path, i], flowing },
      step,
    )
    flowing = outputs.values().next().value
  })
  return outputs
}

/** Where the steps of a `choose` or `shuffle` are planned: its `random` and `along` hold for them, as they do inside a nested file. */
export function siteOfSteps(site: NodeSite, node: NodeModifiers): NodeSite {
  const { builder, scope } = site
  const { drawsWithout, pixelsWithout, along } = scope.inherited
  const without = (inherited: ReadonlySet<Axis>, by: readonly string[] | undefined): ReadonlySet<Axis> =>
    by === undefined ? inherited : new Set([...inherited, ...builder.axes.filter((axis) => !by.includes(axis.name))])
  const inside = scope.inheriting({
    drawsWithout: without(drawsWithout, node.random?.by),
    pixelsWithout: without(pixelsWithout, node.random?.pixels?.by),
    along: unionAxes(along, alongAxes(site, node)),
  })
  return { ...site, scope: inside, stream: node.random?.stream ?? site.stream }
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
  builder.raise(checkValue(scope, form, whenSchema, path))
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
    draw: drawOf(randomnessOf(site, node, axes), axes),
    bypass,
    targets,
    stage: stageOf([...sources, bypass, ...uses.sources]),
    place: () => scope.source.locate(site.path),
  })
  return builder.sources(gate)
}
