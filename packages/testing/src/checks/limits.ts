import { KintsugiError } from '@kintsugi/core'
import { type Case, caseValues } from '../cases/case.js'
import { inputSizes, isImage, withImages } from '../cases/cases.js'
import { runHere } from '../run/direct-run.js'
import { KEY, type Subject } from '../subject.js'
import { type Check, describeError } from './check.js'

const CANCEL_WITHIN = 1000
const LARGEST_SIDE = 1024
const PROBE_SIDE = 64

/**
 * A run that is cancelled from the start stops within the bound. The image is as large as makes an undisturbed run take three
 * times the bound, at most 1024 x 1024, so that a node which never looks is found out.
 */
export const checkCancel: Check = async (subject, report) => {
  const { bench, registered, options } = subject
  const bound = options.cancelWithin ?? CANCEL_WITHIN
  const made = usualCase(subject)
  if (made === undefined) {
    report.uncovered('cancel', 'no case to try')
    return
  }
  const at = (side: number): Case => ({
    ...made,
    inputs: withImages(made.inputs, { shape: { width: side, height: side, channels: 3 } }),
  })
  const hasImages = [...caseValues(made.inputs)].some(({ value }) => isImage(value))
  const probe = await runHere(bench, registered, at(PROBE_SIDE), { key: KEY })
  const wanted = PROBE_SIDE * Math.sqrt((3 * bound) / Math.max(probe.milliseconds, 0.01))
  const side = Math.max(PROBE_SIDE, Math.min(LARGEST_SIDE, Math.round(wanted)))
  const title = hasImages ? `${side}x${side} RGB, cancelled at the start` : `${made.title}, cancelled at the start`
  const run = await runHere(bench, registered, at(side), {
    key: KEY,
    throwIfCancelled: () => {
      throw new KintsugiError('E_CANCELLED', { message: 'The run was cancelled.' })
    },
  })
  const stopped = run.error instanceof KintsugiError && run.error.code === 'E_CANCELLED'
  if (run.outputs === undefined && !stopped)
    report.finding('cancel', title, 'E_CANCELLED passed on as thrown', describeError(run.error))
  else if (run.milliseconds > bound) {
    report.finding(
      'cancel',
      title,
      `an end within ${bound} ms of cancelling; call context.throwIfCancelled() between steps`,
      `${Math.round(run.milliseconds)} ms`,
    )
  }
}

/** `run` makes no more images than its estimate says. Arrays of its own and memory of libraries are not seen. */
export const checkMemory: Check = async (subject, report) => {
  const { bench, registered, cases, here } = subject
  const large = usualCase(subject)
  if (large === undefined) {
    report.uncovered('memory', 'no case to try')
    return
  }
  const look = async (
    title: string,
    { inputs, params }: Pick<Case, 'inputs' | 'params'>,
    allocated: number,
  ): Promise<void> => {
    const sizes = inputSizes(inputs)
    const own = registered.definition.memory?.(sizes, registered.complete({ ...params }) as never)
    const inputBytes = Object.values(sizes).reduce(
      (sum, { width, height, channels }) => sum + 4 * width * height * channels,
      0,
    )
    const estimate = own === undefined ? 3 * inputBytes : await own
    if (!(allocated <= estimate))
      report.finding('memory', title, `at least ${allocated} bytes, as allocated`, `an estimate of ${estimate}`)
  }
  for (const made of cases) {
    const run = here.get(made.id)
    if (run?.outputs !== undefined) await look(made.title, made, run.allocated)
  }
  const alpha = registered.definition.limits?.alpha !== false
  const inputs = withImages(large.inputs, { shape: { width: 61, height: 47, channels: 3, alpha } })
  const run = await runHere(bench, registered, { inputs, params: large.params }, { key: KEY })
  if (run.outputs !== undefined)
    await look(`${alpha ? 'RGBA' : 'RGB'} 61x47`, { inputs, params: large.params }, run.allocated)
}

/** The usual image with the usual parameters, else the first case. */
function usualCase({ cases, here }: Subject): Case | undefined {
  const works = cases.filter(({ id }) => here.get(id)?.outputs !== undefined)
  return works.find(({ kind }) => kind === 'image') ?? works[0]
}
