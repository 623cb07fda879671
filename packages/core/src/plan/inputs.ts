import type { SourceDocument } from '../document/source.js'
import { nearest } from '../document/suggest.js'
import type { InputDeclaration } from '../document/types.js'
import { KintsugiError } from '../errors/index.js'
import type { PortTypeName } from '../plugin/values.js'
import { type Axis, staticOrigin } from './axes.js'
import type { PlanBuilder } from './builder.js'
import { formOver } from './params.js'
import type { GivenNode, Source, TaskNode, ValueNode } from './plan.js'
import type { Scope } from './scope.js'

/** What fills an input of a pipeline that is run on its own, after its files have been listed. */
export type ResolvedInput =
  /** One value for each key of an axis: an absolute path, or a row of a list. */
  | { kind: 'each'; axis: string; entries: ReadonlyMap<string, unknown> }
  /** A literal, or an absolute path. */
  | { kind: 'literal'; value: unknown }
  /** A value handed over by a program. */
  | { kind: 'given'; value: unknown }

/** Node type that reads image inputs. */
export const READ_IMAGE = 'core/read-image'

/** Makes the inputs of a pipeline known by name, opening the axes of their files. */
export function planInputs(builder: PlanBuilder, scope: Scope, resolved: ReadonlyMap<string, ResolvedInput>): void {
  for (const [name, declaration] of Object.entries(scope.document.inputs ?? {})) {
    const source = builder.attempt(() => planInput(builder, scope, name, declaration, resolved.get(name)))
    if (source === undefined) scope.names.set(name, 'faulty')
    else if (source !== 'absent') scope.names.set(name, new Map([[source.port, source]]))
  }
  scope.itemAxes = builder.axes.slice(0, 1)
}

function planInput(
  builder: PlanBuilder,
  scope: Scope,
  name: string,
  declaration: InputDeclaration,
  resolved: ResolvedInput | undefined,
): Source | 'absent' {
  checkPortType(builder, scope.source, name, declaration)
  if (declaration.axes !== undefined && declaration.axes.length > 0 && resolved?.kind !== 'each') {
    throw scope.fault('E_INPUT', ['inputs', name], {
      message: `Input "${name}" is reduced over "${declaration.axes.join(', ')}" and has no files.`,
      expected: 'an "each" pattern, or a pipeline that uses this file as a node',
      fix: `Give files with --input ${name}='*.png'.`,
    })
  }
  if (resolved === undefined) {
    if (declaration.optional === true) return 'absent'
    throw scope.fault('E_INPUT', ['inputs', name], {
      message: `Input "${name}" has no value.`,
      expected: `${declaration.type}: an "each" pattern, a "default" or a value from the caller`,
      fix: `Give it with --input ${name}=...`,
    })
  }
  if (resolved.kind === 'given') {
    return builder.source(
      builder.add<GivenNode>({
        kind: 'given',
        ...inputBase(scope, name, declaration.type, []),
        type: declaration.type,
        value: resolved.value,
      }),
      name,
    )
  }
  if (resolved.kind === 'literal')
    return inputSource(builder, scope, name, declaration.type, { $literal: resolved.value })
  const axis = eachAxis(builder, scope, name, resolved)
  const view: Axis = { ...axis, origin: staticOrigin(resolved.entries) }
  return inputSource(builder, scope, name, declaration.type, { $axis: axis.name }, axis, view)
}

/** Throws `E_PORT` for an input of a type that neither the core nor a loaded plugin has. */
export function checkPortType(
  builder: PlanBuilder,
  source: SourceDocument,
  name: string,
  { type }: InputDeclaration,
): void {
  if (builder.registry.portType(type) !== undefined) return
  const known = builder.registry.portTypeNames()
  const guess = nearest(type, known)
  throw new KintsugiError('E_PORT', {
    message: `Input "${name}" is of the unknown type "${type}".`,
    expected: `one of ${known.join(', ')}`,
    found: type,
    fix: guess === undefined ? 'Use one of these, such as image.' : `Write "${guess}".`,
    place: source.locate(['inputs', name, 'type']),
  })
}

/** The axis of an input's files: shared with other inputs of the same axis name. */
function eachAxis(builder: PlanBuilder, scope: Scope, input: string, resolved: ResolvedInput & { kind: 'each' }): Axis {
  const known = scope.axes.get(resolved.axis)
  if (known !== undefined) return known
  const declared = `input ${input}`
  const values = [...resolved.entries].map(([key, value]): [string, unknown] => [
    key,
    typeof value === 'object' ? value : key,
  ])
  const axis = builder.addAxis(scope, resolved.axis, declared, staticOrigin(values))
  scope.axes.set(resolved.axis, axis)
  return axis
}

/** A source that reads an image file, or is a literal of another port type; `view` is the axis with this input's own values. */
export function inputSource(
  builder: PlanBuilder,
  scope: Scope,
  name: string,
  type: PortTypeName,
  value: unknown,
  axis?: Axis,
  view?: Axis,
): Source {
  const axes = axis === undefined ? [] : [axis]
  if (type !== 'image') {
    const draw = { stream: '', axes: [] }
    const node = builder.add<ValueNode>({
      kind: 'value',
      ...inputBase(scope, name, type, axes),
      form: formOver(value, view),
      type,
      folder: scope.folder,
      draw,
    })
    return builder.source(node, name)
  }
  const registered = builder.registry.node(READ_IMAGE)
  if (registered === undefined)
    throw new KintsugiError('E_PLUGIN', { message: `The node type ${READ_IMAGE} is not there.` })
  const node = builder.add<TaskNode>({
    kind: 'task',
    ...inputBase(scope, name, 'image', axes),
    outputs: new Map([['image', { type: 'image', axes }]]),
    registered,
    inputs: {},
    params: formOver({ path: value }, view),
    constant: undefined,
    folder: scope.folder,
    draw: { stream: '', axes: [] },
    pixels: { stream: '', axes: [] },
    over: [],
    group: undefined,
    missing: 'fail',
  })
  return builder.source(node, 'image')
}

function inputBase(scope: Scope, name: string, type: PortTypeName, axes: readonly Axis[]) {
  return {
    path: scope.path + name,
    axes,
    outputs: new Map([[name, { type, axes }]]),
    stage: 0,
    place: () => scope.source.locate(['inputs', name]),
  }
}
