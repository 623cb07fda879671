import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'

describePlugin(plugin, new URL('../src/index.ts', import.meta.url))
