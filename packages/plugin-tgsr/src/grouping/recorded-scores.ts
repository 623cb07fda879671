import { KintsugiError, type Vector } from '@kintsugi/core'
import type { RoundScorer } from './group-tasks.js'

/** Codec of the scores of a task: entry `i` is its score in round i; rounds without one have no entry. */
export const SCORES = 'tgsr/scores'

/** Scores that were recorded: for each task, those of the rounds in which it was scored. */
export function recordedScores(scores: ReadonlyMap<string, Vector>): RoundScorer {
  return {
    score: (round, remaining) => {
      const result = new Map<string, number>()
      for (const task of remaining) {
        const recorded = scores.get(task)
        const score = recorded?.values[recorded.names.indexOf(String(round))]
        if (score !== undefined) result.set(task, score)
      }
      return Promise.resolve(result)
    },
  }
}

/** Throws `E_TASKS_SCORES` unless a vector holds scores by round. */
export function requireScores(task: string, { codec }: Vector): void {
  if (codec === SCORES) return
  throw new KintsugiError('E_TASKS_SCORES', {
    message: `Task "${task}" has no scores but another vector`,
    expected: `the codec \`${SCORES}\`, as tgsr/scores gives`,
    found: `\`${codec}\``,
    fix: 'put a tgsr/scores before tgsr/group',
  })
}
