import { isPipelinePath } from '../document/load.js'
import { nearest } from '../document/suggest.js'
import type { UseNode } from '../document/types.js'
import { formUses } from '../forms/index.js'
import type { Axis } from './axes.js'
import { unionAxes } from './axes.js'
import { stageOf } from './builder.js'
import { bindPorts } from './connections.js'
import { checkValues, compile, evaluateConstant, formAxes, isConstant } from './forms.js'
import { metricOf } from './metrics.js'
import { planNested } from './nested.js'
import type { NodeSite, PlannedNode } from './nodes.js'
import type { InputBinding, Source, TaskNode, ValueNode } from './plan.js'
import { drawOf, pixelDrawOf, randomnessOf } from './randomness.js'
import { planReduction } from './reduction.js'

/** Plans a node that runs a node type or a nested pipeline. */
export function planUse(site: NodeSite, node: UseNode): PlannedNode {
  const { builder, scope } = site
  if (isPipelinePath(node.use)) return planNested(site, node, scope.resolveFile(node.use))
  const pipeline = builder.registry.pipeline(node.use)
  if (pipeline !== undefined) return planNested(site, node, pipeline)
  const registered = builder.registry.node(node.use)
  if (registered !== undefined) return planTask(site, node, registered)
  const guess = nearest(node.use, builder.registry.names())
  throw scope.fault('E_NODE_UNKNOWN', [...site.path, 'use'], {
    message: `No installed plugin provides the node type "${node.use}".`,
    expected: 'a node type that `kintsugi nodes` lists, or a path such as ./pipeline.yaml',
    found: node.use,
    fix: guess === undefined ? 'Install the plugin that provides it, or list it under "plugins".' : `Write "${guess}".`,
  })
}

function planTask(site: NodeSite, node: UseNode, registered: TaskNode['registered']): PlannedNode {
  const { builder, scope, name } = site
  const { inputs: bound, params: given } = bindPorts(site, node, registered.inputs)
  const own = withMetrics(registered, bound, given)
  const inputs = wholeAxes(site, registered, bound)
  const withPath = [...site.path, 'with']
  const params = compile(scope, own, withPath, 'with')
  builder.raise(checkValues(scope, params, registered.validate, withPath))

  const bindings = Object.values(inputs)
  const uses = formUses(params)
  const portForms = bindings.flatMap((binding) => (binding.kind === 'form' ? [binding.form] : []))
  const draws = uses.draws || portForms.some((form) => formUses(form).draws)
  const axesBefore = unionAxes(
    ...bindings.map(bindingAxes),
    formAxes(params),
    alongAxes(site, node),
    draws || registered.random ? scope.inherited.along : [],
  )
  const reduction = planReduction(site, node, registered, inputs, params, axesBefore)
  const axes = reduction.axes
  const randomness = randomnessOf(site, node, axes)
  const sources = [
    ...bindings.flatMap(bindingSources),
    ...uses.sources,
    ...portForms.flatMap((form) => formUses(form).sources),
  ]
  const task = builder.add<TaskNode>({
    kind: 'task',
    path: scope.path + name,
    axes,
    outputs: new Map(),
    registered,
    inputs,
    params,
    constant: isConstant(params) ? registered.complete(evaluateConstant(params) as Record<string, unknown>) : undefined,
    folder: scope.folder,
    draw: drawOf(randomness, axes),
    pixels: pixelDrawOf(randomness, axes),
    over: reduction.over,
    group: reduction.group,
    missing: node.missing ?? 'fail',
    stage: stageOf([...sources, ...reduction.sources], reduction.over.length > 0),
    place: () => scope.source.locate(site.path),
  })
  task.outputs = outputsOf(site, node, task, reduction.outputAxes)
  return { outputs: builder.sources(task), first: firstSource(registered.inputs, inputs) }
}

