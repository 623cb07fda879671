import { KintsugiError } from '@kintsugi/core'
import { outputFingerprint } from '../fingerprint.js'
import { type DirectRun, runHere } from '../run/direct-run.js'
import { KEY, printOf, type Subject } from '../subject.js'
import { type Check, describeError } from './check.js'

/** `run` leaves its inputs and parameters as they are. */
export const checkInputs: Check = ({ cases, here }, report) => {
  for (const { id, title } of cases) {
    for (const what of here.get(id)?.changed ?? [])
      report.finding('inputs', title, `${what} as before`, 'it was changed')
  }
}

/** The same inputs, parameters and key give the same bytes. */
export const checkRepeat: Check = (subject, report) => {
  for (const { id, title } of subject.cases) {
    const again = subject.again.get(id)
    if (again === undefined) continue
    const first = printOf(subject, subject.here.get(id))
    if (first !== printOf(subject, again))
      report.finding(
        'repeat',
        title,
        'the bytes of the first call',
        again.outputs === undefined ? describeError(again.error) : 'other bytes',
      )
  }
}

/** A pipeline, for worker nodes a worker thread, gives the bytes of this thread, and fails where this thread fails. */
export const checkWorker: Check = (subject, report) => {
  const { bench, registered, cases, here, piped } = subject
  if (!bench.threaded) report.uncovered('worker', 'no specifier was given, so no thread can import the plugin')
  else if (registered.runs === 'inline')
    report.uncovered('worker', 'declared inline; compared in a pipeline on the main thread')
  for (const made of cases) {
    const run = piped.get(made.id)
    if (run !== undefined)
      comparePiped(subject, here.get(made.id), run, (expected, found) =>
        report.finding('worker', made.title, expected, found.replaceAll(`"${made.id}"`, 'the node')),
      )
  }
}

function comparePiped(
  { bench, registered }: Subject,
  here: DirectRun | undefined,
  piped: { prints: ReadonlyMap<string, string>; error?: KintsugiError },
  finding: (expected: string, found: string) => void,
): void {
  if (here?.outputs === undefined) {
    const code = here?.error instanceof KintsugiError ? here.error.code : 'E_NODE_FAILED'
    if (piped.error?.code !== code)
      finding(`${code}, as on this thread`, piped.error === undefined ? 'outputs' : describeError(piped.error))
    return
  }
  if (piped.error !== undefined) {
    finding('outputs, as on this thread', describeError(piped.error))
    return
  }
  for (const [port, { type }] of registered.outputs) {
    const value = here.outputs[port]
    const inOrder = registered.kind === 'per-key' ? inAxisOrder : (whole: unknown) => whole
    if (value === undefined || piped.prints.get(port) === outputFingerprint(bench.portType(type), inOrder(value)))
      continue
    finding(`output "${port}" with the bytes of this thread`, piped.prints.has(port) ? 'other bytes' : 'nothing')
  }
}

/** Declared randomness is used and follows the key; undeclared is not used. */
export const checkRandom: Check = async (subject, report) => {
  const { bench, registered, cases, here } = subject
  const undeclared = cases.find(({ id }) => here.get(id)?.undeclaredRandom)
  if (undeclared !== undefined)
    report.finding(
      'random',
      undeclared.title,
      '`random: true` in the definition, or no use of context.random',
      'undeclared use',
    )
  if (!registered.random) return
  const drawing = cases.filter(({ id }) => (here.get(id)?.draws ?? 0) > 0 && here.get(id)?.outputs !== undefined)
  if (drawing.length === 0) {
    report.finding('random', 'all cases', 'a node that draws, or no `random: true`', 'no case draws a random number')
    return
  }
  for (const made of drawing) {
    const other = await runHere(bench, registered, made, { key: KEY.map((byte) => byte ^ 0x55) })
    if (printOf(subject, other) !== printOf(subject, here.get(made.id))) return
  }
  report.finding(
    'random',
    drawing.map(({ title }) => title).join('; '),
    'other bytes under another key',
    'the same bytes',
  )
}

/** Values for each key of a series in the order of its axis, in which a pipeline gives them, whatever order `run` put them in. */
function inAxisOrder(value: unknown): unknown {
  if (!(value instanceof Map)) return value
  return new Map([...(value as Map<string, unknown>)].sort(([a], [b]) => Number(a) - Number(b)))
}
