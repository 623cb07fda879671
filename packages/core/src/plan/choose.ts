import type { ChooseNode as ChooseDeclaration } from '../document/types.js'
import { compileSchema, formUses } from '../forms/index.js'
import { unionAxes } from './axes.js'
import { stageOf } from './builder.js'
import { checkValues, compile, formAxes } from './forms.js'
import { type NodeSite, type PlannedNode, planSteps } from './nodes.js'
import type { ChooseNode, Source } from './plan.js'
import { drawOf, randomnessOf } from './randomness.js'
import { alongAxes } from './use.js'

const weightSchema = { type: 'number', minimum: 0 }

/** Plans a `choose`: every option's chain, of which an instance draws one. */
export function planChoose(site: NodeSite, node: ChooseDeclaration): PlannedNode {
  const { builder, scope, name, path } = site
  const input = flowingInput(site, node.in)
  const options = Object.entries(node.choose).map(([option, declared]) => {
    const at = [...path, 'choose', option]
    const weight = compile(scope, declared.weight ?? 1, [...at, 'weight'], `choose.${option}.weight`)
    builder.raise(checkValues(scope, weight, compileSchema(weightSchema), [...at, 'weight']))
    const chain = planSteps({ ...site, name: `${name}/${option}`, flowing: input }, declared.steps ?? [], [
      ...at,
      'steps',
    ])
    const result: Source | undefined = chain === undefined ? input : chain.values().next().value
    if (result === undefined) {
      throw scope.fault('E_PORT', at, {
        message: `Option "${option}" of "${name}" gives nothing: it has no steps, and the node has no input.`,
        expected: 'steps, or "in" on the node',
        fix: 'Add "in: <node>".',
      })
    }
    return { name: option, weight, result }
  })
  const [first] = options
  if (first === undefined)
    throw scope.fault('E_DOCUMENT_SCHEMA', [...path, 'choose'], {
      message: `"${name}" has no options.`,
      fix: 'Add some.',
    })
  for (const option of options)
    builder.checkType(
      option.result,
      first.result.type,
      `Every option of "${name}" gives one type; "${first.name}"`,
      scope,
      [...path, 'choose', option.name],
    )
  const axes = unionAxes(
    ...options.flatMap((option) => [option.result.axes, formAxes(option.weight)]),
    alongAxes(site, node),
    scope.inherited.along,
  )
  const choose = builder.add<ChooseNode>({
    kind: 'choose',
    path: scope.path + name,
    axes,
    outputs: new Map([
      ['out', { type: first.result.type, axes }],
      ['choice', { type: 'text', axes }],
    ]),
    options,
    draw: drawOf(randomnessOf(scope, name, node, axes, path), axes),
    stage: stageOf([
      ...options.map((option) => option.result),
      ...options.flatMap((option) => formUses(option.weight).sources),
    ]),
    place: () => scope.source.locate(path),
  })
  return { outputs: builder.sources(choose), first: input }
}

/** What flows into a structural node: the step before, or its `in`. */
export function flowingInput(site: NodeSite, input: unknown): Source | undefined {
  const { scope, path } = site
  if (input === undefined) return site.flowing
  if (typeof input !== 'string' || site.flowing !== undefined) {
    throw scope.fault('E_PORT', [...path, 'in'], {
      message:
        site.flowing !== undefined
          ? `The input of step "${site.name}" is the step before it.`
          : `"${site.name}" has one input.`,
      expected: site.flowing !== undefined ? 'no "in"' : 'one reference',
      found: JSON.stringify(input),
    })
  }
  return scope.reference(input, [...path, 'in'])
}
