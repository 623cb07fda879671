import type { LoadedDocument } from '../document/load.js'
import type { DocumentPath, NodeDeclaration } from '../document/types.js'
import { KintsugiError } from '../errors/index.js'
import { formUses } from '../forms/index.js'
import type { Registry } from '../plugin/registry.js'
import { unionAxes } from './axes.js'
import { axisNames, axisOpeners } from './axis-openers.js'
import { PlanAborted, PlanBuilder } from './builder.js'
import { declareAxes } from './declare-axes.js'
import { dependencyOrder, referencedNames } from './dependencies.js'
import { compile } from './forms.js'
import { planInputs, type ResolvedInput } from './inputs.js'
import { planNode } from './nodes.js'
import { planOutputs } from './outputs.js'
import { bindParams } from './params.js'
import type { Binding, Plan } from './plan.js'
import { drawOf } from './randomness.js'
import { AlreadyReported, type Outputs, Scope } from './scope.js'

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
  const outputs = planAll(builder, scope, request)
  if (builder.errors.length > 0) throw new PipelineErrors(distinct(builder.errors))
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

function planAll(builder: PlanBuilder, scope: Scope, request: PlanRequest): Plan['outputs'] {
  try {
    planInputs(builder, scope, request.inputs)
    bindParams(builder, scope, request.params)
    declareAxes(builder, scope)
    planGraph(builder, scope)
    return planOutputs(builder, scope)
  } catch (error) {
    if (error instanceof PlanAborted) throw new PipelineErrors(distinct([...builder.errors, error.fault]))
    throw error
  }
}

/** Each fault once: a file that is used often is planned often. */
function distinct(errors: readonly KintsugiError[]): KintsugiError[] {
  const first = new Map<string, KintsugiError>()
  for (const error of errors) {
    const { code, message, place } = error
    const where = place.line === undefined ? place : [place.file, place.line, place.column]
    const id = JSON.stringify([code, message, where])
    if (!first.has(id)) first.set(id, error)
  }
  return [...first.values()]
}

/** Plans the `let`s and nodes of one file, whose inputs, parameters and axes are there. */
export function planGraph(builder: PlanBuilder, scope: Scope): void {
  declareLets(builder, scope)
  const nodes = scope.document.nodes
  const clashing = Object.keys(nodes).filter((name) => Object.hasOwn(scope.document.inputs ?? {}, name))
  for (const name of clashing) {
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
    scope.names.set(name, 'faulty')
  }
  const dependencies = new Map(
    Object.entries(nodes).flatMap(([name, node]) =>
      clashing.includes(name) ? [] : [[name, referencedNames(node)] as const],
    ),
  )
  const ordered = planningOrder(builder, scope, dependencies)
  if ('cycle' in ordered) {
    const [first] = ordered.cycle
    builder.report([
      scope.fault(
        'E_CYCLE',
        ['nodes', first ?? ''],
        {
          message: `Nodes depend on each other in a circle: ${[...ordered.cycle, first].join(' <- ')}.`,
          expected: 'a graph without circles',
          found: ordered.cycle.join(', '),
          fix: 'Remove one of these references.',
        },
        'key',
      ),
    ])
    for (const name of Object.keys(nodes)) scope.names.set(name, 'faulty')
    return
  }
  for (const name of ordered.order) {
    const node = nodes[name]
    if (node === undefined) continue
    const outputs = planNamed(builder, scope, name, node)
    scope.names.set(name, outputs ?? 'faulty')
    if (outputs === undefined)
      for (const axis of axesOpenedBy(node)) if (!scope.axes.has(axis)) scope.faultyAxes.add(axis)
  }
}

