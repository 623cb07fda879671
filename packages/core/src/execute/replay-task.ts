import { KintsugiError } from '../errors/index.js'
import { checkRecord } from '../lineage/read-record.js'
import { REPLAY } from '../nodes/replay.js'
import type { InputBinding, TaskNode } from '../plan/plan.js'
import type { RegisteredNode } from '../plugin/registry.js'
import type { LineageRecord, Model, RecordReference, RecordStep } from '../plugin/values.js'
import { type Bound, type BoundInput, type Cell, type Outcome, present } from './cell.js'
import type { Evaluator } from './evaluator.js'
import { type Frame, instanceId, type Keys } from './frame.js'
import { taskIdentity } from './identify.js'
import { literalBound } from './literals.js'
import { withFiles } from './task-params.js'

/** Whether a task replays a record: it has no work of its own, and stands for the result of the record's steps. */
export function isReplay(node: TaskNode): boolean {
  return node.registered.name === REPLAY
}

/** The record that a replaying task has at these keys. */
export async function replayedRecord(
  evaluator: Evaluator,
  node: TaskNode,
  keys: Keys,
  frame: Frame,
): Promise<Outcome<LineageRecord>> {
  const binding = node.inputs['record'] as InputBinding
  let value: Outcome<unknown>
  if (binding.kind === 'source') value = await evaluator.value(binding.source, keys, frame)
  else if (binding.kind === 'form') {
    value = await evaluator.form(binding.form, node.draw, keys, frame)
    if (value.ok) {
      const bound = await evaluator.literal('record', value.value, node.folder)
      value = present(bound.kind === 'literal' ? bound.value : undefined)
    }
  } else throw new Error('the record of a replay is one value')
  return value.ok ? present(checkRecord(value.value, `${node.path}.record`)) : value
}

/** The name of a step's cell among those of the frame in which its replaying task lives. */
export function replayedStepId(replay: TaskNode, keys: Keys, step: string): string {
  return `${replay.index}${instanceId(replay.axes, keys)}\0${step}`
}

/**
 * What a replaying task stands for: each step of its record becomes a task with the recorded parameters and random key, so that it has
 * the identity, the pixels and the cache entry of the step that was recorded when the image is the same. Throws `E_RECORD` and `E_REPLAY`.
 */
export async function replayTask(evaluator: Evaluator, cell: Cell): Promise<Outcome<Bound>> {
  const { node, keys, frame } = cell
  const record = await replayedRecord(evaluator, node, keys, frame)
  if (!record.ok) return record
  const params =
    node.constant === undefined ? await evaluator.form(node.params, node.draw, keys, frame) : present(node.constant)
  if (!params.ok) return params
  const image = await boundOf(evaluator, cell, node.inputs['image'] as InputBinding)
  if (!image.ok) return image
  const others: Record<string, Bound> = {}
  const many = node.inputs['others']
  for (const [name, source] of many?.kind === 'many' ? Object.entries(many.entries) : []) {
    const other = await evaluator.resolve(source, keys, frame)
    if (!other.ok) return other
    others[name] = other.value
  }
  const { from } = params.value as { from?: string }
  return present(await new RecordBinder(evaluator, cell, record.value, image.value, others, from).result())
}

async function boundOf(evaluator: Evaluator, { keys, frame }: Cell, binding: InputBinding): Promise<Outcome<Bound>> {
  if (binding.kind === 'source') return evaluator.resolve(binding.source, keys, frame)
  throw new Error('the image of a replay is a reference')
}

/** Makes tasks of a record's steps, from its result back to the place that the image takes. */
class RecordBinder {
  private readonly tasks = new Map<string, Promise<Cell>>()
  private readonly open: string[] = []
  /** The step or source that the image stands for. */
  private readonly from: string
  private reached = false

