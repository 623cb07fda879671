/** What a command's exit code says. */
export const exitCodes = {
  /** Everything was done. */
  done: 0,
  /** Something failed, differs or was cancelled. */
  failed: 1,
  /** The pipeline or the arguments are invalid. */
  invalid: 2,
} as const