/** Plans a node whose faults name it; where the plan becomes too large, the node of the outermost file is told. */
function planNamed(builder: PlanBuilder, scope: Scope, name: string, node: NodeDeclaration): Outputs | undefined {
  const path = ['nodes', name]
  const before = builder.errors.length
  try {
    return builder.attempt(() => planNode(builder, scope, name, node, path))
  } catch (error) {
    if (!(error instanceof PlanAborted)) throw error
    const { code, message, expected, fix } = error.fault.toJSON()
    const details = { message, ...(expected !== undefined && { expected }), ...(fix !== undefined && { fix }) }
    throw new PlanAborted(new KintsugiError(code, { ...details, place: scope.source.locate(path, 'key') }))
  } finally {
    for (let i = before; i < builder.errors.length; i++) {
      builder.errors[i] = builder.errors[i]!.at({ node: scope.path + name })
    }
  }
}

/** Where a value reads a node's output, if it does. */
function pathOfFrom(value: unknown, path: DocumentPath): DocumentPath | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, inner] of Object.entries(value)) {
    const at = [...path, Array.isArray(value) ? Number(key) : key]
    if (key === '$from') return at
    const found = key === '$literal' ? undefined : pathOfFrom(inner, at)
    if (found !== undefined) return found
  }
  return undefined
}

/** Names of the axes that a node says it opens. */
function axesOpenedBy(node: NodeDeclaration): string[] {
  if ('stack' in node) return [node.axis]
  return 'use' in node ? [node.as, node.opens].filter((name) => name !== undefined) : []
}

/** An order in which nodes come after those they refer to and, where that can be, after those that open the axes they name. */
function planningOrder(
  builder: PlanBuilder,
  scope: Scope,
  dependencies: ReadonlyMap<string, ReadonlySet<string>>,
): ReturnType<typeof dependencyOrder> {
  const openers = axisOpeners(builder, scope)
  if (openers.size === 0) return dependencyOrder(dependencies)
  const withAxes = new Map(
    [...dependencies].map(([name, names]) => {
      const axes = axisNames(scope.document.nodes[name] as NodeDeclaration)
      const opening = [...axes].flatMap((axis) => openers.get(axis) ?? []).filter((opener) => opener !== name)
      return [name, new Set([...names, ...opening])] as const
    }),
  )
  const ordered = dependencyOrder(withAxes)
  return 'cycle' in ordered ? dependencyOrder(dependencies) : ordered
}

/**
 * Makes each `let` known; compiled when first used, so that their order does not matter. One that draws is drawn for each item: for
 * each key of the first input's axis, and inside a nested pipeline for each instance of the node that uses it.
 */
function declareLets(builder: PlanBuilder, scope: Scope): void {
  const open: string[] = []
  for (const [name, value] of Object.entries(scope.document.let ?? {})) {
    const path = ['let', name]
    let state: 'new' | 'tried' | { binding: Binding } = 'new'
    const bind = (): Binding => {
      if (typeof state === 'object') return state.binding
      if (open.includes(name)) {
        throw scope.fault('E_CYCLE', path, {
          message: `Lets depend on each other in a circle: ${[...open.slice(open.indexOf(name)), name].join(' <- ')}.`,
          expected: 'lets that do not lead back to themselves',
          fix: 'Remove one of these uses.',
        })
      }
      if (state === 'tried') throw new AlreadyReported()
      state = 'tried'
      open.push(name)
      try {
        const binding = compileLet()
        state = { binding }
        return binding
      } finally {
        open.pop()
      }
    }
    const compileLet = (): Binding => {
      const from = pathOfFrom(value, path)
      if (from !== undefined) {
        throw scope.fault(
          'E_FORM',
          from,
          {
            message: `"let.${name}" reads a node's output.`,
            expected: 'draws, axes, parameters and literals',
            found: '$from',
            fix: 'Write the $from in the parameter that needs it.',
          },
          'key',
        )
      }
      const form = compile(scope, value, path, `let.${name}`)
      const uses = formUses(form)
      const own = unionAxes(uses.axes, ...uses.lets.map((binding) => binding.axes))
      const axes = uses.draws ? unionAxes(own, drawOf(scope.inherited, scope.itemAxes).axes) : own
      const draw = drawOf({ ...scope.inherited, stream: `${scope.inherited.stream}let` }, axes)
      return { name, form, draw, axes }
    }
    scope.lets.set(name, bind)
  }
  for (const bind of scope.lets.values()) builder.attempt(bind)
}
