import { KintsugiError } from '../errors/index.js'
import type { PlanNode, TaskNode } from '../plan/plan.js'
import { absent, type Bound, type Outcome, present } from './cell.js'
import { chosenOption, drawnOrder, selectedBranch } from './decisions.js'
import type { Evaluator } from './evaluator.js'
import type { Frame, Keys } from './frame.js'
import { literalBound } from './literals.js'

/** What an output of a node without code is at these keys: that of the source to which its decision leads, or a literal. */
export async function resolvePort(
  evaluator: Evaluator,
  node: Exclude<PlanNode, TaskNode>,
  port: string,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<Bound>> {
  switch (node.kind) {
    case 'gate': {
      const when = await evaluator.form(node.when, node.draw, keys, frame)
      if (!when.ok) return when
      const target = node.targets.get(port)
      if (when.value === true && target !== undefined) return evaluator.resolve(target, keys, frame)
      if (when.value !== false && when.value !== true) {
        throw new KintsugiError('E_FORM', {
          message: `"when" of "${node.path}" gave ${JSON.stringify(when.value)}.`,
          expected: 'true or false',
          place: node.place(),
        })
      }
      if (port === node.outputs.keys().next().value) return evaluator.resolve(node.bypass, keys, frame)
      return absent({ kind: 'skipped', message: `"${node.path}" was bypassed, so it has no "${port}"` })
    }
    case 'choose': {
      const option = await chosenOption(evaluator, node, keys, frame)
      if (!option.ok) return option
      if (port === 'choice') return present(await evaluator.literal('label', option.value.name, ''))
      return evaluator.resolve(option.value.result, keys, frame)
    }
    case 'shuffle': {
      const order = drawnOrder(evaluator, node, keys)
      if (port === 'order')
        return present(literalBound(evaluator.state, 'text', order.map((step) => node.steps[step]?.name).join(',')))
      const last = node.steps[order.at(-1) ?? 0]
      return last === undefined
        ? evaluator.resolve(node.input, keys, frame)
        : evaluator.resolve(last.result, keys, frame)
    }
    case 'slot': {
      const order = drawnOrder(evaluator, node.shuffle, keys)
      const previous = order[order.indexOf(node.step) - 1]
      const step = previous === undefined ? undefined : node.shuffle.steps[previous]
      return evaluator.resolve(step === undefined ? node.shuffle.input : step.result, keys, frame)
    }
    case 'select': {
      const branch = await selectedBranch(evaluator, node, keys, frame)
      return branch.ok ? evaluator.resolve(branch.value.source, keys, frame) : branch
    }
    case 'stack': {
      const key = keys[node.axis.order]
      const entry = key === undefined ? undefined : node.entries.get(key)
      if (entry === undefined) return absent({ kind: 'skipped', message: `"${node.path}" has no entry "${key ?? ''}"` })
      return evaluator.resolve(entry, keys, frame)
    }
    case 'value': {
      const value = await evaluator.form(node.form, node.draw, keys, frame)
      return value.ok ? present(await evaluator.literal(node.type, value.value, node.folder)) : value
    }
    case 'given':
      return present(evaluator.givenBound(node))
    case 'along':
      return evaluator.resolve(node.source, keys, frame)
  }
}
