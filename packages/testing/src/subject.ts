import { KintsugiError, type RegisteredNode } from '@kintsugi/core'
import type { Case } from './cases/case.js'
import { type NodeCases, nodeCases } from './cases/cases.js'
import { outputFingerprint } from './fingerprint.js'
import type { NodeOptions } from './options.js'
import { type DirectRun, runHere } from './run/direct-run.js'
import { type PipelineRuns, runInPipelines } from './run/pipeline-run.js'
import type { Workbench } from './run/workbench.js'

/** A node type with everything that was tried on it. */
export interface Subject extends NodeCases {
  readonly bench: Workbench
  readonly registered: RegisteredNode
  readonly options: NodeOptions
  /** Runs on this thread, by case id. */
  readonly here: ReadonlyMap<string, DirectRun>
  /** The same once more. */
  readonly again: ReadonlyMap<string, DirectRun>
  /** Runs in pipelines, of all node types together. */
  readonly piped: PipelineRuns
  /** Runs of the cases that can be cached, in pipelines again. */
  readonly cached: PipelineRuns
}

/** A stream key for runs that no pipeline made. */
export const KEY = Uint8Array.from({ length: 16 }, (_, i) => i + 1)

type Tried = NodeCases & Pick<Subject, 'registered' | 'options'>

/** Node types tried in pipelines, from which the subject of each is made. */
export interface Trial {
  readonly names: readonly string[]
  /** Tries a node type on this thread too. Throws for a name that is not among `names`. */
  subject(name: string): Promise<Subject>
}

/** Tries node types in pipelines, all together so that they share one worker thread. */
export async function tryNodes(
  bench: Workbench,
  names: readonly string[],
  options: Readonly<Record<string, NodeOptions>>,
): Promise<Trial> {
  const tried = new Map<string, Tried>()
  for (const [i, name] of names.entries()) {
    const registered = bench.node(name)
    const own = options[name] ?? {}
    tried.set(name, { registered, options: own, ...(await nodeCases(bench, registered, own, `n${i}`)) })
  }
  const planned = [...tried.values()].flatMap(({ registered, cases }) =>
    cases.filter(({ hereOnly }) => hereOnly !== true).map((made) => ({ registered, made })),
  )
  const piped = await runInPipelines(bench, planned, 'first')
  const cacheable = planned.filter(
    ({ registered, made }) => isOnDisk(bench, registered) && piped.get(made.id)?.error === undefined,
  )
  const cached = await runInPipelines(bench, cacheable, 'second')
  return {
    names,
    async subject(name) {
      const one = tried.get(name)
      if (one === undefined) {
        throw new KintsugiError('E_CONFORMANCE_SETUP', { message: `node type ${name} was not tried` })
      }
      const here = new Map<string, DirectRun>()
      const again = new Map<string, DirectRun>()
      for (const made of one.cases) {
        const key = keyOf(piped, made)
        here.set(made.id, await runHere(bench, one.registered, made, { key }))
        if (made.hereOnly !== true) again.set(made.id, await runHere(bench, one.registered, made, { key }))
      }
      return { ...one, bench, here, again, piped, cached }
    },
  }
}

/** Whether results of a node type are kept on disk. */
export function isOnDisk(bench: Workbench, registered: RegisteredNode): boolean {
  return registered.cached && bench.threaded
}

/** The key that a case's random stream had in the pipeline. */
function keyOf(piped: PipelineRuns, made: Case): Uint8Array {
  const random = piped.get(made.id)?.record?.random
  return random === undefined ? KEY : Buffer.from(random, 'hex')
}

/** Fingerprints of a run's outputs as one text; `undefined` if it threw. */
export function printOf(
  { bench, registered }: Pick<Subject, 'bench' | 'registered'>,
  run: DirectRun | undefined,
): string | undefined {
  const outputs = run?.outputs
  if (outputs === undefined) return undefined
  return [...registered.outputs]
    .map(
      ([port, { type }]) =>
        `${port} ${outputs[port] === undefined ? 'none' : outputFingerprint(bench.portType(type), outputs[port])}`,
    )
    .join('\n')
}
