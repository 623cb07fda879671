import type { Image, ImageMetadata } from '@kintsugi/core'
import { type Case, caseValues } from '../cases/case.js'
import { isImage } from '../cases/cases.js'
import { carried } from '../cases/image-variants.js'
import type { Subject } from '../subject.js'
import { type Check, describeError, isClearRefusal } from './check.js'

/** Images of every kind work, or are refused with a clear error when `limits` says so. */
export const checkSizes: Check = ({ cases, here }, report) => {
  const variants = cases.filter(({ kind }) => kind === 'image')
  if (variants.length === 0) report.uncovered('sizes', 'no image inputs')
  for (const { id, title, refusal } of variants) {
    const run = here.get(id)
    if (refusal === undefined) {
      if (run?.outputs === undefined)
        report.finding('sizes', title, 'outputs, or `limits` in the definition', describeError(run?.error))
    } else if (run?.outputs !== undefined) {
      report.finding('sizes', title, `a refusal, since ${refusal}`, 'outputs')
    } else if (!isClearRefusal(run?.error)) {
      report.finding(
        'sizes',
        title,
        'a KintsugiError that says what it expected or what to try',
        describeError(run?.error),
      )
    }
  }
}

/** Gray stays gray, colour stays colour, an alpha plane stays. */
export const checkChannels: Check = (subject, report) => {
  const pairs = imagePairs(subject)
  if (pairs.length === 0) report.uncovered('channels', 'no image goes in and out')
  for (const { made, input, output } of pairs) {
    if (output.channels !== input.channels)
      report.finding('channels', made.title, `${input.channels} colour planes`, String(output.channels))
    if ((output.alpha === null) !== (input.alpha === null)) {
      report.finding(
        'channels',
        made.title,
        input.alpha === null ? 'no alpha plane' : 'an alpha plane',
        output.alpha === null ? 'none' : 'one',
      )
    }
  }
}

/** What came with the file stays with the pixels. */
export const checkMetadata: Check = (subject, report) => {
  const pairs = imagePairs(subject).filter(({ input }) => input.metadata.icc !== undefined)
  if (pairs.length === 0) report.uncovered('metadata', 'no image goes in and out')
  for (const { output } of pairs) {
    for (const field of Object.keys(carried) as (keyof ImageMetadata)[]) {
      const found = output.metadata[field]
      if (found !== carried[field]) report.finding('metadata', field, String(carried[field]), String(found))
    }
  }
}

/** The first image input and the first image output of the image cases that gave outputs. */
function imagePairs({ registered, cases, here }: Subject): { made: Case; input: Image; output: Image }[] {
  const port = [...registered.outputs].find(([, { type, opens }]) => type === 'image' && opens === undefined)?.[0]
  if (port === undefined || registered.kind === 'reduce' || registered.kind === 'per-key') return []
  return cases.flatMap((made) => {
    if (made.kind !== 'image') return []
    const input = [...caseValues(made.inputs)].map(({ value }) => value).find(isImage)
    const output = here.get(made.id)?.outputs?.[port]
    return input !== undefined && isImage(output) ? [{ made, input, output }] : []
  })
}
