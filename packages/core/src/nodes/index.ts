import { definePlugin, type Plugin } from '../plugin/plugin.js'
import { VERSION } from '../version.js'
import { contactSheet } from './contact-sheet.js'
import { convert } from './convert.js'
import { crop } from './crop.js'
import { mix } from './mix.js'
import { modCrop } from './mod-crop.js'
import { readImage } from './read-image.js'
import { replay } from './replay.js'
import { value } from './value.js'

export { mixture } from './mix.js'
export { contactSheet, convert, crop, mix, modCrop, readImage, replay, value }

/** The node types of the families `core` and `model`. */
export const corePlugin: Plugin = definePlugin({
  name: '@kintsugi/core',
  version: VERSION,
  nodes: [contactSheet, convert, crop, mix, modCrop, readImage, replay, value],
})
