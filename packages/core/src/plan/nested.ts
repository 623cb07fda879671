import { nearest } from '../document/suggest.js'
import type { UseNode } from '../document/types.js'
import { formUses } from '../forms/index.js'
import type { InputPort } from '../plugin/node.js'
import { type Axis, unionAxes } from './axes.js'
import { MAX_NESTING } from './builder.js'
import { bindPorts } from './connections.js'
import { declareAxes } from './declare-axes.js'
import { checkValues, compile, formAxes } from './forms.js'
import { checkPortType, inputSource } from './inputs.js'
import type { NodeSite, PlannedNode } from './nodes.js'
import { literalBinding, paramValidator } from './params.js'
import type { Source, ValueNode } from './plan.js'
import { planGraph } from './planner.js'
import { drawOf, type Randomness, randomnessOf } from './randomness.js'
import { type Outputs, Scope } from './scope.js'
import { alongAxes, bindingAxes, firstSource } from './use.js'

/** Plans a node whose type is a pipeline file: its nodes join the plan under this node's path. */
export function planNested(site: NodeSite, node: UseNode, file: string): PlannedNode {
  const { builder, scope, name, path } = site
  const usePath = [...path, 'use']
  const loaded = builder.documents.get(file)
  if (loaded === undefined) {
    throw scope.fault('E_FILE', usePath, {
      message: `The pipeline file "${node.use}" was not read.`,
      expected: 'a pipeline file',
      fix: 'Check that it is there.',
    })
  }
  if (scope.inherited.files.includes(file)) {
    const chain = [...scope.inherited.files, file].map((f) => builder.documents.get(f)?.name ?? f)
    throw scope.fault('E_CYCLE', usePath, {
      message: `Pipeline files contain themselves: ${chain.join(' -> ')}.`,
      expected: 'files that do not lead back to themselves',
      fix: 'Remove one of these uses.',
    })
  }
  if (scope.inherited.files.length >= MAX_NESTING) {
    throw scope.fault('E_NESTING', usePath, {
      message: `Pipelines are nested more than ${MAX_NESTING} deep.`,
      expected: `at most ${MAX_NESTING} levels`,
      fix: 'Flatten some of them.',
    })
  }
  builder.checkRoom(builder.sizeOf(file))
  for (const word of ['over', 'keep', 'by', 'as', 'missing', 'opens'] as const) {
    if (node[word] === undefined) continue
    throw scope.fault(
      'E_AXIS',
      [...path, word],
      {
        message: `"${name}" is a nested pipeline, so "${word}" has no meaning here.`,
        expected: 'a pipeline file with "in", "with" and "axes"',
        fix: 'Reduce inside the nested file, or with a node of its own.',
      },
      'key',
    )
  }
  const declared = loaded.document.inputs ?? {}
  for (const [port, input] of Object.entries(declared)) checkPortType(builder, loaded.source, port, input)
  const ports = new Map<string, InputPort>(
    Object.entries(declared).map(([port, input]) => [
      port,
      {
        type: input.type,
        ...(input.optional === true || input.default !== undefined ? { optional: true } : {}),
      },
    ]),
  )
  const { inputs, params } = bindPorts(site, node, ports)
  const forms = Object.entries(params).map(([param, value]) => {
    if (!Object.hasOwn(loaded.document.params ?? {}, param))
      throw unknownParam(site, node, param, [...Object.keys(loaded.document.params ?? {}), ...ports.keys()])
    return [param, compile(scope, value, [...path, 'with', param], `with.${param}`)] as const
  })
  const draws =
    forms.some(([, form]) => formUses(form).draws) ||
    Object.values(inputs).some((b) => b.kind === 'form' && formUses(b.form).draws)
  const axes = unionAxes(
    ...Object.values(inputs).map(bindingAxes),
    ...forms.map(([, form]) => formAxes(form)),
    alongAxes(site, node),
    draws ? scope.inherited.along : [],
  )
  const randomness = randomnessOf(site, node, axes)
  const inner = new Scope(loaded.document, loaded.source, loaded.folder, `${scope.path}${name}/`, {
    stream: `${randomness.stream}/`,
    drawsWithout: randomness.drawsWithout,
    pixelsWithout: randomness.pixelsWithout,
    along: unionAxes(scope.inherited.along, alongAxes(site, node)),
    files: [...scope.inherited.files, file],
  })
  inner.itemAxes = unionAxes(axes, inner.inherited.along)
  bindInputs(site, node, inner, inputs, axes, randomness)
  const given = new Map(forms)
  for (const [param, schema] of Object.entries(loaded.document.params ?? {})) {
    const form = given.get(param)
    if (form === undefined) {
      if (schema['default'] === undefined) {
        throw scope.fault(
          'E_PARAM',
          path,
          {
            message: `"${name}" (${node.use}) needs a value for the parameter "${param}".`,
            expected: 'a value, or a "default" in its declaration',
            fix: `Add "with: { ${param}: <value> }".`,
          },
          'key',
        )
      }
      inner.params.set(param, literalBinding(param, schema['default']))
      continue
    }
    const validate = paramValidator(inner, param, schema)
    builder.raise(checkValues(scope, { kind: 'record', entries: [[param, form]] }, validate, [...path, 'with']))
    const own = unionAxes(formAxes(form), formUses(form).draws ? drawOf(randomness, axes).axes : [])
    inner.params.set(param, { name: param, form, draw: drawOf(randomness, own), axes: own })
  }
  declareAxes(builder, inner)
  const before = builder.errors.length
  planGraph(builder, inner)
  const outputs = nestedOutputs(site, inner, builder.errors.length > before)
  return { outputs, first: firstSource(ports, inputs) }
}

