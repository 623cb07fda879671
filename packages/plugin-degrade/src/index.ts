import { definePlugin } from '@kintsugi/core'
import { gaussianBlur } from './nodes/gaussian-blur.js'
import { gaussianNoise } from './nodes/gaussian-noise.js'
import { jpeg } from './nodes/jpeg.js'
import { resize } from './nodes/resize.js'

export { gaussianBlur, gaussianNoise, jpeg, resize }

/** The plugin: node types of the family `degrade`. */
export default definePlugin({
  name: '@kintsugi/plugin-degrade',
  version: '0.1.0',
  nodes: [gaussianBlur, gaussianNoise, jpeg, resize],
})
