import { describePlugin } from '@kintsugi/testing'
import plugin from '../index.js'

describePlugin(plugin, new URL('../index.js', import.meta.url))
