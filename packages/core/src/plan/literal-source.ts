import type { DocumentPath } from '../document/types.js'
import { formUses } from '../forms/index.js'
import type { PortTypeName } from '../plugin/values.js'
import { stageOf } from './builder.js'
import { checkValue, compile, formAxes } from './forms.js'
import type { NodeSite } from './nodes.js'
import type { Source, ValueNode } from './plan.js'

/** A literal or form of a port type as a value of its own in the graph. `at` is its place in the file, `purpose` keys its draws. */
export function literalSource(
  { builder, scope, name }: NodeSite,
  label: string,
  literal: unknown,
  type: PortTypeName,
  at: DocumentPath,
  purpose: string,
): Source {
  const form = compile(scope, literal, at, purpose)
  const schema = builder.registry.portType(type)?.literal
  if (schema !== undefined) builder.raise(checkValue(scope, form, schema, at))
  const axes = formAxes(form)
  const value = builder.add<ValueNode>({
    kind: 'value',
    path: `${scope.path}${label}`,
    axes,
    outputs: new Map([['value', { type, axes }]]),
    form,
    type,
    folder: scope.folder,
    draw: {
      stream: `${scope.inherited.stream}${name}`,
      axes: axes.filter((axis) => !scope.inherited.drawsWithout.has(axis)),
    },
    stage: stageOf(formUses(form).sources),
    place: () => scope.source.locate(at),
  })
  return builder.source(value, 'value')
}
