import type { LoadedDocument } from '../document/load.js'
import { KintsugiError } from '../errors/index.js'
import { formUses } from '../forms/index.js'
import type { Registry } from '../plugin/registry.js'
import { unionAxes } from './axes.js'
import { PlanBuilder } from './builder.js'
import { declareAxes } from './declare-axes.js'
import { dependencyOrder, referencedNames } from './dependencies.js'
import { compile } from './forms.js'
import { planInputs, type ResolvedInput } from './inputs.js'
import { planNode } from './nodes.js'
import { planOutputs } from './outputs.js'
import { bindParams } from './params.js'
import type { Binding, Plan } from './plan.js'
import { drawOf } from './randomness.js'
import { Scope } from './scope.js'

/** What a plan is made of. */
export interface PlanRequest {
  document: LoadedDocument
  /** Every pipeline file that it uses, by absolute path. */
  documents: ReadonlyMap<string, LoadedDocument>
  registry: Registry
  /** Values and files of the pipeline's inputs, by name. */
  inputs: ReadonlyMap<string, ResolvedInput>
  /** Values of the pipeline's parameters. */
  params: Readonly<Record<string, unknown>>
  seed?: number
}

/** A list of faults found in one go. Its message is that of the first. */
export class PipelineErrors extends KintsugiError {
  constructor(readonly errors: readonly KintsugiError[]) {
    const first = errors[0]
    if (first === undefined) throw new Error('PipelineErrors needs an error')
    super(first.code, first.details())
  }
}

/**
 * Makes the plan of a pipeline: names resolved, nested pipelines expanded, axes of every value known, every literal and form
 * checked. Throws `PipelineErrors` with every fault found.
 */
export function makePlan(request: PlanRequest): Plan {
  const { document } = request
  const builder = new PlanBuilder(request.registry, request.documents)
  const scope = new Scope(document.document, document.source, document.folder, '', {
    stream: '',
    drawsWithout: new Set(),
    pixelsWithout: new Set(),
    along: [],
    files: document.path === undefined ? [] : [document.path],
  })
  planInputs(builder, scope, request.inputs)
  bindParams(builder, scope, request.params)
  declareAxes(builder, scope)
  builder.attempt(() => planGraph(builder, scope))
  const outputs = planOutputs(builder, scope)
  if (builder.errors.length > 0) throw new PipelineErrors(builder.errors)
  return {
    name: document.document.name ?? document.name,
    seed: request.seed ?? document.document.seed ?? 0,
    folder: document.folder,
    axes: builder.axes,
    nodes: builder.nodes,
    outputs,
    plugins: request.registry.usedPlugins(
      builder.nodes.flatMap((node) => (node.kind === 'task' ? [node.registered] : [])),
    ),
  }
}

/** Plans the `let`s and nodes of one file, whose inputs, parameters and axes are there. */
export function planGraph(builder: PlanBuilder, scope: Scope): void {
  declareLets(builder, scope)
  const nodes = scope.document.nodes
  const dependencies = new Map(Object.entries(nodes).map(([name, node]) => [name, referencedNames(node)]))
  const ordered = dependencyOrder(dependencies)
  if ('cycle' in ordered) {
    const [first] = ordered.cycle
    throw scope.fault(
      'E_CYCLE',
      ['nodes', first ?? ''],
      {
        message: `Nodes depend on each other in a circle: ${[...ordered.cycle, first].join(' <- ')}.`,
        expected: 'a graph without circles',
        found: ordered.cycle.join(', '),
        fix: 'Remove one of these references.',
      },
      'key',
    )
  }
  for (const name of ordered.order) {
    const node = nodes[name]
    if (node === undefined) continue
    if (scope.names.has(name)) {
      builder.report([
        scope.fault(
          'E_DOCUMENT_SCHEMA',
          ['nodes', name],
          {
            message: `"${name}" is the name of an input and of a node.`,
            expected: 'one name for one thing',
            fix: 'Rename one of them.',
          },
          'key',
        ),
      ])
      continue
    }
    scope.names.set(name, builder.attempt(() => planNode(builder, scope, name, node, ['nodes', name])) ?? 'faulty')
  }
}

/** Makes each `let` known; compiled when first used, so that their order does not matter. */
function declareLets(builder: PlanBuilder, scope: Scope): void {
  for (const [name, value] of Object.entries(scope.document.let ?? {})) {
    const path = ['let', name]
    let state: 'new' | 'open' | { binding: Binding } = 'new'
    const bind = (): Binding => {
      if (typeof state === 'object') return state.binding
      if (state === 'open') {
        throw scope.fault('E_CYCLE', path, {
          message: `"let.${name}" depends on itself.`,
          fix: 'Remove the circle among the lets.',
        })
      }
      state = 'open'
      const form = compile(scope, value, path, `let.${name}`)
      const uses = formUses(form)
      if (uses.sources.length > 0) {
        throw scope.fault('E_FORM', path, {
          message: `"let.${name}" reads a node's output.`,
          expected: 'draws, axes, parameters and literals',
          found: '$from',
          fix: 'Write the $from in the parameter that needs it.',
        })
      }
      const own = unionAxes(uses.axes, ...uses.lets.map((binding) => binding.axes))
      const axes = uses.draws ? unionAxes(own, scope.itemAxes) : own
      const draw = drawOf({ ...scope.inherited, stream: `${scope.inherited.stream}let` }, axes)
      const binding: Binding = { name, form, draw, axes }
      state = { binding }
      return binding
    }
    scope.lets.set(name, bind)
  }
  for (const bind of scope.lets.values()) builder.attempt(bind)
}