/** Parameters with what the named references measure; what the file says itself stays. */
function withMetrics(
  { metrics: name }: TaskNode['registered'],
  inputs: Readonly<Record<string, InputBinding>>,
  params: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (name === undefined) return { ...params }
  const found = Object.values(inputs).flatMap((binding) =>
    binding.kind === 'many'
      ? Object.entries(binding.entries).flatMap(([entry, source]) => {
          const metric = metricOf(source)
          return metric === undefined ? [] : [[entry, metric] as const]
        })
      : [],
  )
  return found.length === 0
    ? { ...params }
    : { ...params, [name]: { ...Object.fromEntries(found), ...(params[name] as object | undefined) } }
}

/** What fills the first port, if it is connected: what flows on when a node is bypassed. */
export function firstSource(
  ports: ReadonlyMap<string, unknown>,
  inputs: Readonly<Record<string, InputBinding>>,
): Source | undefined {
  const [first] = ports.keys()
  const binding = first === undefined ? undefined : inputs[first]
  return binding?.kind === 'source' ? binding.source : undefined
}

/** Inputs in which forms on ports that take whole axes are values of their own, which can be enumerated. */
function wholeAxes(
  site: NodeSite,
  registered: TaskNode['registered'],
  inputs: Readonly<Record<string, InputBinding>>,
): Record<string, InputBinding> {
  if (registered.kind === 'map' || registered.kind === 'expand') return { ...inputs }
  const { builder, scope } = site
  return Object.fromEntries(
    Object.entries(inputs).map(([port, binding]): [string, InputBinding] => {
      if (binding.kind !== 'form' || registered.inputs.get(port)?.single === true) return [port, binding]
      const { form, type } = binding
      const { stream, drawsWithout } = scope.inherited
      const axes = unionAxes(formAxes(form), formUses(form).draws ? scope.inherited.along : [])
      const value = builder.add<ValueNode>({
        kind: 'value',
        path: `${scope.path}${site.name}/${port}`,
        axes,
        outputs: new Map([[port, { type, axes }]]),
        form,
        type,
        folder: scope.folder,
        draw: { stream: stream + site.stream, axes: axes.filter((axis) => !drawsWithout.has(axis)) },
        stage: stageOf(formUses(form).sources),
        place: () => scope.source.locate([...site.path, 'with', port]),
      })
      return [port, { kind: 'source', source: builder.source(value, port) }]
    }),
  )
}

/** Output ports with their axes; expanding nodes open theirs here. */
function outputsOf(site: NodeSite, node: UseNode, task: TaskNode, axes: readonly Axis[]): TaskNode['outputs'] {
  const { builder, scope } = site
  const opened = new Map<string, Axis>()
  return new Map(
    [...task.registered.outputs].map(([port, output]) => {
      if (task.registered.kind !== 'expand' || output.opens === undefined) return [port, { type: output.type, axes }]
      const axisName = node.opens ?? output.opens
      let axis = opened.get(axisName)
      if (axis === undefined) {
        if (scope.axes.has(axisName)) {
          throw scope.fault('E_AXIS', [...site.path, 'use'], {
            message: `"${site.name}" opens axis "${axisName}", which has its origin in ${scope.axes.get(axisName)?.declared ?? ''}.`,
            expected: 'one origin for an axis',
            fix: `Give the axis another name: "opens: other".`,
          })
        }
        axis = builder.addAxis(scope, axisName, `node ${site.name}`, {
          kind: 'opened',
          node: task,
          port,
        })
        opened.set(axisName, axis)
        scope.axes.set(axisName, axis)
      }
      return [port, { type: output.type, axes: unionAxes(axes, [axis]) }]
    }),
  )
}

/** Axes that `along` adds. */
export function alongAxes(site: NodeSite, node: { along?: string[] }): Axis[] {
  return unionAxes((node.along ?? []).map((name, i) => site.scope.axis(name, [...site.path, 'along', i])))
}

/** Axes of what fills a port. */
export function bindingAxes(binding: InputBinding): readonly Axis[] {
  if (binding.kind === 'source') return binding.source.axes
  if (binding.kind === 'form') return formAxes(binding.form)
  return unionAxes(...Object.values(binding.entries).map((source) => source.axes))
}

/** Sources of what fills a port. */
export function bindingSources(binding: InputBinding): Source[] {
  if (binding.kind === 'source') return [binding.source]
  if (binding.kind === 'form') return []
  return Object.values(binding.entries)
}