  constructor(
    private readonly evaluator: Evaluator,
    private readonly replay: Cell,
    private readonly record: LineageRecord,
    private readonly image: Bound,
    private readonly others: Readonly<Record<string, Bound>>,
    from: string | undefined,
  ) {
    const sources = Object.keys(record.sources)
    const free = sources.filter((name) => !Object.hasOwn(others, name))
    for (const name of Object.keys(others)) {
      if (!sources.includes(name))
        throw this.fault(`The record has no source "${name}".`, listed(sources), name, 'Name a source of the record.')
    }
    const known = [...sources, ...Object.keys(record.steps)]
    if (from !== undefined && !known.includes(from))
      throw this.fault(
        `The record has neither a step nor a source "${from}".`,
        listed(known),
        from,
        'Name one of them in "from".',
      )
    if (from === undefined && free.length !== 1) {
      throw this.fault(
        `The record has ${free.length} sources that the image could stand for.`,
        'one',
        listed(free),
        free.length === 0
          ? 'Say by "from" after which step the image goes in.'
          : 'Give the other sources under "others", or say by "from" after which step the image goes in.',
      )
    }
    this.from = from ?? (free[0] as string)
  }

  async result(): Promise<Bound> {
    const bound = await this.bind(this.record.result)
    if (!this.reached)
      throw this.fault(
        `"${this.from}" is not on the way to the result of the record.`,
        'a step or source that the result rests on',
        this.record.result,
        'Name another one in "from".',
      )
    if (bound.type !== 'image')
      throw this.fault(
        'The record is not that of an image.',
        'the record of an image',
        `a ${bound.type}`,
        'Take the $record of an image.',
      )
    return bound
  }

  /** The value that a reference means. */
  private async bind(reference: string): Promise<Bound> {
    const [, step = reference, port, entry] = /^(.*)\.([^.[\]]+)(?:\[([\s\S]*)\])?$/.exec(reference) ?? []
    if (reference === this.from || step === this.from) {
      this.reached = true
      return this.image
    }
    if (Object.hasOwn(this.record.sources, reference)) {
      const other = this.others[reference]
      if (other !== undefined) return other
      throw this.fault(
        `The record needs a second image, "${reference}".`,
        'an image for every source that is read',
        this.record.sources[reference]?.file ?? 'an image from a program',
        `Give it: others: { ${reference}: ... }.`,
      )
    }
    const cell = await this.task(step)
    const output = port === undefined ? undefined : cell.node.registered.outputs.get(port)
    const identity = await this.evaluator.identify(cell)
    if (port === undefined || output === undefined || !identity.ok)
      throw this.fault(`The step "${step}" has no output "${port ?? ''}".`, 'an output of its node type', reference)
    return {
      kind: 'output',
      id: `${identity.value.key}:${port}${entry === undefined ? '' : `[${entry}]`}`,
      type: output.type,
      cell,
      port,
      key: entry,
      record: identity.value.record,
    }
  }

  private task(name: string): Promise<Cell> {
    const known = this.tasks.get(name)
    if (known !== undefined && !this.open.includes(name)) return known
    if (known !== undefined)
      throw this.fault(`The steps ${this.open.join(', ')} wait for each other.`, 'steps in an order')
    // Long records would exhaust the stack if each step began inside the one after it.
    const made = Promise.resolve().then(() => this.makeTask(name))
    this.tasks.set(name, made)
    return made
  }

  private async makeTask(name: string): Promise<Cell> {
    const { state } = this.evaluator
    const step = Object.hasOwn(this.record.steps, name) ? this.record.steps[name] : undefined
    if (step?.ran !== true)
      throw this.fault(
        `The record has no step "${name}" that ran.`,
        'a step that ran, or a source',
        undefined,
        'Take the record as it was written.',
      )
    const registered = await state.findNode(step.use)
    if (registered === undefined || registered.kind !== 'map')
      throw this.fault(
        registered === undefined
          ? `No installed plugin provides ${step.use}, the node type of step "${name}".`
          : `The step "${name}" (${step.use}) took whole axes, whose members are not in the record.`,
        registered === undefined ? 'the plugin that made the record' : 'steps that turn one item into one item',
        step.plugin,
        registered === undefined ? 'Install it.' : 'Say by "from" that the image goes in after it.',
      )
    const plugin = `${registered.plugin.plugin.name}@${registered.plugin.plugin.version}`
    if (step.plugin !== undefined && step.plugin !== plugin)
      state.warn(`${this.replay.node.path}: the record was made by ${step.plugin}, and is replayed by ${plugin}.`)
    this.open.push(name)
    const inputs: Record<string, BoundInput> = {}
    for (const [port, { type, many }] of registered.inputs) {
      const reference = step.in?.[port]
      if (reference === undefined) continue
      if (many === true && typeof reference === 'object' && 'many' in reference) {
        const bounds: Record<string, Bound> = {}
        for (const [entry, inner] of Object.entries(reference.many)) bounds[entry] = await this.input(inner, type, name)
        inputs[port] = { kind: 'many', bounds }
      } else inputs[port] = { kind: 'one', bound: await this.input(reference, type, name) }
    }
    this.open.splice(this.open.indexOf(name), 1)
    return this.cell(name, step, registered, inputs)
  }

