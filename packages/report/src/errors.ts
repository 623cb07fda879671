/** The error codes of `@kintsugi/report` besides the core's, with what they mean. */
export const codes = {
  E_REPORT_RUN: 'A folder that a report was asked of does not hold a finished run.',
} as const
