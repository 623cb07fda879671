import { KintsugiError } from '../errors/index.js'
import type { ChooseNode, SelectNode, ShuffleNode, Source } from '../plan/plan.js'
import type { Label } from '../plugin/values.js'
import { createStream } from '../random/generator.js'
import { type Outcome, present } from './cell.js'
import { type Evaluator, keyText } from './evaluator.js'
import { drawKey } from './form-values.js'
import { type Frame, type Keys, namedKeys } from './frame.js'
import { drawOrder } from './orders.js'

/** The option that a `choose` draws. */
export async function chosenOption(
  evaluator: Evaluator,
  node: ChooseNode,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<ChooseNode['options'][number]>> {
  const weights: number[] = []
  for (const option of node.options) {
    const weight = await evaluator.form(option.weight, node.draw, keys, frame)
    if (!weight.ok) return weight
    if (typeof weight.value !== 'number' || !(weight.value >= 0)) {
      throw new KintsugiError('E_FORM', {
        message: `The weight of option "${option.name}" of "${node.path}" is ${JSON.stringify(weight.value)}.`,
        expected: 'a number that is not negative',
        place: node.place(),
      })
    }
    weights.push(weight.value)
  }
  const sum = weights.reduce((a, b) => a + b, 0)
  if (!(sum > 0))
    throw new KintsugiError('E_FORM', {
      message: `All weights of "${node.path}" are zero.`,
      expected: 'a positive weight',
      place: node.place(),
    })
  let left = createStream(drawKey(evaluator.state.plan.seed, node.draw, 'choose', keys)).uniform() * sum
  let chosen = node.options.at(-1)
  for (const [i, option] of node.options.entries()) {
    const weight = weights[i] ?? 0
    if (weight === 0) continue
    chosen = option
    left -= weight
    if (left < 0) break
  }
  if (chosen === undefined) throw new Error('a choose without options')
  return present(chosen)
}

/** The order that a `shuffle` draws, as step numbers. */
export function drawnOrder(evaluator: Evaluator, node: ShuffleNode, keys: Keys): number[] {
  return drawOrder(
    node.steps.length,
    node.before,
    createStream(drawKey(evaluator.state.plan.seed, node.draw, 'shuffle', keys)),
  )
}

/** The branch that a `select` takes, and the name it goes by. */
export async function selectedBranch(
  evaluator: Evaluator,
  node: SelectNode,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<{ source: Source; name: string }>> {
  const by = await evaluator.value(node.by, keys, frame)
  if (!by.ok) return by
  const name = keyText(by.value)
  let source = node.cases.get(name)
  if (source !== undefined && node.minConfidence !== undefined) {
    const least = await evaluator.form(node.minConfidence, { stream: node.path, axes: node.axes }, keys, frame)
    if (!least.ok) return least
    if ((by.value as Label).confidence < (least.value as number)) source = undefined
  }
  source ??= node.otherwise
  if (source !== undefined) return present({ source, name })
  throw new KintsugiError('E_SELECT', {
    message: `"${node.path}" has no branch for "${name}".`,
    expected: `one of ${[...node.cases.keys()].join(', ')}`,
    found: name,
    fix: 'Add the case, or a "default".',
    place: { ...node.place(), node: node.path, item: namedKeys(node.axes, keys) },
  })
}
