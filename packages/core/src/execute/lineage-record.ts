import { closureOf } from '../lineage/record.js'
import { RecordWriter } from '../lineage/record-writer.js'
import type { PlanNode, Source } from '../plan/plan.js'
import type { LineageRecord, RecordStep } from '../plugin/values.js'
import { type Cell, type Identity, type Outcome, present } from './cell.js'
import { chosenOption, drawnOrder, selectedBranch } from './decisions.js'
import type { Evaluator } from './evaluator.js'
import { type Frame, instanceId, type Keys, withKeys } from './frame.js'
import { outputBound } from './line.js'
import { literalBound } from './literals.js'
import { isReplay, replayedRecord, replayedStepId } from './replay-task.js'

/**
 * The record of a value: every step that it went through, under the node's path, with what was drawn for it; steps bypassed by `when`
 * too, marked as such. Found from identities: nothing is computed for it but values that decide a branch, and outputs that are recorded. A value of which a
 * step is not there has no record either.
 */
export async function recordOf(
  evaluator: Evaluator,
  source: Source,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<LineageRecord>> {
  const writer = new RecordWriter()
  const seen = new Set<string>()
  let missing: Outcome<never> | undefined
  /** What was found out; if it is not there, the value is not either, unless it is part of a closed gate. */
  const found = <T>(outcome: Outcome<T>, gate: string | undefined): T | undefined => {
    if (outcome.ok) return outcome.value
    if (gate === undefined) missing ??= outcome
    return undefined
  }
  /** `gate` is the path of a closed gate whose nodes are being gone through: they are told of as skipped. */
  const visit = async (from: Source, outer: Keys, gate?: string): Promise<void> => {
    const at = withKeys(
      outer,
      from.index.map(({ axis, key }) => [axis, key] as const),
    )
    const { node } = from
    if (gate !== undefined && node.path !== gate && !node.path.startsWith(`${gate}/`)) return
    const id = `${node.index}${node.kind === 'gate' ? `.${from.port}` : ''}${instanceId(node.axes, at)}`
    if (seen.has(id)) return
    seen.add(id)
    await visitNode(from, at, gate)
  }
  const visitNode = async ({ node, port }: Source, at: Keys, gate?: string): Promise<void> => {
    switch (node.kind) {
      case 'task': {
        for (const [input, binding] of Object.entries(node.inputs)) {
          // Which steps were replayed is told by the steps; how their record was made is no part of the value.
          if (node.over.length > 0 || binding.kind === 'form' || (isReplay(node) && input === 'record')) continue
          for (const read of binding.kind === 'source' ? [binding.source] : Object.values(binding.entries))
            if (!read.record) await visit(read, at, gate)
        }
        if (gate !== undefined) {
          const drawn = await evaluator.form(node.params, node.draw, at, frame)
          const params = drawn.ok ? node.registered.complete((drawn.value ?? {}) as Record<string, unknown>) : {}
          writer.addSkipped(node.path, node.registered.name, params)
          return
        }
        if (isReplay(node)) {
          found(await addReplayed(writer, evaluator, node, at, frame), gate)
          return
        }
        const cell = evaluator.cell(node, at, frame)
        const identity = found(await evaluator.identify(cell), gate)
        if (identity === undefined) return
        const gave = found(await recordedOutputs(evaluator, cell, identity), gate)
        writer.add(identity.record, () => gave)
        return
      }
      case 'gate': {
        const open = found(await evaluator.form(node.when, node.draw, at, frame), gate) === true
        if (!open) await visit(node.bypass, at, gate)
        const path = gate ?? (open ? undefined : node.path)
        const taken = path === undefined ? node.targets.get(port) : undefined
        for (const target of taken === undefined ? new Set(node.targets.values()) : [taken])
          await visit(target, at, path)
        return
      }
      case 'choose': {
        const option = found(await chosenOption(evaluator, node, at, frame), gate)
        if (option === undefined) return
        writer.addChoice(node.path, option.name)
        await visit(option.result, at, gate)
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
        const branch = found(await selectedBranch(evaluator, node, at, frame), gate)
        if (branch === undefined) return
        writer.addChoice(node.path, branch.name)
        await visit(branch.source, at, gate)
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
  if (!bound.ok) return bound
  return missing ?? present(writer.finish(bound.value.id))
}

/** Values of the outputs that a task's node type records, computed if need be; undefined if it records none. */
async function recordedOutputs(
  evaluator: Evaluator,
  cell: Cell,
  identity: Identity,
): Promise<Outcome<RecordStep['gave']>> {
  const { node, keys } = cell
  let gave: Record<string, unknown> | undefined
  for (const [port, { recorded }] of node.registered.outputs) {
    if (recorded !== true) continue
    const acquired = await evaluator.acquire(outputBound(cell, identity, node, port, keys))
    if (!acquired.ok) return acquired
    ;(gave ??= {})[port] = acquired.value.value.json
    acquired.value.release()
  }
  return present(gave)
}

/** Adds the steps that a replay carried out, and those that its record tells of as skipped. */
async function addReplayed(
  writer: RecordWriter,
  evaluator: Evaluator,
  node: PlanNode & { kind: 'task' },
  at: Keys,
  frame: Frame,
): Promise<Outcome<void>> {
  const bound = await evaluator.replayed(node, at, frame)
  if (!bound.ok) return bound
  const record = await replayedRecord(evaluator, node, at, frame)
  if (!record.ok) return record
  const { frame: home } = evaluator.cell(node, at, frame)
  const tasks = bound.value.kind === 'output' ? closureOf(bound.value.record) : []
  const byPath = new Map(tasks.map((task) => [task.node, task]))
  for (const [name, step] of Object.entries(record.value.steps)) {
    const path = `${node.path}/${name}`
    const task = byPath.get(path)
    if (task !== undefined) {
      const cell = home.cells.get(replayedStepId(node, at, name))
      const gave = cell?.known?.ok ? await recordedOutputs(evaluator, cell, cell.known.value) : present(undefined)
      if (!gave.ok) return gave
      writer.add(task, () => gave.value)
    } else if (!step.ran) writer.addSkipped(path, step.use, step.with)
  }
  for (const [name, choice] of Object.entries(record.value.choices)) writer.addChoice(`${node.path}/${name}`, choice)
  return present(undefined)
}
