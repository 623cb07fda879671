import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKintsugi } from '@kintsugi/core'
import { stringify } from 'yaml'
import { withFolder } from './measure/folder.mjs'
import { atMost } from './measure/rows.mjs'
import { timed } from './measure/time.mjs'

export const title = 'Loading, checking and planning a document of 10,000 nodes'

const NODES = 10_000

/** First use in a process, plugins loaded within it; a chain, so that depth is tried as well as size. */
export async function measure() {
  const nodes = {}
  for (let i = 0; i < NODES; i++) {
    nodes[`n${i}`] = {
      use: 'degrade/gaussian-blur',
      in: i === 0 ? 'photo' : `n${i - 1}`,
      with: { sigma: { $uniform: [0.5, 1.5] } },
    }
  }
  const document = {
    kintsugi: 1,
    inputs: { photo: { type: 'image', each: '*.png' } },
    nodes,
    outputs: { last: { from: `n${NODES - 1}`, save: '{photo}.png' } },
  }
  return withFolder(async (folder) => {
    writeFileSync(join(folder, 'photo.png'), '')
    writeFileSync(join(folder, 'pipeline.json'), JSON.stringify(document, undefined, 2))
    writeFileSync(join(folder, 'pipeline.yaml'), stringify(document, { aliasDuplicateObjects: false }))
    const seconds = async (file) => {
      const { result, least } = await timed(() => createKintsugi({ cacheDir: false }).plan(join(folder, file)))
      if (result.plan.nodes.length < NODES) throw new Error('nodes are missing from the plan')
      return least / 1000
    }
    return [
      atMost('JSON', await seconds('pipeline.json'), 2, 's'),
      atMost('YAML', await seconds('pipeline.yaml'), 4, 's'),
    ]
  })
}
