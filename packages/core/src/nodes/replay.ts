import { Type } from 'typebox'
import { KintsugiError } from '../errors/index.js'
import { defineNode } from '../plugin/node.js'

/** Name of the node type, which the executor carries out. */
export const REPLAY = 'core/replay'

const source = { file: 'photo.png', sha256: '0'.repeat(64) }

/** Applies the steps of a record to an image. The executor makes tasks of the steps; `run` is for a record without any. */
export const replay = defineNode({
  name: REPLAY,
  title: 'Replay a record',
  description:
    'Applies the steps of a record to an image: the same node types with the same parameters and the same random keys, in the place of the image that the record was made with. ' +
    'On that image the result is the same, bit for bit; on another one it is degraded alike, and noise of the same size is the same noise. Each step is a task of its own, with the ' +
    'cache entry of the recorded one where nothing differs, and the result carries the steps as its lineage. Steps that were skipped stay out. What a record does not hold cannot be ' +
    'replayed: members of axes that were reduced, files and models other than `builtin:` ones, further images unless they are given. Say by `from` that the image goes in after such steps.',
  inputs: {
    image: { type: 'image', description: 'What the steps are applied to.' },
    record: { type: 'record', description: 'What to do: `node.$record`, or the path of a record or of a saved image.' },
    others: {
      type: 'image',
      many: true,
      optional: true,
      description: 'Images for the other sources of the record, by their names there.',
    },
  },
  outputs: { image: { type: 'image', description: 'What the steps make of the image.' } },
  params: Type.Object(
    {
      from: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'The step or source of the record that the image stands for: the steps after it are applied. Default: its only source.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  cache: false,
  memory: () => 0,
  examples: [
    {
      title: 'A record without steps leaves the image as it is',
      in: {
        image: { pattern: 'gradient', width: 5, height: 4 },
        record: { value: { record: 1, result: 'photo', sources: { photo: source }, steps: {}, choices: {} } },
      },
      expect: { image: { width: 5, height: 4, samples: [[0, 0, 4, 1]] } },
    },
  ],
  run({ image, record }) {
    if (Object.hasOwn(record.sources, record.result)) return { image }
    throw new KintsugiError('E_REPLAY', {
      message: 'core/replay is carried out by the executor.',
      expected: 'a pipeline that uses it',
      fix: 'Run it by `kintsugi run` or `kintsugi apply`.',
    })
  },
})
