/** The error codes of `@kintsugi/plugin-metrics` besides the core's, alphabetical, with what they mean. */
export const codes = {
  E_METRIC_CHANNELS: 'A gray image was compared with a colour image.',
  E_STATISTICS_COLUMN: 'Two columns of a table would have the same name.',
  E_STATISTICS_EMPTY: 'A statistic was asked of fewer values than it needs.',
  E_STATISTICS_INFINITE: 'A statistic is not defined for infinite values.',
} as const
