import { closureOf } from '../lineage/record.js'
import { RecordWriter } from '../lineage/record-writer.js'
import type { PlanNode, Source } from '../plan/plan.js'
import type { LineageRecord } from '../plugin/values.js'
import { chosenOption, drawnOrder, selectedBranch } from './decisions.js'
import type { Evaluator } from './evaluator.js'
import { type Frame, instanceId, type Keys, withKeys } from './frame.js'
import { literalBound } from './literals.js'
import { isReplay, replayedRecord } from './replay-task.js'

/**
 * The record of a value: every step that it went through, under the node's path, with what was drawn for it; steps bypassed by `when`
 * too, marked as such. Found from identities alone: nothing is computed for it but values that decide a branch.
 */
export async function recordOf(evaluator: Evaluator, source: Source, keys: Keys, frame: Frame): Promise<LineageRecord> {
  const writer = new RecordWriter()
  const seen = new Set<string>()
  /** `gate` is the path of a closed gate whose nodes are being gone through: they are told of as skipped. */
  const visit = async (from: Source, outer: Keys, gate?: string): Promise<void> => {
    const at = withKeys(
      outer,
      from.index.map(({ axis, key }) => [axis, key] as const),
    )
    const { node } = from
    if (gate !== undefined && node.path !== gate && !node.path.startsWith(`${gate}/`)) return
    const id = `${node.index}${instanceId(node.axes, at)}`
    if (seen.has(id)) return
    seen.add(id)
    await visitNode(node, at, gate)
  }
  const visitNode = async (node: PlanNode, at: Keys, gate?: string): Promise<void> => {
    switch (node.kind) {
      case 'task': {
        for (const [port, binding] of Object.entries(node.inputs)) {
          // Which steps were replayed is told by the steps; how their record was made is no part of the value.
          if (node.over.length > 0 || binding.kind === 'form' || (isReplay(node) && port === 'record')) continue
          for (const read of binding.kind === 'source' ? [binding.source] : Object.values(binding.entries))
            if (!read.record) await visit(read, at, gate)
        }
        if (gate !== undefined) {
          const drawn = await evaluator.form(node.params, node.draw, at, frame)
          const params = drawn.ok ? (drawn.value as Record<string, unknown> | undefined) : undefined
          writer.addSkipped(node.path, node.registered.name, node.registered.complete(params ?? {}))
          return
        }
        if (isReplay(node)) {
          await addReplayed(writer, evaluator, node, at, frame)
          return
        }
        const identity = await evaluator.identify(evaluator.cell(node, at, frame))
        if (identity.ok) writer.add(identity.value.record)
        return
      }
      case 'gate': {
        const when = await evaluator.form(node.when, node.draw, at, frame)
        const open = when.ok && when.value === true
        if (!open) await visit(node.bypass, at, gate)
        const path = gate ?? (open ? undefined : node.path)
        for (const target of new Set(node.targets.values())) await visit(target, at, path)
        return
      }
      case 'choose': {
        const option = await chosenOption(evaluator, node, at, frame)
        if (!option.ok) return
        writer.addChoice(node.path, option.value.name)
        await visit(option.value.result, at, gate)
        return
      }
      case 'shuffle': {
        const order = drawnOrder(evaluator, node, at)
        writer.addChoice(
          node.path,
          order.map((step) => node.steps[step]?.name ?? ''),
        )
        const last = node.steps[order.at(-1) ?? 0]
        await visit(last === undefined ? node.input : last.result, at, gate)
        return
      }
      case 'slot': {
        const order = drawnOrder(evaluator, node.shuffle, at)
        const previous = order[order.indexOf(node.step) - 1]
        const step = previous === undefined ? undefined : node.shuffle.steps[previous]
        await visit(step === undefined ? node.shuffle.input : step.result, at, gate)
        return
      }
      case 'select': {
        const branch = await selectedBranch(evaluator, node, at, frame)
        if (!branch.ok) return
        writer.addChoice(node.path, branch.value.name)
        await visit(branch.value.source, at, gate)
        return
      }
      case 'stack': {
        const key = at[node.axis.order]
        const entry = key === undefined ? undefined : node.entries.get(key)
        if (entry !== undefined) await visit(entry, at, gate)
        return
      }
      case 'along':
        await visit(node.source, at, gate)
        return
      case 'given':
        if (node.type === 'image' && gate === undefined)
          writer.addGiven(node.path, literalBound(evaluator.state, node.type, node.value).id)
        return
      case 'value':
        return
    }
  }
  await visit(source, keys)
  const bound = await evaluator.resolve(source, keys, frame)
  if (!bound.ok) return writer.finish(source.node.path)
  return writer.finish(bound.value.id)
}

/** Adds the steps that a replay carried out, and those that its record tells of as skipped. */
async function addReplayed(
  writer: RecordWriter,
  evaluator: Evaluator,
  node: PlanNode & { kind: 'task' },
  at: Keys,
  frame: Frame,
): Promise<void> {
  const bound = await evaluator.replayed(node, at, frame)
  const record = await replayedRecord(evaluator, node, at, frame)
  if (!bound.ok || !record.ok) return
  const tasks = bound.value.kind === 'output' ? closureOf(bound.value.record) : []
  const byPath = new Map(tasks.map((task) => [task.node, task]))
  for (const [name, step] of Object.entries(record.value.steps)) {
    const path = `${node.path}/${name}`
    const task = byPath.get(path)
    if (task !== undefined) writer.add(task)
    else if (!step.ran) writer.addSkipped(path, step.use, step.with)
  }
  for (const [name, choice] of Object.entries(record.value.choices)) writer.addChoice(`${node.path}/${name}`, choice)
}