function bindInputs(
  site: NodeSite,
  node: UseNode,
  inner: Scope,
  inputs: ReturnType<typeof bindPorts>['inputs'],
  axes: readonly Axis[],
  randomness: Randomness,
): void {
  const { builder, scope, path } = site
  for (const [port, declaration] of Object.entries(inner.document.inputs ?? {})) {
    const binding = inputs[port]
    if (binding === undefined && declaration.default === undefined) continue
    for (const innerName of declaration.axes ?? []) {
      const outer = node.axes?.[innerName]
      if (outer === undefined) {
        throw scope.fault(
          'E_AXIS',
          path,
          {
            message: `"${site.name}" reduces its input "${port}" over "${innerName}", and the axis is not mapped.`,
            expected: 'an axis of this file for each axis of its input',
            fix: `Add "axes: { ${innerName}: <axis of this file> }".`,
          },
          'key',
        )
      }
      inner.axes.set(innerName, scope.axis(outer, [...path, 'axes', innerName]))
    }
    let source: Source
    // A default is of the inner file: paths start from its folder.
    if (binding === undefined)
      source = inputSource(builder, inner, port, declaration.type, { $literal: declaration.default })
    else if (binding.kind === 'source') source = binding.source
    else if (binding.kind === 'form') {
      const own = unionAxes(formAxes(binding.form), formUses(binding.form).draws ? drawOf(randomness, axes).axes : [])
      const value = builder.add<ValueNode>({
        kind: 'value',
        path: inner.path + port,
        axes: own,
        outputs: new Map([[port, { type: binding.type, axes: own }]]),
        form: binding.form,
        type: binding.type,
        folder: scope.folder,
        draw: drawOf(randomness, own),
        stage: 0,
        place: () => scope.source.locate([...path, 'with', port]),
      })
      source = builder.source(value, port)
    } else continue
    inner.names.set(port, new Map([[port, source]]))
  }
}

function nestedOutputs(site: NodeSite, inner: Scope, faulty: boolean): Outputs {
  const { builder, scope, path } = site
  const outputs = new Map<string, Source>()
  for (const [name, declaration] of Object.entries(inner.document.outputs)) {
    const at = typeof declaration === 'string' ? ['outputs', name] : ['outputs', name, 'from']
    const source = inner.reference(typeof declaration === 'string' ? declaration : declaration.from, at)
    const listed = typeof declaration === 'string' ? [] : (declaration.axes ?? [])
    for (const axis of source.axes) {
      if (!axis.id.startsWith(inner.path)) continue
      if (!listed.includes(axis.name)) {
        throw inner.fault('E_AXIS', at, {
          message: `Output "${name}" varies along axis "${axis.name}", which is opened inside.`,
          expected: 'an axis that is reduced inside, or listed at the output',
          fix: `Reduce over it, or write "axes: [${axis.name}]" at the output.`,
        })
      }
      const known = scope.axes.get(axis.name)
      if (known !== undefined && known !== axis) {
        throw scope.fault('E_AXIS', path, {
          message: `"${site.name}" opens axis "${axis.name}", which has its origin in ${known.declared}.`,
          expected: 'one origin for an axis',
          fix: 'Rename one of them.',
        })
      }
      scope.axes.set(axis.name, axis)
    }
    outputs.set(name, source)
  }
  if (outputs.size === 0 && !faulty) {
    builder.report([
      scope.fault('E_DOCUMENT_SCHEMA', [...path, 'use'], {
        message: 'The nested pipeline has no outputs.',
        expected: 'at least one output',
        fix: 'Add "outputs" to it.',
      }),
    ])
  }
  return outputs
}

function unknownParam(site: NodeSite, node: UseNode, param: string, known: string[]): Error {
  const guess = nearest(param, known)
  return site.scope.fault(
    'E_PARAM',
    [...site.path, 'with', param],
    {
      message: `"${node.use}" has no parameter "${param}".`,
      expected: known.length === 0 ? 'no parameters' : `one of ${known.join(', ')}`,
      found: param,
      fix: guess === undefined ? 'Remove it.' : `Write "${guess}".`,
    },
    'key',
  )
}
