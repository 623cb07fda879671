import { type MalformedCase, pipeline } from './case.js'

const photo = "inputs: { photo: { type: image, each: 'images/*.png' } }"
const value = (axis: string): string => pipeline`
  axes: { n: ${axis} }
  nodes: { a: { use: core/value, with: { value: { $axis: n } } } }
  outputs: { a: a }
`

/** Axes that are declared, used, joined or reduced wrongly. */
export const axisCases: readonly MalformedCase[] = [
  {
    name: 'an axis without keys',
    text: value('‸[]'),
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"axes.n"', 'at least 1'],
    fix: 'at least 1',
  },
  {
    name: 'an axis with a key twice',
    text: value('[1, 2, ‸1]'),
    code: 'E_AXIS',
    says: ['"n"', '"1"', 'entries 1 and 3'],
    fix: 'Remove one',
  },
  {
    name: 'records of an axis with one key',
    text: value('[{ key: a, v: 1 }, ‸{ key: a, v: 2 }]').replace('$axis: n', '$axis: n.v'),
    code: 'E_AXIS',
    says: ['"n"', '"a"'],
    fix: 'distinct "key"s',
  },
  {
    name: 'a record without a key',
    text: value('[‸{ sigma: 1 }]'),
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"key"'],
    fix: 'key',
  },
  {
    name: 'an axis of no keys by count',
    text: value('{ count: ‸0 }'),
    code: 'E_DOCUMENT_SCHEMA',
    says: ['count', '0'],
    fix: 'from 1 up',
  },
  {
    name: 'an axis of too many keys',
    text: value('{ count: ‸1000000000000 }'),
    code: 'E_AXIS',
    says: ['"n"', '1000000000000', '10000000'],
    fix: 'fewer',
  },
  {
    name: 'an axis whose keys are drawn',
    text: value('‸[1, { $uniform: [0, 1] }]'),
    code: 'E_AXIS',
    says: ['keys of an axis', 'before the run'],
    fix: 'literals',
  },
  {
    name: 'an axis that is a number',
    text: value('‸3'),
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"axes.n"', '3'],
    fix: 'list',
  },
  {
    name: 'a misspelt axis in over',
    text: pipeline`
      ${photo}
      nodes:
        n: { use: stub/brightness, in: photo }
        m: { use: stats/mean, in: n, over: ‸phtoo }
      outputs: { m: m }
    `,
    code: 'E_AXIS',
    says: ['"phtoo"', 'photo'],
    fix: '"photo"',
  },
  {
    name: 'over an axis along which the input does not vary',
    text: pipeline`
      ${photo}
      axes: { sigma: [1, 2] }
      nodes:
        n: { use: stub/brightness, in: photo }
        m: { use: stats/mean, in: n, over: ‸sigma }
      outputs: { m: m }
    `,
    code: 'E_AXIS',
    says: ['"m"', '"sigma"', 'photo'],
    fix: '"sigma"',
  },
  {
    name: 'over on a node that works on one value',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/mod-crop, in: photo, ‸over: photo } }
      outputs: { a: a }
    `,
    code: 'E_AXIS',
    says: ['"a"', '"over"', 'one value at a time'],
    fix: 'Remove "over"',
  },
  {
    name: 'a mean that does not say over what',
    text: pipeline`
      ${photo}
      nodes:
        n: { use: stub/brightness, in: photo }
        ‸m: { use: stats/mean, in: n }
      outputs: { m: m }
    `,
    code: 'E_AXIS',
    says: ['"m"', 'reduces', 'photo'],
    fix: 'over: photo',
  },
  {
    name: 'a misspelt axis in along',
    text: pipeline`
      ${photo}
      axes: { draw: { count: 3 } }
      nodes: { a: { use: core/mod-crop, in: photo, along: [‸darw] } }
      outputs: { a: a }
    `,
    code: 'E_AXIS',
    says: ['"darw"', 'draw'],
    fix: '"draw"',
  },
  {
    name: 'draws keyed by an axis that the node does not have',
    text: pipeline`
      ${photo}
      axes: { task: [1, 2] }
      nodes: { a: { use: core/mod-crop, in: photo, with: { multiple: { $int: [1, 4] } }, random: { by: [‸task] } } }
      outputs: { a: a }
    `,
    code: 'E_AXIS',
    says: ['"a"', '"task"', 'photo'],
    fix: 'along: [task]',
  },
  {
    name: 'a key that an axis does not have',
    text: pipeline`
      axes: { model: { base: 1, tuned: 2 } }
      nodes: { a: { use: core/value, with: { value: { $axis: model } } } }
      outputs: { a: ‸'a[model: tunde]' }
    `,
    code: 'E_AXIS',
    says: ['"tunde"', 'base, tuned'],
    fix: '"tuned"',
  },
  {
    name: 'an index along an axis that the value does not have',
    text: pipeline`
      axes: { model: { base: 1, tuned: 2 } }
      nodes: { a: { use: core/value, with: { value: 1 } } }
      outputs: { a: ‸'a[model: base]' }
    `,
    code: 'E_AXIS',
    says: ['"model"', 'does not vary'],
    fix: 'Remove the index',
  },
  {
    name: 'a stack of different types',
    text: pipeline`
      ${photo}
      nodes:
        n: { use: stub/brightness, in: photo }
        s: { stack: { image: photo, number: ‸n }, axis: method }
      outputs: { s: s }
    `,
    code: 'E_PORT',
    says: ['"s"', 'an image', 'a number'],
    fix: 'an image',
  },
  {
    name: 'a stack over an axis that its entries have',
    text: pipeline`
      ${photo}
      nodes:
        a: { use: core/mod-crop, in: photo }
        s: { stack: { photo: photo, cropped: a }, axis: ‸photo }
      outputs: { s: s }
    `,
    code: 'E_AXIS',
    says: ['"photo"', 'input photo'],
    fix: 'another axis name',
  },
  {
    name: 'a stack of literals without a type',
    text: pipeline`
      nodes: { ‸s: { stack: { a: { literal: 1 }, b: { literal: 2 } }, axis: method } }
      outputs: { s: s }
    `,
    code: 'E_PORT',
    says: ['"s"', 'literals only'],
    fix: 'type: number',
  },
  {
    name: 'an axis with two origins',
    text: pipeline`
      ${photo}
      axes: { ‸photo: [1, 2] }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_AXIS',
    says: ['"photo"', 'input photo'],
    fix: 'Rename one',
  },
  {
    name: 'a faulty axis that is used twice',
    text: pipeline`
      axes: { n: [1, 2, ‸1] }
      nodes: { a: { use: core/value, with: { value: { $axis: n } } }, m: { use: stats/mean, in: a, over: n } }
      outputs: { a: a, m: m }
    `,
    code: 'E_AXIS',
    says: ['"n"', '"1"'],
    fix: 'Remove one',
  },
  {
    name: 'inputs that share an axis and have different keys',
    text: pipeline`
      inputs:
        hr: { type: image, each: 'images/{item}.png' }
        lr: ‸{ type: image, each: 'small/{item}x4.png' }
      nodes: { a: { use: metrics/psnr, in: { image: hr, reference: lr } } }
      outputs: { a: a }
    `,
    files: { 'small/ax4.png': 'x', 'small/cx4.png': 'x' },
    code: 'E_AXIS_JOIN',
    says: ['"hr"', '"lr"', '"item"', 'only in "hr": b', 'only in "lr": c'],
    fix: 'join: inner',
  },
  {
    name: 'inputs that are to share an axis and have no key in common',
    text: pipeline`
      inputs:
        hr: { type: image, each: 'images/{item}.png' }
        lr: ‸{ type: image, each: { glob: 'small/{item}x4.png', join: inner } }
      nodes: { a: { use: metrics/psnr, in: { image: hr, reference: lr } } }
      outputs: { a: a }
    `,
    files: { 'small/cx4.png': 'x', 'small/dx4.png': 'x' },
    code: 'E_AXIS_JOIN',
    says: ['"hr"', '"lr"', 'no key in common'],
    fix: 'Correct the patterns',
  },
  {
    name: 'an axis of an expanding node that is there already',
    text: pipeline`
      ${photo}
      axes: { tile: [1, 2] }
      nodes: { t: { use: ‸stub/split, in: photo } }
      outputs: { t: t }
    `,
    code: 'E_AXIS',
    says: ['"t"', '"tile"', 'axes.tile'],
    fix: 'opens: ',
  },
  {
    name: 'a reduction that keeps an axis whose keys differ along the reduced one',
    text: pipeline`
      ${photo}
      nodes:
        t: { use: stub/split, in: photo }
        n: { use: stub/brightness, in: t }
        ‸m: { use: stats/mean, in: n, over: photo }
      outputs: { m: m }
    `,
    code: 'E_AXIS',
    says: ['"m"', '"tile"'],
    fix: 'Add "tile" to "over"',
  },
  {
    name: 'grouping by an image',
    text: pipeline`
      ${photo}
      nodes:
        n: { use: stub/brightness, in: photo }
        m: { use: stats/mean, in: n, over: photo, by: ‸photo, as: group }
      outputs: { m: m }
    `,
    code: 'E_PORT',
    says: ['"m"', 'a label, text, number or boolean'],
    fix: 'label',
  },
  {
    name: 'by without as',
    text: pipeline`
      ${photo}
      nodes:
        kind: { use: stub/classify, in: photo }
        n: { use: stub/brightness, in: photo }
        m: { use: stats/mean, in: n, over: photo, ‸by: kind }
      outputs: { m: m }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"by"', '"as"'],
    fix: '"as"',
  },
]
