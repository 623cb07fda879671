import { resolve } from 'node:path'
import { parseReference } from '../document/references.js'
import type { SourceDocument } from '../document/source.js'
import { nearest } from '../document/suggest.js'
import type { DocumentPath, PipelineDocument } from '../document/types.js'
import { type ErrorCode, type ErrorDetails, KintsugiError } from '../errors/index.js'
import type { FormNames } from '../forms/index.js'
import type { Axis } from './axes.js'
import { withoutAxes } from './axes.js'
import type { Binding, PlanNode, Source } from './plan.js'

/** What a name in a pipeline file stands for: outputs by port, the first being the default. */
export type Outputs = ReadonlyMap<string, Source>

/** Port types whose values are no plain data, so that a parameter cannot read them. */
const NOT_DATA: ReadonlySet<string> = new Set(['image', 'model', 'table'])

/** Thrown for a reference to something that has already been reported as faulty; never shown. */
export class AlreadyReported extends Error {}

/** The names that one pipeline file sees, and what its nodes inherit from the node that uses the file. */
export class Scope {
  readonly names = new Map<string, Outputs | 'faulty'>()
  readonly axes = new Map<string, Axis>()
  /** Axes whose declaration has been reported as faulty. */
  readonly faultyAxes = new Set<string>()
  readonly params = new Map<string, Binding | 'faulty'>()
  readonly lets = new Map<string, () => Binding>()

  constructor(
    readonly document: PipelineDocument,
    readonly source: SourceDocument,
    /** Absolute folder that relative paths start from. */
    readonly folder: string,
    /** Prefix of node paths: empty, or `noisy/`. */
    readonly path: string,
    readonly inherited: {
      /** Prefix of stream names. */
      stream: string
      /** Outer axes that must not enter keys of parameter draws. */
      drawsWithout: ReadonlySet<Axis>
      /** Outer axes that must not enter keys of `run` streams. */
      pixelsWithout: ReadonlySet<Axis>
      /** Axes that drawing nodes get from the caller's `along`. */
      along: readonly Axis[]
      /** Absolute paths of the files being expanded, outermost first. */
      files: readonly string[]
    },
  ) {}

  /** Axes of the items that this graph is about, along which `let`s that draw vary: that of the first input with one, or those of the node that nests the file. */
  itemAxes: readonly Axis[] = []

  /** The same names under another inheritance. */
  inheriting(inherited: Partial<Scope['inherited']>): Scope {
    const { names, axes, faultyAxes, params, lets, itemAxes } = this
    const scope = new Scope(this.document, this.source, this.folder, this.path, { ...this.inherited, ...inherited })
    return Object.assign(scope, { names, axes, faultyAxes, params, lets, itemAxes })
  }

  /** Absolute path of a file named relative to this one. */
  resolveFile(path: string): string {
    return resolve(this.folder, path)
  }

  /** An error at a place of this file; without a path, one whose place the caller adds. */
  fault(
    code: ErrorCode,
    path: DocumentPath | undefined,
    details: Omit<ErrorDetails, 'place'>,
    target?: 'key' | 'value',
    node?: string,
  ): KintsugiError {
    const place = path === undefined ? {} : this.source.locate(path, target)
    return new KintsugiError(code, { ...details, place: node === undefined ? place : { ...place, node } })
  }

  /** The axis of this name. */
  axis(name: string, path: DocumentPath | undefined): Axis {
    const axis = this.axes.get(name)
    if (axis !== undefined) return axis
    if (this.faultyAxes.has(name)) throw new AlreadyReported()
    const guess = nearest(name, this.axes.keys())
    throw this.fault('E_AXIS', path, {
      message: `There is no axis "${name}" here.`,
      expected: this.axes.size === 0 ? 'no axis is declared' : `one of ${[...this.axes.keys()].join(', ')}`,
      found: name,
      fix: guess === undefined ? `Declare it under "axes", or as an input with "each".` : `Write "${guess}".`,
    })
  }

  /** What a reference text stands for. */
  reference(text: string, path: DocumentPath | undefined): Source {
    const parsed = this.parse(text, path)
    const outputs = this.names.get(parsed.node)
    if (outputs === 'faulty') throw new AlreadyReported()
    if (outputs === undefined) {
      if (Object.hasOwn(this.document.inputs ?? {}, parsed.node)) {
        throw this.fault('E_REFERENCE', path, {
          message: `Input "${parsed.node}" has no value here.`,
          expected: 'an input with a value, or a node',
          found: 'an optional input that was left out',
          fix: 'Give it a value, or a "default".',
        })
      }
      const known = new Set([
        ...this.names.keys(),
        ...Object.keys(this.document.inputs ?? {}),
        ...Object.keys(this.document.nodes),
      ])
      const guess = nearest(parsed.node, known)
      throw this.fault('E_REFERENCE', path, {
        message: `"${text}" names no node or input of this pipeline.`,
        expected:
          known.size === 0
            ? 'a node or an input; there are none'
            : `one of ${[...known].slice(0, 12).join(', ')}${known.size > 12 ? ', ...' : ''}`,
        found: parsed.node,
        fix: guess === undefined ? 'Add the node, or correct the reference.' : `Write "${guess}".`,
      })
    }
    const port = parsed.port ?? outputs.keys().next().value
    const found = port === undefined ? undefined : outputs.get(port)
    if (port === undefined || found === undefined) {
      const guess = parsed.port === undefined ? undefined : nearest(parsed.port, outputs.keys())
      throw this.fault('E_REFERENCE', path, {
        message: `"${parsed.node}" has no output "${parsed.port ?? ''}".`,
        expected: `one of ${[...outputs.keys()].join(', ')}`,
        found: parsed.port ?? '',
        fix:
          guess === undefined
            ? `Write "${parsed.node}.${outputs.keys().next().value ?? ''}".`
            : `Write "${parsed.node}.${guess}".`,
      })
    }
    let source: Source = parsed.record ? { ...found, type: 'record', record: true } : found
    for (const { axis: name, key } of parsed.index) source = this.fix(source, this.axis(name, path), key, text, path)
    return source
  }

