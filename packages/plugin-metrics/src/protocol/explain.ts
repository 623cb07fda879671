import { type Image, KintsugiError } from '@kintsugi/core'
import { psnr } from '../nodes/psnr.js'
import { ssim } from '../nodes/ssim.js'
import { psnrConventions, ssimConventions } from './conventions.js'
import { type PsnrConventions, presetNames, type SsimConventions } from './presets.js'

/** Metrics whose conventions can be told apart. */
export const explainable = { psnr: 'metrics/psnr', ssim: 'metrics/ssim' } as const
export type ExplainableMetric = keyof typeof explainable

/** Conventions by name, as `metrics/psnr` and `metrics/ssim` take them; without some, those of `preset`, BasicSR's by default. */
export type Conventions = Readonly<Record<string, unknown>>

/** One step from a convention to another: what the score is after it, and by how much it moved. */
export interface ScoreStep {
  readonly convention: string
  readonly from: unknown
  readonly to: unknown
  readonly score: number
  readonly change: number
}

/** Why two scores of one pair differ. */
export interface ScoreExplanation {
  readonly metric: ExplainableMetric
  readonly from: { readonly conventions: Conventions; readonly score: number }
  readonly to: { readonly conventions: Conventions; readonly score: number }
  /** One step for each convention in which they differ, in the order in which a metric applies them; the changes add up. */
  readonly steps: readonly ScoreStep[]
}

/** In the order in which a metric applies them. */
const order = ['border', 'quantize', 'color_space', 'downsample', 'window', 'covariance', 'clamp_contrast', 'epsilon']

/** The score of a pair by the conventions of every preset; undefined where the images are too small for it. */
export function scoresByPreset(
  metric: ExplainableMetric,
  image: Image,
  reference: Image,
): { preset: string; score: number | undefined }[] {
  return presetNames.map((preset) => ({ preset, score: attempt(() => scoreOf(metric, image, reference, { preset })) }))
}

/**
 * Goes from one protocol to another, one convention at a time, and scores the pair after each step. Throws what the metrics throw.
 */
export function explainScore(
  metric: ExplainableMetric,
  image: Image,
  reference: Image,
  from: Conventions,
  to: Conventions,
): ScoreExplanation {
  const [start, end] = [resolved(metric, from), resolved(metric, to)]
  const first = scoreOf(metric, image, reference, start)
  let at = { ...start }
  let score = first
  const steps: ScoreStep[] = []
  for (const convention of order) {
    if (!(convention in end) || at[convention] === end[convention]) continue
    const moved = { ...at, [convention]: end[convention] }
    const after = scoreOf(metric, image, reference, moved)
    steps.push({
      convention,
      from: at[convention],
      to: end[convention],
      score: after,
      change: after === score ? 0 : after - score,
    })
    at = moved
    score = after
  }
  return { metric, from: { conventions: start, score: first }, to: { conventions: end, score }, steps }
}

/** All conventions of a metric, those that are not named from the preset. */
function resolved(metric: ExplainableMetric, conventions: Conventions): Record<string, unknown> {
  return metric === 'psnr'
    ? { ...psnrConventions(conventions as Partial<PsnrConventions>) }
    : { ...ssimConventions(conventions as Partial<SsimConventions>) }
}

function scoreOf(metric: ExplainableMetric, image: Image, reference: Image, conventions: Conventions): number {
  const node = metric === 'psnr' ? psnr : ssim
  const context = { throwIfCancelled: () => undefined } as unknown as Parameters<typeof node.run>[2]
  const params = { preset: 'basicsr', ...conventions } as Parameters<typeof psnr.run>[1] &
    Parameters<typeof ssim.run>[1]
  return (node.run({ image, reference }, params, context) as { score: number }).score
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (error instanceof KintsugiError && error.code === 'E_IMAGE_SIZE') return undefined
    throw error
  }
}
