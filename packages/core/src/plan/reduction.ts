import type { UseNode } from '../document/types.js'
import { type Axis, governingAxes, unionAxes, withoutAxes } from './axes.js'
import { formAxes } from './forms.js'
import type { NodeSite } from './nodes.js'
import type { InputBinding, PlanForm, Source, TaskNode } from './plan.js'
import { bindingAxes } from './use.js'

/** Which axes a node removes, and which its instances and outputs then have. */
export interface Reduction {
  axes: readonly Axis[]
  outputAxes: readonly Axis[]
  over: readonly Axis[]
  group: Axis | undefined
  /** Values besides the inputs that it waits for. */
  sources: readonly Source[]
}

/** Reads `over`, `keep`, `by` and `as` of a node. Throws `E_AXIS` where they do not fit the node type or its inputs. */
export function planReduction(
  site: NodeSite,
  node: UseNode,
  registered: TaskNode['registered'],
  inputs: Readonly<Record<string, InputBinding>>,
  params: PlanForm,
  axes: readonly Axis[],
): Reduction {
  const { scope, name, path } = site
  if (node.axes !== undefined) {
    throw scope.fault(
      'E_AXIS',
      [...path, 'axes'],
      {
        message: `"${name}" (${node.use}) is no pipeline file, so "axes" has no meaning here.`,
        expected: 'a pipeline file whose inputs declare axes',
        fix: 'Remove "axes".',
      },
      'key',
    )
  }
  if (registered.kind === 'map' || registered.kind === 'expand') {
    const word = (['over', 'keep', 'by', 'as', 'missing'] as const).find((key) => node[key] !== undefined)
    if (word !== undefined) {
      throw scope.fault(
        'E_AXIS',
        [...path, word],
        {
          message: `"${name}" (${node.use}) works on one value at a time, so "${word}" has no meaning here.`,
          expected: 'a node type that reduces, such as stats/mean',
          fix: `Remove "${word}".`,
        },
        'key',
      )
    }
    return { axes, outputAxes: axes, over: [], group: undefined, sources: [] }
  }
  const over = reducedAxes(site, node, axes)
  checkSingles(site, registered, inputs, params, over)
  const rest = withoutAxes(axes, over)
  const ragged = rest.find((axis) => governingAxes([axis]).some((outer) => over.includes(outer)))
  if (ragged !== undefined) {
    throw scope.fault(
      'E_AXIS',
      path,
      {
        message: `"${name}" would keep axis "${ragged.name}", whose keys differ along the axes that it reduces.`,
        expected: `"${ragged.name}" reduced first, or together with them`,
        fix: `Add "${ragged.name}" to "over".`,
      },
      'key',
    )
  }
  if (registered.kind === 'per-key') {
    if (over.length !== 1 || node.by !== undefined) {
      throw scope.fault('E_AXIS', path, {
        message: `"${name}" (${node.use}) gives a value for each key of one axis.`,
        expected: '"over" with one axis, and no "by"',
        found: over.map((axis) => axis.name).join(', '),
        fix: node.by === undefined ? 'Name one axis in "over".' : 'Remove "by" and "as".',
      })
    }
    return { axes: rest, outputAxes: axes, over, group: undefined, sources: [] }
  }
  if (node.by === undefined || node.as === undefined)
    return { axes: rest, outputAxes: rest, over, group: undefined, sources: [] }
  const by = scope.reference(node.by, [...path, 'by'])
  if (by.type !== 'label' && by.type !== 'text' && by.type !== 'number' && by.type !== 'boolean') {
    throw scope.fault('E_PORT', [...path, 'by'], {
      message: `"${name}" cannot group by "${node.by}".`,
      expected: 'a label, text, number or boolean',
      found: by.type,
      fix: 'Group by the output of a classifier, or by another label or text.',
    })
  }
  const within = withoutAxes(unionAxes(rest, by.axes), over)
  const group = groupAxis(site, node.as, by, over, withoutAxes(by.axes, over))
  const grouped = unionAxes(within, [group])
  return { axes: grouped, outputAxes: grouped, over, group, sources: [by] }
}

