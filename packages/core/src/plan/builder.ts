import type { LoadedDocument } from '../document/load.js'
import type { DocumentPath } from '../document/types.js'
import { type ErrorCode, type ErrorDetails, KintsugiError } from '../errors/index.js'
import type { Registry } from '../plugin/registry.js'
import type { PortTypeName } from '../plugin/values.js'
import type { Axis, AxisOrigin } from './axes.js'
import { expandedSizes } from './expansion.js'
import type { PlanNode, Source } from './plan.js'
import { AlreadyReported, type Scope } from './scope.js'

/** Most nodes that a plan may have, nested pipelines expanded. */
export const MAX_PLAN_NODES = 200_000
/** Most levels of pipelines inside pipelines. */
export const MAX_NESTING = 32

/** Thrown where planning cannot go on: whatever else is wrong would be told again and again. */
export class PlanAborted extends Error {
  constructor(readonly fault: KintsugiError) {
    super(fault.message)
  }
}

type NewNode<N extends PlanNode> = Omit<N, 'index' | 'loose'>

/** The plan while it is made: its nodes and axes so far, and the faults found. */
export class PlanBuilder {
  readonly nodes: PlanNode[] = []
  readonly axes: Axis[] = []
  readonly errors: KintsugiError[] = []
  /** Least number of nodes that a pipeline file expands to. */
  readonly sizeOf: (file: string) => number

  constructor(
    readonly registry: Registry,
    readonly documents: ReadonlyMap<string, LoadedDocument>,
  ) {
    this.sizeOf = expandedSizes(documents, registry)
  }

  add<N extends PlanNode>(node: NewNode<N>): N {
    this.checkRoom(1)
    const added = { ...node, index: this.nodes.length, loose: new Set<Axis>() } as unknown as N
    this.nodes.push(added)
    return added
  }

  /** Ends planning when this many nodes more would be too many. */
  checkRoom(count: number): void {
    if (this.nodes.length + count <= MAX_PLAN_NODES) return
    throw new PlanAborted(
      new KintsugiError('E_NESTING', {
        message: `The pipeline expands to more than ${MAX_PLAN_NODES} nodes.`,
        expected: `at most ${MAX_PLAN_NODES} nodes after nested pipelines are expanded`,
        fix: 'Use an axis instead of repeated nodes, or nest fewer pipelines.',
      }),
    )
  }

  addAxis(scope: Scope, name: string, declared: string, origin: AxisOrigin): Axis {
    const keyedAs = scope.inherited.stream + name
    const axis: Axis = { name, id: scope.path + name, keyedAs, order: this.axes.length, origin, declared }
    this.axes.push(axis)
    return axis
  }

  /** Runs a part of planning; a fault is kept, and `undefined` returned. */
  attempt<T>(work: () => T): T | undefined {
    try {
      return work()
    } catch (error) {
      if (error instanceof AlreadyReported) return undefined
      if (!(error instanceof KintsugiError)) throw error
      this.errors.push(error)
      return undefined
    }
  }

  /** Keeps faults found without throwing; returns whether there were any. */
  report(errors: readonly KintsugiError[]): boolean {
    this.errors.push(...errors)
    return errors.length > 0
  }

  /** Throws the first of these faults, keeping the others. */
  raise(errors: readonly KintsugiError[]): void {
    if (errors.length === 0) return
    this.errors.push(...errors)
    throw new AlreadyReported()
  }

  /** A source for an output of a node. */
  source(node: PlanNode, port: string): Source {
    const output = node.outputs.get(port)
    if (output === undefined) throw new Error(`plan node ${node.path} has no output ${port}`)
    return { node, port, type: output.type, axes: output.axes, index: [], record: false }
  }

  /** Outputs of a plan node as its names see them. */
  sources(node: PlanNode): Map<string, Source> {
    return new Map([...node.outputs.keys()].map((port) => [port, this.source(node, port)]))
  }

  /** Throws unless a value is of the type that `demand` asks for, as in `Input "mask" of "a" takes an image`. */
  checkType(
    source: Source,
    expected: PortTypeName,
    demand: (noun: string) => string,
    scope: Scope,
    path: DocumentPath,
  ): void {
    if (source.type === expected) return
    throw this.fault(scope, 'E_PORT', path, {
      message: `${demand(article(expected))}, but "${describe(source)}" gives ${article(source.type)}.`,
      expected,
      found: source.type,
      fix: `Connect something that gives ${article(expected)}.`,
    })
  }

  fault(scope: Scope, code: ErrorCode, path: DocumentPath, details: Omit<ErrorDetails, 'place'>): KintsugiError {
    return scope.fault(code, path, details)
  }

  /** Forgets nodes and axes made since a mark, for steps that are planned again with more axes. */
  rewind(mark: { nodes: number; axes: number; errors: number }): void {
    this.nodes.length = mark.nodes
    this.axes.length = mark.axes
    this.errors.length = mark.errors
  }

  mark(): { nodes: number; axes: number; errors: number } {
    return { nodes: this.nodes.length, axes: this.axes.length, errors: this.errors.length }
  }
}

/** A source as a reference text. */
export function describe(source: Source): string {
  const first = source.node.outputs.keys().next().value
  return source.port === first ? source.node.path : `${source.node.path}.${source.port}`
}

/** "an image", "a number". */
export function article(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`
}

/** The stage of a node: one more than its sources' when it reduces. */
export function stageOf(sources: Iterable<Source>, reduces = false): number {
  let stage = 0
  for (const source of sources) stage = Math.max(stage, source.node.stage)
  return reduces ? stage + 1 : stage
}
