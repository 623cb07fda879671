/** The error codes of `@kintsugi/plugin-tgsr` besides the core's, alphabetical, with what they mean. */
export const codes = {
  E_TASKS_EMPTY: 'There are no tasks to choose from, or a group of tasks would be empty.',
  E_TASKS_KEYS: 'A task lacks a value that the other tasks have.',
  E_TASKS_ROUND: 'A round of grouping lacks the score of a task that is left.',
  E_TASKS_SCORES: 'Scores of tasks are given twice or not at all, or are no numbers.',
  E_TASKS_THRESHOLDS: 'Thresholds of groups do not descend.',
  E_TASKS_TRACE: 'A trace of losses is too short, has no positive start, or lacks the updates that are asked for.',
} as const
