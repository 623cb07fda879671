import { type AnyNodeDefinition, type Image, KintsugiError, type NodeContext } from '@kintsugi/core'
import {
  type Conventions,
  type ExplainableMetric,
  explainable,
  isFile,
  metricFrame,
  protocolOf,
} from './explainable.js'
import { presetNames } from './presets.js'

/** One step from a convention to another: what the score is after it, and by how much it moved; null where scores cannot be computed. */
export interface ScoreStep {
  readonly convention: string
  readonly from: unknown
  readonly to: unknown
  readonly score: number | null
  readonly change: number | null
}

/** What a protocol states and scores computed here do not follow, such as the name of a file that is not at hand. */
export interface UnfollowedFact {
  readonly convention: string
  readonly from: unknown
  readonly to: unknown
  /** What scores follow instead. */
  readonly used: unknown
}

/** Why two scores of one image, or of one pair, differ. */
export interface ScoreExplanation {
  readonly metric: ExplainableMetric
  readonly from: { readonly conventions: Conventions; readonly score: number | null }
  readonly to: { readonly conventions: Conventions; readonly score: number | null }
  /** One step for each convention in which they differ, in the order in which a metric applies them; the changes add up. */
  readonly steps: readonly ScoreStep[]
  readonly unfollowed: readonly UnfollowedFact[]
  /** What is missing for scoring, where scores cannot be computed: a network or a file. */
  readonly missing: string | undefined
}

/** What comes first in the order in which metrics apply conventions; others follow in the order of the protocol. */
const order = ['border', 'quantize', 'color_space', 'downsample', 'window', 'covariance', 'clamp_contrast', 'epsilon']

/** The score by the conventions of every preset, for metrics that have some; undefined where the images are too small for it. */
export async function scoresByPreset(
  metric: ExplainableMetric,
  image: Image,
  reference?: Image,
): Promise<{ preset: string; score: number | undefined }[]> {
  if (!metricFrame(metric).presets) return []
  const scores = []
  for (const preset of presetNames) {
    scores.push({ preset, score: await attempt(() => scoreOf(metric, image, reference, { preset })) })
  }
  return scores
}

/**
 * Goes from one protocol to another, one convention at a time, and scores after each step. Metrics that need a network or a file that no
 * parameter names are compared without scores. Throws what the metrics throw, and `E_METRIC_PAIR` without a reference for a metric that needs one.
 */
export async function explainScore(
  metric: ExplainableMetric,
  image: Image,
  reference: Image | undefined,
  from: Conventions,
  to: Conventions,
): Promise<ScoreExplanation> {
  const frame = metricFrame(metric)
  const [start, end] = [protocolOf(metric, from), protocolOf(metric, to)]
  const missing = frame.missing(start.params) ?? frame.missing(end.params)
  const score = async (params: Conventions) =>
    missing === undefined ? await scoreOf(metric, image, reference, params) : null

  const first = await score(start.params)
  let at = start.params
  let last = first
  const steps: ScoreStep[] = []
  for (const convention of inOrder(start.facts, end.facts)) {
    const [before, wanted] = [start.facts[convention], end.facts[convention]]
    if (before === wanted) continue
    if (missing !== undefined) {
      steps.push({ convention, from: before, to: wanted, score: null, change: null })
      continue
    }
    const moved = { ...at, ...paramsOf(convention) }
    if (frame.facts(moved)[convention] !== wanted || frame.facts(at)[convention] !== before) continue
    const after = await score(moved)
    const change = after === last ? 0 : Number(after) - Number(last)
    steps.push({ convention, from: before, to: wanted, score: after, change })
    at = moved
    last = after
  }
  const [followedFirst, followedLast] = [frame.facts(start.params), frame.facts(at)]
  const unfollowed = inOrder(start.facts, end.facts).flatMap((convention): UnfollowedFact[] => {
    const used = followedFirst[convention]
    const [before, wanted] = [start.facts[convention], end.facts[convention]]
    if (missing !== undefined || (used === before && followedLast[convention] === wanted)) return []
    return [{ convention, from: before, to: wanted, used }]
  })
  return {
    metric,
    from: { conventions: start.facts, score: first },
    to: { conventions: end.facts, score: last },
    steps,
    unfollowed,
    missing,
  }

  /** The parameters that a convention rests on, as the second protocol has them: itself, or those that are no conventions. */
  function paramsOf(convention: string): Conventions {
    const property = frame.properties[convention]
    if (property !== undefined && !isFile(property)) return { [convention]: end.facts[convention] }
    const others = Object.keys(frame.properties).filter(
      (name) => isFile(frame.properties[name]) || !(name in end.facts),
    )
    return Object.fromEntries(others.map((name) => [name, end.params[name]]))
  }
}

function inOrder(from: Conventions, to: Conventions): string[] {
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...new Set([...Object.keys(from), ...Object.keys(to)])].sort((a, b) => place(a) - place(b))
}

async function scoreOf(
  metric: ExplainableMetric,
  image: Image,
  reference: Image | undefined,
  params: Conventions,
): Promise<number> {
  const node: AnyNodeDefinition = explainable[metric]
  if (reference === undefined && metricFrame(metric).scores === 'pair') {
    throw new KintsugiError('E_METRIC_PAIR', {
      message: `metrics/${metric} compares an image with its reference, and there is none`,
      expected: 'two images',
      found: 'one',
      fix: 'name the reference, or choose a metric of one image such as niqe',
    })
  }
  const nothing = () => undefined
  const context = { throwIfCancelled: nothing, progress: nothing, warn: nothing } as unknown as NodeContext
  return ((await node.run({ image, reference } as never, params as never, context)) as { score: number }).score
}

async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof KintsugiError && error.code === 'E_IMAGE_SIZE') return undefined
    throw error
  }
}
