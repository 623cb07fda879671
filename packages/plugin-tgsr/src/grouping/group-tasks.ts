import { KintsugiError } from '@kintsugi/core'

/**
 * Gives, for a round of Algorithm 1, how much each task that is left improves when the network is fine-tuned on all of these jointly (PSNR in
 * dB after minus before, on the task's validation images). Recorded scores are one scorer; fine-tuning a network is another.
 */
export interface RoundScorer {
  /** The score of each task in `remaining`, in round `round`, counted from 1. */
  score(round: number, remaining: readonly string[]): Promise<ReadonlyMap<string, number>>
}

/** What Algorithm 1 carries from round to round. It is plain data: a run that was ended goes on from the last one. */
export interface GroupingState {
  /** Rounds that are done. */
  readonly round: number
  /** The tasks that are still in the unsatisfactory set, in their order. */
  readonly remaining: readonly string[]
  /** The tasks that were taken, with the round that took them. */
  readonly taken: ReadonlyMap<string, number>
}

/** The state before the first round. */
export function startGrouping(tasks: readonly string[]): GroupingState {
  return { round: 0, remaining: tasks, taken: new Map() }
}

/**
 * The rounds of Algorithm 1 of TGSR: in each, the tasks that are left are scored again and those above the round's threshold (strictly) leave the set as a group.
 * Yields the state after each round. Ends early when no task is left. Throws `E_TASKS_ROUND` when a score is missing.
 */
export async function* groupingRounds(
  state: GroupingState,
  thresholds: readonly number[],
  scorer: RoundScorer,
): AsyncGenerator<GroupingState> {
  requireDescending(thresholds)
  let { round, remaining } = state
  const taken = new Map(state.taken)
  for (const threshold of thresholds) {
    if (remaining.length === 0) return
    round++
    const scores = await scorer.score(round, remaining)
    const left: string[] = []
    for (const task of remaining) {
      const score = scores.get(task)
      if (score === undefined || Number.isNaN(score)) throw missingScore(task, round)
      if (score > threshold) taken.set(task, round)
      else left.push(task)
    }
    remaining = left
    yield { round, remaining, taken: new Map(taken) }
  }
}

function requireDescending(thresholds: readonly number[]): void {
  const at = thresholds.findIndex((threshold, i) => i > 0 && !(threshold < thresholds[i - 1]!))
  if (at < 0) return
  throw new KintsugiError('E_TASKS_THRESHOLDS', {
    message: 'The thresholds of the groups do not descend',
    expected: 'each smaller than the one before, such as 0.8, 0.6, 0.4, 0.2',
    found: `${thresholds.join(', ')}: ${thresholds[at]} after ${thresholds[at - 1]}`,
    fix: 'sort them: the first group takes the tasks that improve most',
  })
}

function missingScore(task: string, round: number): KintsugiError {
  return new KintsugiError('E_TASKS_ROUND', {
    message: `Task "${task}" has no score in round ${round}`,
    expected: 'a score in every round in which the task is still left',
    found: 'none',
    fix: `score it in round ${round}, or give fewer thresholds than there are rounds of scores`,
  })
}
