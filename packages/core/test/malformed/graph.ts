import { type MalformedCase, pipeline } from './case.js'

const photo = "inputs: { photo: { type: image, each: 'images/*.png' } }"

/** Nodes, ports, parameters and references that do not fit. */
export const graphCases: readonly MalformedCase[] = [
  {
    name: 'an unknown node type',
    text: pipeline`
      ${photo}
      nodes: { a: { use: ‸degrade/gausian-blur, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_NODE_UNKNOWN',
    says: ['"degrade/gausian-blur"'],
    fix: '"degrade/gaussian-blur"',
  },
  {
    name: 'a node type of a family that nothing provides',
    text: pipeline`
      ${photo}
      nodes: { a: { use: ‸astro/destripe, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_NODE_UNKNOWN',
    says: ['"astro/destripe"'],
    fix: 'Install the plugin',
  },
  {
    name: 'an unknown node type whose value others use',
    text: pipeline`
      ${photo}
      nodes:
        a: { use: ‸core/modcrop, in: photo }
        b: { use: core/mod-crop, in: a }
        c: { stack: { a: a, b: b }, axis: method }
      outputs: { a: a, b: b, c: { from: c, save: '{photo}-{method}.png' } }
    `,
    code: 'E_NODE_UNKNOWN',
    says: ['"core/modcrop"'],
    fix: '"core/mod-crop"',
  },
  {
    name: 'a misspelt parameter',
    text: pipeline`
      ${photo}
      nodes: { a: { use: degrade/gaussian-noise, in: photo, with: { ‸sigm: 10 } } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"sigm"', '"sigma"'],
    fix: '"sigma"',
  },
  {
    name: 'a required parameter left out',
    text: pipeline`
      nodes: { a: ‸{ use: core/value } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"value"', 'a number'],
    fix: 'Add "value": a number',
  },
  {
    name: 'a parameter of the wrong type',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/mod-crop, in: photo, with: { multiple: ‸four } } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"multiple"', 'a whole number', '"four"'],
    fix: 'a whole number from 1 to 4096',
  },
  {
    name: 'a parameter out of its range',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/mod-crop, in: photo, with: { multiple: ‸0 } } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"multiple"', 'from 1 to 4096', '0'],
    fix: 'from 1 to 4096',
  },
  {
    name: 'a misspelt choice of words',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/convert, in: photo, with: { color: ‸grey } } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"color"', '"gray"', '"grey"'],
    fix: '"gray"',
  },
  {
    name: 'a misspelt port',
    text: pipeline`
      ${photo}
      nodes: { a: { use: metrics/psnr, in: { image: photo, ‸refrence: photo } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"refrence"', 'reference'],
    fix: '"reference"',
  },
  {
    name: 'a missing input',
    text: pipeline`
      ${photo}
      nodes: { ‸a: { use: metrics/psnr, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"reference"', '"a"', 'an image'],
    fix: 'reference: <node>',
  },
  {
    name: 'a port filled twice',
    text: pipeline`
      ${photo}
      nodes:
        m: { use: esrgan/restore, in: { image: photo, model: model }, with: { ‸model: builtin:x4 } }
      let: {}
      outputs: { m: m }
    `.replace('inputs: { photo', "inputs: { model: { type: model, default: 'builtin:x4' }, photo"),
    code: 'E_PORT',
    says: ['"model"', '"in"', '"with"'],
    fix: 'Remove one',
  },
  {
    name: 'a number connected to an image port',
    text: pipeline`
      ${photo}
      nodes:
        n: { use: stub/brightness, in: photo }
        a: { use: core/mod-crop, in: ‸n }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"image" of "a"', 'an image', 'a number'],
    fix: 'an image',
  },
  {
    name: 'an image written as a literal',
    text: pipeline`
      nodes: { a: { use: core/mod-crop, with: { image: ‸cat.png } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"image" of "a"', 'literal'],
    fix: 'in: { image: <node> }',
  },
  {
    name: 'an input of a node that has none',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/value, in: ‸photo, with: { value: 1 } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"a"', 'no inputs'],
    fix: 'Remove "in"',
  },
  {
    name: 'a misspelt reference',
    text: pipeline`
      ${photo}
      nodes:
        b: { use: core/mod-crop, in: ‸shrap }
        sharp: { use: core/mod-crop, in: photo }
      outputs: { b: b, sharp: sharp }
    `,
    code: 'E_REFERENCE',
    says: ['"shrap"'],
    fix: '"sharp"',
  },
  {
    name: 'a misspelt reference with a port',
    text: pipeline`
      ${photo}
      nodes:
        kind: { use: stub/classify, in: photo }
      outputs: { kind: ‸kid.label }
    `,
    code: 'E_REFERENCE',
    says: ['"kid.label"', 'kid'],
    fix: '"kind"',
  },
  {
    name: 'a misspelt output port',
    text: pipeline`
      ${photo}
      nodes: { kind: { use: stub/classify, in: photo } }
      outputs: { kind: ‸kind.lable }
    `,
    code: 'E_REFERENCE',
    says: ['"kind"', '"lable"', 'label'],
    fix: '"kind.label"',
  },
  {
    name: 'a reference that is none',
    text: pipeline`
      ${photo}
      nodes: { a: { use: core/mod-crop, in: ‸"photo[" } }
      outputs: { a: a }
    `,
    code: 'E_REFERENCE',
    says: ['"photo["'],
    fix: 'node.port[axis: key]',
  },
  {
    name: 'a name that is an input and a node',
    text: pipeline`
      ${photo}
      nodes: { ‸photo: { use: core/mod-crop, in: photo } }
      outputs: { a: photo }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"photo"'],
    fix: 'Rename one',
  },
  {
    name: 'a node that depends on itself',
    text: pipeline`
      nodes: { ‸a: { use: core/mod-crop, in: a } }
      outputs: { a: a }
    `,
    code: 'E_CYCLE',
    says: ['a <- a'],
    fix: 'Remove one of these references',
  },
  {
    name: 'a circle of two nodes, with more that hang on it',
    text: pipeline`
      nodes:
        ‸a: { use: core/mod-crop, in: b }
        b: { use: core/mod-crop, in: a }
        c: { use: core/mod-crop, in: b }
      outputs: { c: c, a: a }
    `,
    code: 'E_CYCLE',
    says: ['a <- b <- a'],
    fix: 'Remove one of these references',
  },
  {
    name: 'a circle through the steps of a choose',
    text: pipeline`
      ${photo}
      nodes:
        ‸a:
          in: photo
          choose:
            x: { steps: [{ use: core/crop, with: { width: { $from: size }, height: 2 } }] }
        size: { use: stub/brightness, in: a }
      outputs: { a: a }
    `,
    code: 'E_CYCLE',
    says: ['a <- size <- a'],
    fix: 'Remove one of these references',
  },
  {
    name: 'when on a node that cannot pass its input on',
    text: pipeline`
      ${photo}
      nodes: { n: { use: stub/brightness, in: photo, when: ‸{ $chance: 0.5 } } }
      outputs: { n: n }
    `,
    code: 'E_PORT',
    says: ['"n"', 'an image', 'a number'],
    fix: 'select',
  },
  {
    name: 'when on a node without inputs',
    text: pipeline`
      nodes: { n: { use: core/value, with: { value: 1 }, when: ‸{ $chance: 0.5 } } }
      outputs: { n: n }
    `,
    code: 'E_PORT',
    says: ['"n"', 'no input to pass on'],
    fix: 'select',
  },
  {
    name: 'options of a choose that give different types',
    text: pipeline`
      ${photo}
      nodes:
        a: { in: photo, choose: { x: {}, y: ‸{ steps: [{ use: stub/brightness }] } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"a"', 'an image', 'a number'],
    fix: 'an image',
  },
  {
    name: 'a choose with nothing to pass on',
    text: pipeline`
      nodes: { a: { choose: { ‸x: {} } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"x"', 'no steps', 'no input'],
    fix: 'Add "in: <node>"',
  },
  {
    name: 'a shuffle that no order satisfies',
    text: pipeline`
      ${photo}
      nodes:
        a:
          in: photo
          shuffle:
            steps: { b: { use: core/mod-crop }, c: { use: core/mod-crop } }
            before: ‸[[b, c], [c, b]]
      outputs: { a: a }
    `,
    code: 'E_CYCLE',
    says: ['"a"', 'b, c'],
    fix: 'Remove one of the pairs',
  },
  {
    name: 'a shuffle that orders a step that is not there',
    text: pipeline`
      ${photo}
      nodes:
        a:
          in: photo
          shuffle:
            steps: { blur: { use: core/mod-crop }, noise: { use: core/mod-crop } }
            before: [[blur, ‸nosie]]
      outputs: { a: a }
    `,
    code: 'E_REFERENCE',
    says: ['"nosie"', 'blur, noise'],
    fix: '"noise"',
  },
  {
    name: 'a select by an image',
    text: pipeline`
      ${photo}
      nodes: { a: { select: { by: ‸photo, cases: { x: photo } } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"a"', 'a label, text, number or boolean', 'image'],
    fix: 'label',
  },
  {
    name: 'min_confidence without a default',
    text: pipeline`
      ${photo}
      nodes:
        kind: { use: stub/classify, in: photo }
        a: { select: { by: kind, cases: { noise: photo }, min_confidence: ‸0.5 } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"min_confidence"', 'no default'],
    fix: 'default: <node>',
  },
  {
    name: 'cases of different types',
    text: pipeline`
      ${photo}
      nodes:
        kind: { use: stub/classify, in: photo }
        n: { use: stub/brightness, in: photo }
        a: { select: { by: kind, cases: { noise: photo, blur: ‸n } } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"a"', 'an image', 'a number'],
    fix: 'an image',
  },
  {
    name: 'a label given as a number',
    text: pipeline`
      ${photo}
      nodes: { a: { use: stub/tag, in: photo, with: { label: ‸3 } } }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"label"', 'a text', '3'],
    fix: 'a text',
  },
]