function reducedAxes(site: NodeSite, node: UseNode, axes: readonly Axis[]): Axis[] {
  const { scope, name, path } = site
  const named = (key: 'over' | 'keep'): Axis[] => {
    const value = node[key]
    const names = value === undefined ? [] : typeof value === 'string' ? [value] : value
    return names.map((axisName, i) => {
      const at = typeof value === 'string' ? [...path, key] : [...path, key, i]
      const axis = scope.axis(axisName, at)
      if (!axes.includes(axis)) {
        throw scope.fault('E_AXIS', at, {
          message: `The inputs of "${name}" do not vary along axis "${axisName}".`,
          expected:
            axes.length === 0 ? 'inputs with an axis; these have none' : `one of ${axes.map((a) => a.name).join(', ')}`,
          found: axisName,
          fix: `Remove "${axisName}" from "${key}".`,
        })
      }
      return axis
    })
  }
  if (node.over === '*') return [...axes]
  if (node.over !== undefined) return unionAxes(named('over'))
  if (node.keep !== undefined) return withoutAxes(axes, named('keep'))
  throw scope.fault(
    'E_AXIS',
    path,
    {
      message: `"${name}" (${node.use}) reduces, but does not say over which axes.`,
      expected: `"over" or "keep" with names of ${axes.map((axis) => axis.name).join(', ') || '(its inputs have no axes)'}`,
      fix:
        axes.length === 0
          ? 'Connect an input that has an axis.'
          : `Add "over: ${axes[0]?.name ?? ''}", or "over: '*'" for all.`,
    },
    'key',
  )
}

function checkSingles(
  site: NodeSite,
  registered: TaskNode['registered'],
  inputs: Readonly<Record<string, InputBinding>>,
  params: PlanForm,
  over: readonly Axis[],
): void {
  const varying = formAxes(params).find((axis) => over.includes(axis))
  if (varying !== undefined) {
    throw site.scope.fault('E_AXIS', [...site.path, 'with'], {
      message: `Parameters of "${site.name}" vary along the reduced axis "${varying.name}".`,
      expected: `parameters that are the same for every key of "${varying.name}"`,
      found: `a form over "${varying.name}"`,
      fix: `Leave "${varying.name}" out of "over", or give the values as an input.`,
    })
  }
  for (const [port, binding] of Object.entries(inputs)) {
    if (registered.inputs.get(port)?.single !== true) continue
    const axis = bindingAxes(binding).find((a) => over.includes(a))
    if (axis === undefined) continue
    throw site.scope.fault(
      'E_AXIS',
      site.path,
      {
        message: `Input "${port}" of "${site.name}" takes one value, but varies along the reduced axis "${axis.name}".`,
        expected: `a value without axis "${axis.name}"`,
        fix: `Reduce it over "${axis.name}" first.`,
      },
      'key',
    )
  }
}

/** The axis of the groups; nodes that group alike share it. */
function groupAxis(site: NodeSite, name: string, by: Source, over: readonly Axis[], within: readonly Axis[]): Axis {
  const { builder, scope } = site
  const known = scope.axes.get(name)
  if (known !== undefined) {
    const origin = known.origin
    const same =
      origin.kind === 'group' &&
      origin.by.node === by.node &&
      origin.by.port === by.port &&
      JSON.stringify(origin.by.index.map((i) => [i.axis.id, i.key])) ===
        JSON.stringify(by.index.map((i) => [i.axis.id, i.key])) &&
      origin.over.map((axis) => axis.id).join() ===
        over
          .filter((axis) => by.axes.includes(axis))
          .map((axis) => axis.id)
          .join()
    if (same) return known
    throw scope.fault('E_AXIS', [...site.path, 'as'], {
      message: `Axis "${name}" has another origin: ${known.declared}.`,
      expected: 'one origin for an axis',
      fix: 'Choose another name for "as".',
    })
  }
  const axis = builder.addAxis(scope, name, `groups of node ${site.name}`, {
    kind: 'group',
    by,
    over: over.filter((a) => by.axes.includes(a)),
    within,
  })
  scope.axes.set(name, axis)
  return axis
}
