import { basename, resolve } from 'node:path'
import { canonicalize } from 'json-canonicalize'
import { KintsugiError } from '../errors/index.js'
import type { TaskNode } from '../plan/plan.js'
import { type Cell, type Outcome, present } from './cell.js'
import type { Evaluator } from './evaluator.js'
import type { RunState } from './run-state.js'

/** Parameters of one instance. */
export interface TaskParams {
  /** As `run` gets them: files are absolute paths. */
  run: Readonly<Record<string, unknown>>
  /** As the record shows them: files are names and hashes. */
  shown: Readonly<Record<string, unknown>>
  /** What the task's key takes of them and of the node type: canonical JSON, files by their content. */
  identity: string
}

/** The parameters of a node's instances if they are the same for all and name no files, found once. */
export function constantParams({ constants }: Evaluator, node: TaskNode): TaskParams | undefined {
  let params = constants.get(node)
  if (params === undefined && node.constant !== undefined && node.registered.files.length === 0) {
    params = { run: node.constant, shown: node.constant, identity: identityOf(node, node.constant) }
    constants.set(node, params)
  }
  return params
}

/** The parameters of an instance: forms and defaults resolved, files hashed. */
export async function taskParams(evaluator: Evaluator, cell: Cell): Promise<Outcome<TaskParams>> {
  const { node } = cell
  const literals = node.constant === undefined ? await drawnParams(evaluator, cell) : present(node.constant)
  return literals.ok ? present(await withFiles(evaluator.state, node, literals.value)) : literals
}

async function drawnParams(evaluator: Evaluator, cell: Cell): Promise<Outcome<Readonly<Record<string, unknown>>>> {
  const { node, keys, frame } = cell
  const value = await evaluator.form(node.params, node.draw, keys, frame)
  if (!value.ok) return value
  const [fault] = node.registered.validate(value.value)
  if (fault !== undefined) {
    throw new KintsugiError('E_PARAM', {
      message: `"${node.path}" (${node.registered.name}) cannot run: ${fault.message}.`,
      ...(fault.expected === undefined ? {} : { expected: fault.expected }),
      found: JSON.stringify(
        fault.path.reduce<unknown>(
          (at, part) => (at as Record<string | number, unknown> | undefined)?.[part],
          value.value,
        ),
      ),
      fix: 'Narrow the form that gives it.',
    })
  }
  return present(node.registered.complete(value.value as Record<string, unknown>))
}

/** Literal parameters with files as paths, names and hashes. */
export async function withFiles(
  state: RunState,
  node: Pick<TaskNode, 'registered' | 'folder'>,
  params: TaskParams['run'],
): Promise<TaskParams> {
  const run = { ...params }
  const shown = { ...params }
  const hashed = { ...params }
  for (const name of node.registered.files) {
    const file = params[name]
    if (typeof file !== 'string') continue
    const path = resolve(node.folder, file)
    const sha256 = await state.files.of(path, file)
    run[name] = path
    shown[name] = { file: basename(path), sha256 }
    hashed[name] = sha256
  }
  return { run, shown, identity: identityOf(node, hashed) }
}

function identityOf({ registered }: Pick<TaskNode, 'registered'>, params: TaskParams['run']): string {
  return JSON.stringify([registered.name, registered.plugin.identity(), canonicalize(params)])
}
