import { type MalformedCase, pipeline } from './case.js'

const blur = (sigma: string, more = ''): string => pipeline`
  inputs: { photo: { type: image, each: 'images/*.png' } }
  ${more || 'name: forms'}
  nodes:
    blur: { use: degrade/gaussian-blur, in: photo, with: { sigma: ${sigma} } }
  outputs: { blur: blur }
`
const value = (form: string, more = ''): string => pipeline`
  ${more || 'name: forms'}
  nodes:
    a: { use: core/value, with: { value: ${form} } }
  outputs: { a: a }
`

/** Value forms and expressions that are malformed, or give what the parameter does not take. */
export const formCases: readonly MalformedCase[] = [
  {
    name: '$uniform out of range',
    text: blur('‸{ $uniform: [-1, 2] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-1', '$uniform'],
    fix: 'a number',
  },
  {
    name: '$int out of range',
    text: blur('‸{ $int: [-2, 2] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-2', '$int'],
    fix: 'a number',
  },
  {
    name: '$normal without bounds out of range',
    text: blur('‸{ $normal: { mean: 1, std: 1 } }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-7', '$normal'],
    fix: 'a number',
  },
  {
    name: '$loguniform out of range',
    text: blur('‸{ $loguniform: [1, 100000] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '316.2', '$loguniform'],
    fix: 'a number',
  },
  {
    name: 'one of the values of $choice out of range',
    text: blur('‸{ $choice: [1, 2, -3] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-3', '$choice'],
    fix: 'a number',
  },
  {
    name: '$chance for a number',
    text: blur('‸{ $chance: 0.5 }'),
    code: 'E_PARAM',
    says: ['"sigma"', 'a number', 'true', '$chance'],
    fix: 'a number',
  },
  {
    name: 'one key of an axis out of range',
    text: blur('‸{ $axis: s }', 'axes: { s: [1, 2, -3] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-3', 'the axis "s"'],
    fix: 'a number',
  },
  {
    name: 'a parameter of the pipeline of the wrong type',
    text: blur('‸{ $param: s }', 'params: { s: { type: string, default: strong } }'),
    code: 'E_PARAM',
    says: ['"sigma"', '"strong"'],
    fix: 'a number',
  },
  {
    name: 'a let out of range',
    text: blur('‸{ $let: s }', 'let: { s: { $uniform: [-5, -4] } }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-5'],
    fix: 'a number',
  },
  {
    name: 'an expression out of range',
    text: blur("‸{ $expr: '1 - s' }", 'axes: { s: [0, 3] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-2', '$expr'],
    fix: 'a number',
  },
  {
    name: 'a range inside a choice out of range',
    text: blur('‸{ $choice: [1, { $uniform: [-2, 3] }] }'),
    code: 'E_PARAM',
    says: ['"sigma"', '-2'],
    fix: 'a number',
  },
  {
    name: 'an unknown form',
    text: value('{ ‸$unifrom: [0, 1] }'),
    code: 'E_FORM',
    says: ['"$unifrom"', '"$uniform"'],
    fix: '"$uniform"',
  },
  {
    name: 'a form beside other keys',
    text: value('{ ‸$uniform: [0, 1], seed: 3 }'),
    code: 'E_FORM',
    says: ['"$uniform"', '"seed"'],
    fix: 'elsewhere',
  },
  {
    name: 'a form for the whole of with',
    text: pipeline`
      nodes: { a: { use: core/value, with: { ‸$choice: [{ value: 1 }] } } }
      outputs: { a: a }
    `,
    code: 'E_DOCUMENT_SCHEMA',
    says: ['"$choice"'],
    fix: 'each value',
  },
  {
    name: 'a range with its ends swapped',
    text: value('‸{ $uniform: [2, 1] }'),
    code: 'E_FORM',
    says: ['$uniform', '[2,1]'],
    fix: 'not above the high end',
  },
  {
    name: 'a range with one end',
    text: value('‸{ $int: [2] }'),
    code: 'E_FORM',
    says: ['$int', 'two whole numbers'],
    fix: '[low, high]',
  },
  {
    name: 'a logarithmic range from 0',
    text: value('‸{ $loguniform: [0, 1] }'),
    code: 'E_FORM',
    says: ['$loguniform', 'above 0'],
    fix: 'above 0',
  },
  {
    name: '$normal without std',
    text: value('{ ‸$normal: { mean: 1 } }'),
    code: 'E_FORM',
    says: ['"std"'],
    fix: 'Add "std"',
  },
  {
    name: '$normal with a misspelt setting',
    text: value('{ $normal: { mean: 1, std: 1, ‸maks: 3 } }'),
    code: 'E_FORM',
    says: ['"maks"'],
    fix: '"max"',
  },
  {
    name: 'weights that do not match the values',
    text: value('‸{ $choice: { values: [1, 2, 3], weights: [1, 2] } }'),
    code: 'E_FORM',
    says: ['weights', '3 numbers'],
    fix: 'one for each value',
  },
  {
    name: 'a choice of nothing',
    text: value('‸{ $choice: [] }'),
    code: 'E_FORM',
    says: ['$choice'],
    fix: 'at least one value',
  },
  {
    name: 'a probability above 1',
    text: pipeline`
      inputs: { photo: { type: image, each: 'images/*.png' } }
      nodes: { a: { use: core/mod-crop, in: photo, when: ‸{ $chance: 80 } } }
      outputs: { a: a }
    `,
    code: 'E_FORM',
    says: ['$chance', '80'],
    fix: 'from 0 to 1',
  },
  {
    name: 'a misspelt axis in a form',
    text: value('‸{ $axis: sgima }', 'axes: { sigma: [1, 2] }').replace('‸{ $axis: ', '{ $axis: ‸'),
    code: 'E_AXIS',
    says: ['"sgima"', 'sigma'],
    fix: '"sigma"',
  },
  {
    name: 'a misspelt parameter in a form',
    text: value('{ $param: ‸strenght }', 'params: { strength: { type: number, default: 1 } }'),
    code: 'E_FORM',
    says: ['"strenght"', 'strength'],
    fix: '"strength"',
  },
  {
    name: 'a misspelt let in a form',
    text: value('{ $let: ‸facter }', 'let: { factor: 2 }'),
    code: 'E_FORM',
    says: ['"facter"', 'factor'],
    fix: '"factor"',
  },
  {
    name: 'a field that the records of an axis do not have',
    text: value('‸{ $axis: task.simga }', 'axes: { task: [{ key: weak, sigma: 5 }, { key: strong, sigma: 20 }] }'),
    code: 'E_FORM',
    says: ['"simga"', 'sigma'],
    fix: '"sigma"',
  },
  {
    name: 'lets that depend on each other',
    text: value('{ $let: a }', 'let: { ‸a: { $let: b }, b: { $let: a } }').replace('let: { ‸a: ', 'let: { a: ‸'),
    code: 'E_CYCLE',
    says: ['let', 'a', 'b'],
    fix: 'Remove',
  },
  {
    name: 'a let that reads a node',
    text: value('{ $let: s }', 'let: { s: { ‸$from: a } }'),
    code: 'E_FORM',
    says: ['"let.s"'],
    fix: '$from',
  },
  {
    name: 'a faulty let that is used twice',
    text: pipeline`
      let: { s: ‸{ $uniform: [3, 1] } }
      nodes: { a: { use: core/value, with: { value: { $let: s } } }, b: { use: core/value, with: { value: { $let: s } } } }
      outputs: { a: a, b: b }
    `,
    code: 'E_FORM',
    says: ['$uniform'],
    fix: 'not above the high end',
  },
  {
    name: 'an image read into a number',
    text: value('{ $from: ‸photo }', "inputs: { photo: { type: image, each: 'images/*.png' } }"),
    code: 'E_PORT',
    says: ['photo', 'image'],
    fix: 'number',
  },
  {
    name: 'a misspelt $from',
    text: value('{ $from: ‸brigthness }', 'inputs: { brightness: { type: number, default: 1 } }'),
    code: 'E_REFERENCE',
    says: ['"brigthness"'],
    fix: '"brightness"',
  },
  {
    name: 'an expression that calls into code',
    text: value("{ $expr: ‸'process.exit(1)' }"),
    code: 'E_EXPRESSION',
    says: ['process', 'Only a function can be called'],
    fix: 'min',
  },
  {
    name: 'an expression that reaches for a constructor',
    text: value('{ $expr: ‸\'(1).constructor.constructor("return 1")()\' }'),
    code: 'E_EXPRESSION',
    says: ['constructor'],
    fix: 'min',
  },
  {
    name: 'an unknown name in an expression',
    text: value("{ $expr: ‸'4 + fs' }", 'let: { sf: 2 }'),
    code: 'E_EXPRESSION',
    says: ['"fs"'],
    fix: '"sf"',
  },
  {
    name: 'an expression that does not end',
    text: value("{ $expr: ‸'4 + ' }"),
    code: 'E_EXPRESSION',
    says: ['4 +'],
    fix: 'operand',
  },
  {
    name: 'a division by zero',
    text: value("‸{ $expr: '1 / n' }", 'axes: { n: [0] }'),
    code: 'E_EXPRESSION',
    says: ['1 / n', 'n = 0'],
    fix: 'zero',
  },
  {
    name: 'an expression of texts',
    text: value("‸{ $expr: 'n * 2' }", 'axes: { n: [weak, strong] }'),
    code: 'E_EXPRESSION',
    says: ['n * 2', '"weak"'],
    fix: 'number',
  },
  {
    name: 'an expression that is a number',
    text: value('{ $expr: ‸4 }'),
    code: 'E_EXPRESSION',
    says: ['4', 'a text'],
    fix: 'the value itself',
  },
]
