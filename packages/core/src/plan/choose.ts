import type { ChooseNode as ChooseDeclaration } from '../document/types.js'
import { formUses } from '../forms/index.js'
import { unionAxes } from './axes.js'
import { stageOf } from './builder.js'
import { checkValue, compile, formAxes } from './forms.js'
import { type NodeSite, type PlannedNode, planSteps, siteOfSteps } from './nodes.js'
import type { ChooseNode, Source } from './plan.js'
import { drawOf, randomnessOf } from './randomness.js'
import { alongAxes } from './use.js'

const weightSchema = { type: 'number', minimum: 0 }

/** Plans a `choose`: every option's chain, of which an instance draws one. */
export function planChoose(site: NodeSite, node: ChooseDeclaration): PlannedNode {
  const { builder, scope, name, path } = site
  const input = flowingInput(site, node.in)
  const inside = siteOfSteps(site, node)
  const options = Object.entries(node.choose).map(([option, declared]) => {
    const at = [...path, 'choose', option]
    const weight = compile(scope, declared.weight ?? 1, [...at, 'weight'], `choose.${option}.weight`)
    builder.raise(checkValue(scope, weight, weightSchema, [...at, 'weight']))
    const chain = planSteps(
      { ...inside, name: `${name}/${option}`, stream: `${inside.stream}/${option}`, flowing: input },
      declared.steps ?? [],
      [...at, 'steps'],
    )
    const result: Source | undefined = chain === undefined ? input : chain.values().next().value
    if (result === undefined) {
      throw scope.fault(
        'E_PORT',
        at,
        {
          message: `Option "${option}" of "${name}" gives nothing: it has no steps, and the node has no input.`,
          expected: 'steps, or "in" on the node',
          fix: 'Add "in: <node>".',
        },
        'key',
      )
    }
    return { name: option, weight, result }
  })
  const [first] = options
  if (first === undefined)
    throw scope.fault('E_DOCUMENT_SCHEMA', [...path, 'choose'], {
      message: `"${name}" has no options.`,
      expected: 'at least one option',
      fix: 'Add some.',
    })
  for (const option of options)
    builder.checkType(
      option.result,
      first.result.type,
      (noun) => `Option "${option.name}" of "${name}" must give ${noun}, as "${first.name}" does`,
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
      ['choice', { type: 'label', axes }],
    ]),
    options,
    draw: drawOf(randomnessOf(site, node, axes), axes),
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
      fix: site.flowing !== undefined ? 'Remove "in".' : 'Write "in: <node>".',
    })
  }
  return scope.reference(input, [...path, 'in'])
}
