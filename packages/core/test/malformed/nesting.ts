import { type MalformedCase, pipeline } from './case.js'

const inner = pipeline`
  params: { strength: { type: number, minimum: 0 } }
  inputs: { image: { type: image } }
  nodes: { a: { use: degrade/gaussian-blur, in: image, with: { sigma: { $param: strength } } } }
  outputs: { image: a }
`
const outer = (node: string): string => pipeline`
  inputs: { photo: { type: image, each: 'images/*.png' } }
  nodes:
    ${node}
  outputs: { a: a }
`
const uses = (file: string, count: number): string => pipeline`
  inputs: { image: { type: image } }
  nodes: { ${Array.from({ length: count }, (_, i) => `n${i}: { use: ${file}, in: image }`).join(', ')} }
  outputs: { image: n0 }
`
const chain = Object.fromEntries(
  Array.from({ length: 100 }, (_, i) => [
    `deep/${i}.yaml`,
    i === 99 ? uses('core/mod-crop', 1) : uses(`./${i + 1}.yaml`, 1),
  ]),
)
// The 33rd file from the outside is where the limit is met; the outermost is the pipeline itself.
chain['deep/30.yaml'] = chain['deep/30.yaml']!.replace('use: ./', 'use: ‸./')
const bomb = Object.fromEntries(
  Array.from({ length: 9 }, (_, i) => [
    `bomb/${i}.yaml`,
    i === 8 ? uses('core/mod-crop', 10) : uses(`./${i + 1}.yaml`, 10),
  ]),
)

/** Pipeline files in pipeline files. */
export const nestingCases: readonly MalformedCase[] = [
  {
    name: 'a nested file that is not there',
    text: outer('a: { use: ‸./missing.yaml, in: photo }'),
    code: 'E_FILE',
    says: ['"missing.yaml"', 'no such file'],
    fix: 'Check the path',
  },
  {
    name: 'files that contain each other',
    text: outer('a: { use: ./x.yaml, in: photo }'),
    files: { 'x.yaml': uses('./y.yaml', 1), 'y.yaml': uses('‸./x.yaml', 1) },
    code: 'E_CYCLE',
    says: ['pipeline -> x -> y -> x'],
    fix: 'Remove one of these uses',
  },
  {
    name: 'a file that contains itself',
    text: outer('a: { use: ‸./pipeline.yaml, in: photo }'),
    code: 'E_CYCLE',
    says: ['pipeline -> pipeline'],
    fix: 'Remove',
  },
  {
    name: 'files nested 100 deep',
    text: outer('a: { use: ./deep/0.yaml, in: photo }'),
    files: chain,
    code: 'E_NESTING',
    says: ['32'],
    fix: 'Flatten',
  },
  {
    name: 'files that use each other ten times, nine levels deep',
    text: outer('‸a: { use: ./bomb/0.yaml, in: photo }'),
    files: bomb,
    code: 'E_NESTING',
    says: ['200000 nodes'],
    fix: 'Use an axis',
  },
  {
    name: 'a fault in a file that is used twice',
    text: outer(
      'a: { use: ./inner.yaml, in: photo, with: { strength: 1 } }\n    b: { use: ./inner.yaml, in: a, with: { strength: 2 } }',
    ),
    files: { 'inner.yaml': inner.replace('in: image', 'in: ‸imgae') },
    code: 'E_REFERENCE',
    says: ['"imgae"'],
    fix: '"image"',
  },
  {
    name: 'a fault of syntax in a nested file',
    text: outer('a: { use: ./inner.yaml, in: photo }'),
    files: { 'inner.yaml': 'kintsugi: 1\n‸kintsugi: 1\n' },
    code: 'E_DOCUMENT_SYNTAX',
    says: ['"kintsugi"', 'twice'],
    fix: 'rename or remove',
  },
  {
    name: 'a parameter that a nested file does not have',
    text: outer('a: { use: ./inner.yaml, in: photo, with: { ‸strenght: 1 } }'),
    files: { 'inner.yaml': inner },
    code: 'E_PARAM',
    says: ['"strenght"', 'strength'],
    fix: '"strength"',
  },
  {
    name: 'a parameter that a nested file needs',
    text: outer('‸a: { use: ./inner.yaml, in: photo }'),
    files: { 'inner.yaml': inner },
    code: 'E_PARAM',
    says: ['"strength"', '"a"'],
    fix: 'with: { strength: ',
  },
  {
    name: 'a parameter of a nested file out of its range',
    text: outer('a: { use: ./inner.yaml, in: photo, with: { strength: ‸-1 } }'),
    files: { 'inner.yaml': inner },
    code: 'E_PARAM',
    says: ['strength', '-1', 'at least 0'],
    fix: 'at least 0',
  },
  {
    name: 'a parameter called constructor',
    text: outer('a: { use: ./inner.yaml, in: photo, with: { strength: 1, ‸constructor: 1 } }'),
    files: { 'inner.yaml': inner },
    code: 'E_PARAM',
    says: ['"constructor"'],
    fix: 'Remove',
  },
  {
    name: 'over on a nested file',
    text: outer('a: { use: ./inner.yaml, in: photo, with: { strength: 1 }, ‸over: photo }'),
    files: { 'inner.yaml': inner },
    code: 'E_AXIS',
    says: ['"a"', '"over"'],
    fix: 'inside the nested file',
  },
  {
    name: 'an axis of a nested file that is not mapped',
    text: outer('‸a: { use: ./inner.yaml, in: photo }'),
    files: {
      'inner.yaml': pipeline`
      inputs: { image: { type: image, axes: [item] } }
      nodes: { n: { use: stub/brightness, in: image }, m: { use: stats/mean, in: n, over: item } }
      outputs: { m: m }
    `,
    },
    code: 'E_AXIS',
    says: ['"a"', '"image"', '"item"'],
    fix: 'axes: { item: ',
  },
  {
    name: 'an axis that a nested file opens and does not list',
    text: outer('a: { use: ./inner.yaml, in: photo }'),
    files: {
      'inner.yaml': pipeline`
      inputs: { image: { type: image } }
      axes: { level: [1, 2] }
      nodes: { n: { use: degrade/gaussian-blur, in: image, with: { sigma: { $axis: level } } } }
      outputs: { blurred: ‸n }
    `,
    },
    code: 'E_AXIS',
    says: ['"blurred"', '"level"'],
    fix: 'axes: [level]',
  },
]
