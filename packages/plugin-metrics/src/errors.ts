/** The error codes of `@kintsugi/plugin-metrics` besides the core's, alphabetical, with what they mean. */
export const codes = {
  E_METRIC_BLOCKS: 'An image has too few blocks with structure for its statistics.',
  E_METRIC_CHANNELS: 'A gray image was compared with a colour image.',
  E_METRIC_FLAT: 'An image without structure has no such score.',
  E_METRIC_KEYS: 'Two series that are compared item by item have different keys.',
  E_METRIC_PAIR: 'A metric that compares an image with its reference was given no reference.',
  E_METRIC_PARAMETERS: 'A file of parameters or weights of a metric is damaged, or not of the kind that it needs.',
  E_METRIC_VECTOR: 'A vector does not fit the metric or the vector that it is compared with.',
  E_STATISTICS_COLUMN: 'Two columns of a table would have the same name.',
  E_STATISTICS_EMPTY: 'A statistic was asked of fewer values than it needs.',
  E_STATISTICS_INFINITE: 'A statistic is not defined for infinite values.',
  E_TABLE_AXIS: 'A table was to be laid out by an axis that its columns do not have, or by one axis twice.',
  E_TABLE_BASELINE: 'The baseline of a table is none of its rows.',
  E_TABLE_PROTOCOL: 'A column of a table would mix scores of different protocols.',
  E_TABLE_PUBLISHED: 'There are no published results of that name.',
} as const