  /** Names as forms see them; their faults have the place of the form. */
  formNames(): FormNames<Axis, Binding, Source> {
    const unknown = (kind: string, name: string, known: readonly string[], fix: string): KintsugiError => {
      const guess = nearest(name, known)
      return this.fault('E_FORM', undefined, {
        message: `There is no ${kind} "${name}" here.`,
        expected: known.length === 0 ? `a declared ${kind}; there is none` : `one of ${known.join(', ')}`,
        found: name,
        fix: guess === undefined ? fix : `Write "${guess}".`,
      })
    }
    return {
      has: (kind, name) =>
        kind === 'let' ? this.lets.has(name) : kind === 'param' ? this.params.has(name) : this.axes.has(name),
      names: () => [...this.lets.keys(), ...this.params.keys(), ...this.axes.keys()],
      axis: (name) => this.axis(name, undefined),
      param: (name) => {
        const binding = this.params.get(name)
        if (binding === undefined)
          throw unknown('parameter', name, [...this.params.keys()], 'Declare it under "params".')
        if (binding === 'faulty') throw new AlreadyReported()
        return binding
      },
      let: (name) => {
        const binding = this.lets.get(name)
        if (binding === undefined) throw unknown('let', name, [...this.lets.keys()], 'Declare it under "let".')
        return binding()
      },
      from: (text) => {
        const source = this.reference(text, undefined)
        if (!NOT_DATA.has(source.type)) return source
        throw this.fault('E_PORT', undefined, {
          message: `"${text}" gives ${source.type === 'image' ? 'an image' : `a ${source.type}`}, which cannot be the value of a parameter.`,
          expected: 'a number, true or false, a text, a label, a vector or a record',
          found: source.type,
          fix: 'Take the value from a node that gives a number or text, or connect this one under "in".',
        })
      },
    }
  }

  private parse(text: string, path: DocumentPath | undefined): ReturnType<typeof parseReference> {
    try {
      return parseReference(text)
    } catch (error) {
      if (error instanceof KintsugiError && path !== undefined) throw error.at(this.source.locate(path))
      throw error
    }
  }

  private fix(source: Source, axis: Axis, key: string, text: string, path: DocumentPath | undefined): Source {
    if (!source.axes.includes(axis)) {
      throw this.fault('E_AXIS', path, {
        message: `"${text}" fixes axis "${axis.name}", along which the value does not vary.`,
        expected: source.axes.length === 0 ? 'no index' : `one of ${source.axes.map((a) => a.name).join(', ')}`,
        found: axis.name,
        fix: 'Remove the index.',
      })
    }
    if (axis.origin.kind === 'static' && !axis.origin.values.has(key)) {
      const guess = nearest(key, axis.origin.keys)
      throw this.fault('E_AXIS', path, {
        message: `Axis "${axis.name}" has no key "${key}".`,
        expected: `one of ${axis.origin.keys.slice(0, 12).join(', ')}${axis.origin.keys.length > 12 ? ', ...' : ''}`,
        found: key,
        fix: guess === undefined ? 'Use one of its keys.' : `Write "${guess}".`,
      })
    }
    markLoose(source.node, axis)
    return { ...source, axes: withoutAxes(source.axes, [axis]), index: [...source.index, { axis, key }] }
  }
}

/** Says that values of this node are read across keys of an axis, so that they are kept until all keys are done. */
function markLoose(node: PlanNode, axis: Axis): void {
  if (node.loose.has(axis)) return
  node.loose.add(axis)
  for (const source of structuralSources(node)) markLoose(source.node, axis)
}

/** The values that a structural node passes on. */
export function structuralSources(node: PlanNode): Source[] {
  switch (node.kind) {
    case 'gate':
      return [node.bypass, ...node.targets.values()]
    case 'choose':
      return node.options.map((option) => option.result)
    case 'shuffle':
      return [node.input, ...node.steps.map((step) => step.result)]
    case 'slot':
      return []
    case 'select':
      return node.otherwise === undefined ? [...node.cases.values()] : [...node.cases.values(), node.otherwise]
    case 'stack':
      return [...node.entries.values()]
    case 'along':
      return [node.source]
    case 'task':
    case 'value':
    case 'given':
      return []
  }
}
