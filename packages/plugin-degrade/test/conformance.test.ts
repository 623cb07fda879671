import { describePlugin } from '@kintsugi/testing'
import plugin from '../src/index.js'

describePlugin(plugin, new URL('../src/index.ts', import.meta.url), {
  nodes: {
    // The default of 256 px is larger than the images that are tried.
    'degrade/crop-pair': { with: { size: 1 } },
    'degrade/jpeg': { except: { 'metadata/bitDepth': 'JPEG samples have 8 bits' } },
    'degrade/webp': { except: { 'metadata/bitDepth': 'WebP samples have 8 bits' } },
  },
})
