import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describePlugin, exampleImage } from '@kintsugi/testing'
import { encodeImage } from '../src/index.js'
import { corePlugin } from '../src/nodes/index.js'

const folder = mkdtempSync(join(tmpdir(), 'kintsugi-core-'))
const path = join(folder, 'step.png')
const image = exampleImage({ pattern: 'step', width: 9, height: 6 })
writeFileSync(path, await encodeImage({ ...image, metadata: { bitDepth: 16 } }, { format: 'png' }))
after(() => rmSync(folder, { recursive: true }))

const step = {
  width: 9,
  height: 6,
  samples: [
    [0, 2, 4, 0],
    [2, 5, 5, 1],
  ],
} as const

describePlugin(corePlugin, undefined, {
  nodes: {
    'core/replay': {
      except: {
        parameters: 'the executor reads them: it makes tasks of the steps',
        lineage: 'it stands for the steps of its record, and the example has none',
      },
    },
    'core/read-image': { examples: [{ title: 'a 16-bit PNG', with: { path }, expect: { image: step } }] },
  },
})
