import type { SelectNode as SelectDeclaration, StackNode as StackDeclaration } from '../document/types.js'
import { formUses } from '../forms/index.js'
import type { PortTypeName } from '../plugin/values.js'
import type { Axis } from './axes.js'
import { staticOrigin, unionAxes } from './axes.js'
import { stageOf } from './builder.js'
import { checkValue, compile, formAxes } from './forms.js'
import { literalSource } from './literal-source.js'
import type { NodeSite, PlannedNode } from './nodes.js'
import type { SelectNode, Source, StackNode } from './plan.js'
import { alongAxes } from './use.js'

const confidenceSchema = { type: 'number', minimum: 0, maximum: 1 }
const KEYS: ReadonlySet<PortTypeName> = new Set(['label', 'text', 'number', 'boolean'])

/** Plans a `select`: one branch per instance, by a key. */
export function planSelect(site: NodeSite, node: SelectDeclaration): PlannedNode {
  const { builder, scope, name, path } = site
  const at = [...path, 'select']
  const by = scope.reference(node.select.by, [...at, 'by'])
  if (!KEYS.has(by.type)) {
    throw scope.fault('E_PORT', [...at, 'by'], {
      message: `"${name}" cannot select by "${node.select.by}".`,
      expected: 'a label, text, number or boolean',
      found: by.type,
      fix: 'Select by the output of a classifier, by "node.choice", or by another text or label.',
    })
  }
  const cases = new Map(
    Object.entries(node.select.cases).map(([key, text]) => [key, scope.reference(text, [...at, 'cases', key])]),
  )
  const otherwise =
    node.select.default === undefined ? undefined : scope.reference(node.select.default, [...at, 'default'])
  const [first] = cases.values()
  if (first === undefined)
    throw scope.fault('E_DOCUMENT_SCHEMA', [...at, 'cases'], {
      message: `"${name}" has no cases.`,
      expected: 'at least one case',
      fix: 'Add some.',
    })
  for (const [key, source] of cases)
    builder.checkType(
      source,
      first.type,
      (noun) => `Case "${key}" of "${name}" must give ${noun}, as the first does`,
      scope,
      [...at, 'cases', key],
    )
  if (otherwise !== undefined)
    builder.checkType(
      otherwise,
      first.type,
      (noun) => `The default of "${name}" must give ${noun}, as its cases do`,
      scope,
      [...at, 'default'],
    )
  let minConfidence: SelectNode['minConfidence']
  if (node.select.min_confidence !== undefined) {
    const where = [...at, 'min_confidence']
    if (by.type !== 'label' || otherwise === undefined) {
      throw scope.fault('E_PORT', where, {
        message: `"min_confidence" of "${name}" needs a label to be sure of, and a default to fall back to.`,
        expected: 'a label in "by", and "default"',
        found: by.type !== 'label' ? `by: ${by.type}` : 'no default',
        fix: by.type !== 'label' ? 'Remove "min_confidence", or select by a label.' : 'Add "default: <node>".',
      })
    }
    minConfidence = compile(scope, node.select.min_confidence, where, 'select.min_confidence')
    builder.raise(checkValue(scope, minConfidence, confidenceSchema, where))
  }
  const branches = otherwise === undefined ? [...cases.values()] : [...cases.values(), otherwise]
  const axes = unionAxes(
    by.axes,
    ...branches.map((source) => source.axes),
    minConfidence === undefined ? [] : formAxes(minConfidence),
    alongAxes(site, node),
  )
  const select = builder.add<SelectNode>({
    kind: 'select',
    path: scope.path + name,
    axes,
    outputs: new Map([['out', { type: first.type, axes }]]),
    by,
    cases,
    otherwise,
    minConfidence,
    stage: stageOf([by, ...branches, ...(minConfidence === undefined ? [] : formUses(minConfidence).sources)]),
    place: () => scope.source.locate(path),
  })
  return { outputs: builder.sources(select), first: undefined }
}

/** Plans a `stack`: references and literals joined into an axis. */
export function planStack(site: NodeSite, node: StackDeclaration): PlannedNode {
  const { builder, scope, name, path } = site
  const referenced = new Map<string, Source>()
  for (const [key, entry] of Object.entries(node.stack)) {
    if (typeof entry === 'string') referenced.set(key, scope.reference(entry, [...path, 'stack', key]))
  }
  const type = node.type ?? referenced.values().next().value?.type
  if (type === undefined) {
    throw scope.fault(
      'E_PORT',
      path,
      {
        message: `"${name}" stacks literals only, so their type is not known.`,
        expected: '"type: number", "type: model" or the like',
        fix: 'Add "type: number", or the type that they have.',
      },
      'key',
    )
  }
  const axis = stackAxis(site, node)
  const entries = new Map<string, Source>()
  for (const [key, entry] of Object.entries(node.stack)) {
    const at = [...path, 'stack', key]
    const source = referenced.get(key) ?? literalEntry(site, key, entry, type)
    builder.checkType(
      source,
      type,
      (noun) => `Entry "${key}" of "${name}" must give ${noun}, as the others do`,
      scope,
      at,
    )
    if (source.axes.includes(axis)) {
      throw scope.fault('E_AXIS', at, {
        message: `Entry "${key}" of "${name}" varies along axis "${axis.name}" itself.`,
        expected: 'one of its keys',
        fix: `Write "${typeof entry === 'string' ? entry : key}[${axis.name}: <key>]".`,
      })
    }
    entries.set(key, source)
  }
  const axes = unionAxes([axis], ...[...entries.values()].map((source) => source.axes), alongAxes(site, node))
  const stack = builder.add<StackNode>({
    kind: 'stack',
    path: scope.path + name,
    axes,
    outputs: new Map([['out', { type, axes }]]),
    axis,
    entries,
    stage: stageOf(entries.values()),
    place: () => scope.source.locate(path),
  })
  return { outputs: builder.sources(stack), first: undefined }
}

/** The axis of a stack; stacks with the same axis name and keys share it. */
function stackAxis(site: NodeSite, node: StackDeclaration): Axis {
  const { builder, scope, name, path } = site
  const keys = Object.keys(node.stack)
  const known = scope.axes.get(node.axis)
  if (known === undefined) {
    const axis = builder.addAxis(scope, node.axis, `stack ${name}`, staticOrigin(keys.map((key) => [key, key])))
    scope.axes.set(node.axis, axis)
    return axis
  }
  const origin = known.origin
  if (known.declared.startsWith('stack ') && origin.kind === 'static' && origin.keys.join('\0') === keys.join('\0'))
    return known
  throw scope.fault('E_AXIS', [...path, 'axis'], {
    message: `Axis "${node.axis}" has its origin in ${known.declared}.`,
    expected: known.declared.startsWith('stack ')
      ? `the same keys: ${origin.kind === 'static' ? origin.keys.join(', ') : ''}`
      : 'one origin for an axis',
    found: keys.join(', '),
    fix: 'Choose another axis name.',
  })
}

function literalEntry(site: NodeSite, key: string, entry: unknown, type: PortTypeName): Source {
  const { builder, scope, name, path } = site
  const at = [...path, 'stack', key, 'literal']
  if (builder.registry.portType(type)?.literal === undefined) {
    throw scope.fault('E_PORT', at, {
      message: `A value of type ${type} cannot be written as a literal.`,
      expected: 'a reference',
      fix: `Write "${key}: <node>".`,
    })
  }
  const { literal } = entry as { literal?: unknown }
  return literalSource(site, `${name}/${key}`, literal, type, at, `stack.${key}`)
}
