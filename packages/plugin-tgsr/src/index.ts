import { definePlugin } from '@kintsugi/core'
import { checkpointReader, mixMaker } from '@kintsugi/nn'
import { average } from './nodes/average.js'
import { drawTask } from './nodes/draw-task.js'
import { gain } from './nodes/gain.js'
import { group } from './nodes/group.js'
import { indicator } from './nodes/indicator.js'
import { losses } from './nodes/losses.js'
import { restore } from './nodes/restore.js'
import { scores } from './nodes/scores.js'
import { select } from './nodes/select.js'

export { codes } from './errors.js'
export { type GroupingState, groupingRounds, type RoundScorer, startGrouping } from './grouping/group-tasks.js'
export { recordedScores } from './grouping/recorded-scores.js'
export { average, drawTask, gain, group, indicator, losses, restore, scores, select }

const file = (name: string): URL => new URL(`../pipelines/${name}.yaml`, import.meta.url)

/** Task grouping for real-world super-resolution (TGSR): sets of tasks, their grouping, and networks trained by groups. */
export default definePlugin({
  name: '@kintsugi/plugin-tgsr',
  version: '0.1.0',
  nodes: [average, drawTask, gain, group, indicator, losses, restore, scores, select],
  pipelines: { 'tgsr/tasks': file('tasks'), 'tgsr/validation-set': file('validation-set') },
  modelReaders: [checkpointReader],
  modelMakers: [mixMaker],
})