  private async input(reference: RecordReference, type: Bound['type'], step: string): Promise<Bound> {
    const { state } = this.evaluator
    if (typeof reference === 'string') return this.bind(reference)
    if ('literal' in reference && type !== 'image') return literalBound(state, type, reference.literal)
    if ('model' in reference) return literalBound(state, 'model', await this.model(reference, step))
    throw this.fault(
      `The step "${step}" took ${'series' in reference ? 'a whole axis' : 'a value'} that the record does not hold.`,
      'inputs that are steps, sources, literals or models',
      undefined,
      'Say by "from" that the image goes in after this step.',
    )
  }

  private async model({ model, sha256 }: { model: string; sha256: string }, step: string): Promise<Model> {
    const found = model.startsWith('builtin:')
      ? await this.evaluator.state.findModel(model, this.replay.node.folder)
      : undefined
    if (found?.hash === sha256) return found
    throw this.fault(
      `The model "${model}" of step "${step}" is not there.`,
      `a file with SHA-256 ${sha256}`,
      found === undefined
        ? 'a record, which names files and does not say where they lie'
        : 'another model of this name',
      'Say by "from" that the image goes in after this step, and run the model by a node of its own.',
    )
  }

  /** A task of its own for a step, kept where the replaying task is. */
  private async cell(
    name: string,
    step: RecordStep,
    registered: RegisteredNode,
    inputs: Record<string, BoundInput>,
  ): Promise<Cell> {
    const { state } = this.evaluator
    const { node: replay, keys, frame } = this.replay
    const file = registered.files.find((param) => step.with[param] !== undefined)
    if (file !== undefined)
      throw this.fault(
        `The step "${name}" (${step.use}) reads a file, which the record only names.`,
        'steps that read no files',
        JSON.stringify(step.with[file]),
        'Say by "from" that the image goes in after it.',
      )
    const [fault] = registered.validate(step.with)
    if (fault !== undefined || (registered.random && step.random === undefined))
      throw this.fault(
        `The step "${name}" cannot run: ${fault?.message ?? 'its random key is not there'}.`,
        fault?.expected ?? 'the key that started its random stream',
        undefined,
        'Take the record as it was written, with the version of the plugin that wrote it.',
      )
    const complete = registered.complete(step.with)
    const node: TaskNode = {
      ...replay,
      path: `${replay.path}/${name}`,
      registered,
      inputs: {},
      constant: complete,
      outputs: new Map([...registered.outputs].map(([port, { type }]) => [port, { type, axes: replay.axes }])),
    }
    const params = await withFiles(state, node, complete)
    const random = registered.random ? new Uint8Array(Buffer.from(step.random ?? '', 'hex')) : undefined
    const cell: Cell = {
      node,
      keys,
      frame,
      known: present(taskIdentity(state, node, inputs, params, random)),
      identity: undefined,
      replayed: undefined,
      outputs: undefined,
      done: undefined,
      pins: 0,
      lastUse: 0,
      dropped: false,
    }
    frame.cells.set(replayedStepId(node, keys, name), cell)
    return cell
  }

  private fault(message: string, expected: string, found?: string, fix?: string): KintsugiError {
    return new KintsugiError('E_REPLAY', {
      message,
      expected,
      ...(found === undefined ? {} : { found }),
      ...(fix === undefined ? {} : { fix }),
    })
  }
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : names.slice(0, 12).join(', ')
}
