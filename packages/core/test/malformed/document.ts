import { type MalformedCase, pipeline, text } from './case.js'

const value = '{ use: core/value, with: { value: 1 } }'

/** Data that has not the form of a pipeline. */
export const documentCases: readonly MalformedCase[] = [
  {
    name: 'a misspelt top-level key',
    text: pipeline`
      ‸ouputs: { a: a }
      nodes: { a: ${value} }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"ouputs"'],
    fix: '"outputs"',
  },
  {
    name: 'no version',
    text: text`
      ‸nodes: { a: ${value} }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"kintsugi"'],
    fix: 'Add "kintsugi: 1"',
  },
  {
    name: 'a version of tomorrow',
    text: text`
      kintsugi: ‸2
      nodes: { a: ${value} }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['version', '2'],
    fix: 'Install a version',
  },
  {
    name: 'empty outputs',
    text: pipeline`
      nodes: { a: ${value} }
      outputs: ‸{}
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"outputs"', 'at least 1 entry'],
    fix: 'at least 1 entry',
  },
  {
    name: 'empty nodes, and an output that names one',
    text: pipeline`
      nodes: {}
      outputs: { a: ‸sharp }
    `,
    code: 'E_REFERENCE',
    says: ['"sharp"'],
    fix: 'Add the node',
  },
  {
    name: 'a node that is a text',
    text: pipeline`
      nodes: { a: ‸core/value }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"nodes.a"', '"core/value"'],
    fix: 'use: ',
  },
  {
    name: 'a node that does nothing',
    text: pipeline`
      nodes: { ‸a: { with: { value: 1 } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"a"', '"use"'],
    fix: 'Add "use: family/name"',
  },
  {
    name: 'a misspelt key of a node',
    text: pipeline`
      nodes: { a: { use: core/value, ‸wiht: { value: 1 } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"wiht"'],
    fix: '"with"',
  },
  {
    name: 'a node of two kinds',
    text: pipeline`
      nodes: { a: { use: core/value, ‸select: { by: a, cases: { x: a } } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"a"', '"use" and "select"'],
    fix: 'two nodes',
  },
  {
    name: 'a node name with a dot',
    text: pipeline`
      nodes: { ‸a.b: ${value} }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"a.b"'],
    fix: '"a_b"',
  },
  {
    name: 'a seed that is a text',
    text: pipeline`
      seed: ‸lucky
      nodes: { a: ${value} }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"seed"', 'a whole number', '"lucky"'],
    fix: 'whole number',
  },
  {
    name: 'an input without a type',
    text: pipeline`
      inputs: { ‸photo: { each: 'images/*.png' } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"type"'],
    fix: 'Add "type"',
  },
  {
    name: 'an input of an unknown type',
    text: pipeline`
      inputs: { photo: { type: ‸picture, each: 'images/*.png' } }
      nodes: { a: { use: core/mod-crop, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_PORT',
    says: ['"picture"', 'image'],
    fix: 'image',
  },
  {
    name: 'choose without options',
    text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes: { a: { choose: ‸{}, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"nodes.a.choose"'],
    fix: 'at least 1 entry',
  },
  {
    name: 'a negative weight',
    text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes: { a: { choose: { x: { weight: ‸-1 }, y: {} }, in: photo } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['weight', '-1'],
    fix: 'from 0 up',
  },
  {
    name: 'over and keep together',
    text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes:
        n: { use: stub/brightness, in: photo }
        m: { use: stats/mean, in: n, over: photo, ‸keep: photo }
      outputs: { m: m }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"over" and "keep"'],
    fix: 'Remove one',
  },
  {
    name: 'when that is a text',
    text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes: { a: { use: core/mod-crop, in: photo, when: ‸sometimes } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"nodes.a.when"', '"sometimes"'],
    fix: 'true or false',
  },
  {
    name: 'a parameter declaration that is no schema',
    text: pipeline`
      params: { strength: ‸2 }
      nodes: { a: ${value} }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"params.strength"', 'JSON Schema'],
    fix: 'JSON Schema',
  },
  {
    name: 'a parameter declaration with an unknown type',
    text: pipeline`
      params: { strength: ‸{ type: float, default: 2 } }
      nodes: { a: ${value} }
      outputs: { a: a }
    `,
    code: 'E_PARAM',
    says: ['"strength"', 'float'],
    fix: 'number',
  },
]
