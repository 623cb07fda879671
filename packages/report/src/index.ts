export { codes } from './errors.js'
export type { NodeTiming, RunTimings } from './read-run.js'
export { type WrittenReport, writeReport } from './report.js'
