import { definePlugin } from '@kintsugi/core'
import { degradeStubs } from './stub-degrade.js'
import { restoreStubs } from './stub-restore.js'
import { statsStubs } from './stub-stats.js'

/** Node types that stand in for those of the published methods: cheap, and telling in their results what they were given. */
export const stub = definePlugin({
  name: 'stub',
  version: '1.0.0',
  nodes: [...degradeStubs, ...restoreStubs, ...statsStubs],
})
