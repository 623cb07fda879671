import { type MalformedCase, pipeline } from './case.js'

const photo = "inputs: { photo: { type: image, each: 'images/*.png' } }"
const good = pipeline`
  params: { strength: { type: number, default: 1, minimum: 0 } }
  inputs: { photo: { type: image, each: 'images/*.png' } }
  nodes: { sharp: { use: core/mod-crop, in: photo, with: { multiple: 4 } } }
  outputs: { sharp: sharp }
`
const saving = (save: string): string => pipeline`
  ${photo}
  nodes: { a: { use: core/mod-crop, in: photo } }
  outputs: { a: { from: a, save: ${save} } }
`

/** Inputs, outputs and what a caller asks for. */
export const requestCases: readonly MalformedCase[] = [
  {
    name: 'a pattern that no file matches',
    text: pipeline`
      inputs: { ‸photo: { type: image, each: 'pictures/*.png' } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `.replace('‸photo: {', 'photo: ‸{'),
    code: 'E_INPUT',
    says: ['"photo"', 'pictures/*.png'],
    fix: 'relative to the pipeline file',
  },
  {
    name: 'an input without a value',
    text: pipeline`
      inputs: { photo: ‸{ type: image } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_INPUT',
    says: ['"photo"', 'no value'],
    fix: '--input photo=',
  },
  {
    name: 'an input whose default is not there',
    text: pipeline`
      inputs: { photo: ‸{ type: image, default: cat.png } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_INPUT',
    says: ['"cat.png"', '"photo"', 'no such file'],
    fix: 'Check the path',
  },
  {
    name: 'two files with one key',
    text: pipeline`
      inputs: { photo: ‸{ type: image, each: 'twice/*' } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    files: { 'twice/a.png': 'x', 'twice/a.jpg': 'x' },
    code: 'E_INPUT',
    says: ['"a"', 'a.jpg', 'a.png'],
    fix: 'Narrow the pattern',
  },
  {
    name: 'a list with a key twice',
    text: pipeline`
      inputs: { row: ‸{ type: record, each: rows.csv } }
      nodes: { a: { use: core/value, with: { value: 1 }, along: [row] } }
      outputs: { a: a }
    `,
    files: { 'rows.csv': 'key,sigma\na,1\na,2\n' },
    code: 'E_INPUT',
    says: ['"rows.csv"', 'Row 2', 'a'],
    fix: 'distinct',
  },
  {
    name: 'a list with a broken line',
    text: pipeline`
      inputs: { row: ‸{ type: record, each: rows.jsonl } }
      nodes: { a: { use: core/value, with: { value: 1 }, along: [row] } }
      outputs: { a: a }
    `,
    files: { 'rows.jsonl': '{"key": "a"}\n{"key": "b"\n' },
    code: 'E_INPUT',
    says: ['Line 2', '"rows.jsonl"'],
    fix: 'JSON object',
  },
  {
    name: 'an unknown input from the caller',
    text: good,
    options: { inputs: { phot: 'images/a.png' } },
    code: 'E_ARGUMENT',
    says: ['"phot"', 'photo'],
    fix: '"photo"',
  },
  {
    name: 'a file from the caller that is not there',
    text: good.replace("each: 'images/*.png'", ''),
    options: { inputs: { photo: 'missing.png' } },
    code: 'E_INPUT',
    says: ['"missing.png"', '"photo"'],
    fix: 'Check the path',
  },
  {
    name: 'an unknown parameter from the caller',
    text: good,
    options: { params: { strenght: 2 } },
    code: 'E_ARGUMENT',
    says: ['"strenght"', 'strength'],
    fix: '"strength"',
  },
  {
    name: 'a parameter from the caller called toString',
    text: good,
    options: { params: { toString: 2 } },
    code: 'E_ARGUMENT',
    says: ['"toString"'],
    fix: 'Remove',
  },
  {
    name: 'a parameter from the caller out of range',
    text: good.replace('strength: {', 'strength: ‸{'),
    options: { params: { strength: -2 } },
    code: 'E_PARAM',
    says: ['"strength"', '-2', 'at least 0'],
    fix: '--param strength=',
  },
  {
    name: 'a parameter without a value, used twice',
    text: pipeline`
      params: { ‸strength: { type: string } }
      nodes: { a: { use: core/value, with: { value: { $param: strength } } }, b: { use: core/value, with: { value: { $expr: 'strength + 1' } } } }
      outputs: { a: a, b: b }
    `,
    code: 'E_PARAM',
    says: ['"strength"', 'no value'],
    fix: '--param strength=',
  },
  {
    name: 'an unknown output asked for',
    text: good,
    options: { only: ['shrap'] },
    code: 'E_ARGUMENT',
    says: ['"shrap"', 'sharp'],
    fix: '"sharp"',
  },
  {
    name: 'a limit of an unknown axis',
    text: good,
    options: { limit: { phot: 3 } },
    code: 'E_ARGUMENT',
    says: ['"phot"', 'photo'],
    fix: '"photo"',
  },
  {
    name: 'a limit of nothing',
    text: good,
    options: { limit: { photo: 0 } },
    code: 'E_ARGUMENT',
    says: ['photo', '0'],
    fix: '--limit photo=1',
  },
  {
    name: 'a key that is not there asked for',
    text: good,
    options: { where: { photo: ['c'] } },
    code: 'E_ARGUMENT',
    says: ['"c"', '"photo"', 'a, b'],
    fix: 'one of these',
  },
  {
    name: 'a setting of a part that is not there',
    text: good,
    options: { set: { 'nodes.shrap.with.multiple': 8 } },
    code: 'E_ARGUMENT',
    says: ['"nodes.shrap"'],
    fix: '"nodes.sharp"',
  },
  {
    name: 'a setting that does not fit',
    text: good.replace('multiple: ', 'multiple: ‸'),
    options: { set: { 'nodes.sharp.with.multiple': 'x' } },
    code: 'E_PARAM',
    says: ['"multiple"', '"x"'],
    fix: 'a whole number',
  },
  {
    name: 'a path that leaves the output folder',
    text: saving("‸'../{photo}.png'"),
    code: 'E_OUTPUT',
    says: ['"a"', '../{photo}.png'],
    fix: '".."',
  },
  {
    name: 'an absolute path to save to',
    text: saving("‸'/etc/{photo}.png'"),
    code: 'E_OUTPUT',
    says: ['"a"', '/etc/{photo}.png'],
    fix: 'leading slashes',
  },
  {
    name: 'a path that does not name an axis',
    text: saving('‸restored.png'),
    code: 'E_OUTPUT',
    says: ['"a"', '"photo"', 'overwrite'],
    fix: '{photo}',
  },
  {
    name: 'a path with a misspelt axis',
    text: saving("‸'{phtoo}.png'"),
    code: 'E_OUTPUT',
    says: ['"{phtoo}"', 'photo'],
    fix: '"{photo}"',
  },
  {
    name: 'a path with an unknown extension',
    text: saving("‸'{photo}.bmp'"),
    code: 'E_OUTPUT',
    says: ['"a"', '{photo}.bmp', '.png'],
    fix: '{photo}.png',
  },
  {
    name: 'a path without an extension',
    text: saving("‸'{photo}'"),
    code: 'E_OUTPUT',
    says: ['"a"', '.png'],
    fix: '"{photo}.png"',
  },
  {
    name: 'an option that the encoder does not have',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: { from: a, save: '{photo}.jpg', encode: { ‸qality: 90 } } }
    `,
    code: 'E_OUTPUT',
    says: ['"qality"', 'quality'],
    fix: '"quality"',
  },
  {
    name: 'a negative memory budget',
    text: good,
    options: { memory: -1 },
    code: 'E_ARGUMENT',
    says: ['memory', '-1'],
    fix: 'bytes',
  },
  {
    name: 'no threads',
    text: good,
    options: { jobs: 0 },
    code: 'E_ARGUMENT',
    says: ['jobs', '0'],
    fix: 'all processors',
  },
]
