import type { PlanNode, Source } from '../plan/plan.js'
import type { LineageRecord, RecordStep } from '../plugin/values.js'
import { chosenOption, drawnOrder, selectedBranch } from './decisions.js'
import type { Evaluator } from './evaluator.js'
import { type Frame, instanceId, type Keys, withKeys } from './frame.js'

/**
 * The record of a value: every step that it went through, under the node's path, with what was drawn for it; steps bypassed by `when`
 * too, marked as such. Found from identities alone: nothing is computed for it but values that decide a branch.
 */
export async function recordOf(evaluator: Evaluator, source: Source, keys: Keys, frame: Frame): Promise<LineageRecord> {
  const steps: Record<string, RecordStep> = {}
  const choices: Record<string, string | readonly string[]> = {}
  const seen = new Set<string>()
  const visit = async (from: Source, outer: Keys): Promise<void> => {
    const at = withKeys(
      outer,
      from.index.map(({ axis, key }) => [axis, key] as const),
    )
    const { node } = from
    const id = `${node.index}${instanceId(node.axes, at)}`
    if (seen.has(id)) return
    seen.add(id)
    await visitNode(node, at)
  }
  const visitNode = async (node: PlanNode, at: Keys): Promise<void> => {
    switch (node.kind) {
      case 'task': {
        const identity = await evaluator.identify(evaluator.cell(node, at, frame))
        if (!identity.ok) return
        for (const binding of Object.values(node.inputs)) {
          if (binding.kind === 'source' && node.over.length === 0) await visit(binding.source, at)
        }
        const { record } = identity.value
        steps[node.path] = {
          use: record.use,
          with: record.with as Record<string, unknown>,
          ran: true,
          ...(record.random === undefined ? {} : { random: record.random }),
        }
        return
      }
      case 'gate': {
        const when = await evaluator.form(node.when, node.draw, at, frame)
        if (when.ok && when.value === true) {
          for (const target of new Set(node.targets.values())) await visit(target, at)
          return
        }
        await visit(node.bypass, at)
        const [skipped] = node.targets.values()
        if (skipped?.node.kind === 'task') {
          const { node: task } = skipped
          const drawn = await evaluator.form(task.params, task.draw, at, frame)
          if (drawn.ok)
            steps[task.path] = {
              use: task.registered.name,
              with: (drawn.value ?? {}) as Record<string, unknown>,
              ran: false,
            }
        }
        return
      }
      case 'choose': {
        const option = await chosenOption(evaluator, node, at, frame)
        if (!option.ok) return
        choices[node.path] = option.value.name
        await visit(option.value.result, at)
        return
      }
      case 'shuffle': {
        const order = drawnOrder(evaluator, node, at)
        choices[node.path] = order.map((step) => node.steps[step]?.name ?? '')
        const last = node.steps[order.at(-1) ?? 0]
        await visit(last === undefined ? node.input : last.result, at)
        return
      }
      case 'slot': {
        const order = drawnOrder(evaluator, node.shuffle, at)
        const previous = order[order.indexOf(node.step) - 1]
        const step = previous === undefined ? undefined : node.shuffle.steps[previous]
        await visit(step === undefined ? node.shuffle.input : step.result, at)
        return
      }
      case 'select': {
        const branch = await selectedBranch(evaluator, node, at, frame)
        if (!branch.ok) return
        choices[node.path] = branch.value.name
        await visit(branch.value.source, at)
        return
      }
      case 'stack': {
        const key = at[node.axis.order]
        const entry = key === undefined ? undefined : node.entries.get(key)
        if (entry !== undefined) await visit(entry, at)
        return
      }
      case 'along':
        await visit(node.source, at)
        return
      case 'value':
      case 'given':
        return
    }
  }
  await visit(source, keys)
  return { steps, choices }
}
