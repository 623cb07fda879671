import { node, nodeDefinitions, reference } from './node-shape.js'
import {
  anything,
  described,
  either,
  flag,
  form,
  integer,
  isMap,
  type JsonSchema,
  list,
  map,
  mismatch,
  name,
  object,
  oneOf,
  prose,
  type Shape,
  text,
  type Walk,
} from './shapes.js'

export { namePattern } from './shapes.js'

const SCHEMA_ID = 'http://json-schema.org/draft-07/schema#'

const scalarKey = {
  schema: { type: ['string', 'number', 'boolean'] },
  noun: 'a text, a number, true or false',
  check: checkScalar,
}

const axisRecord: Shape = {
  schema: { type: 'object', required: ['key'], properties: { key: scalarKey.schema } },
  noun: 'a record with a "key"',
  check(value, walk) {
    if (isMap(value) && Object.hasOwn(value, 'key')) {
      walk.path.push('key')
      checkScalar(value.key, walk)
      walk.path.pop()
    } else mismatch(walk, axisRecord.noun, value)
  },
}

/** A shape, or a form in its place. */
function formOr(shape: Shape): Shape {
  return {
    schema: { anyOf: [form.schema, shape.schema] },
    noun: shape.noun,
    check: (value, walk) => (isForm(value) ? form : shape).check(value, walk),
  }
}

function isForm(value: unknown): boolean {
  return isMap(value) && Object.keys(value).some((key) => key.startsWith('$'))
}

const axisCount = object(
  'an axis with "count"',
  { count: described('Keys 0 to count - 1: a whole number, or a form over parameters.', formOr(integer(1))) },
  { required: ['count'] },
)
const axisMap = map(anything, { least: 1 })

const axis = either({
  list: list(either({ string: scalarKey, number: scalarKey, boolean: scalarKey, map: formOr(axisRecord) }), {
    least: 1,
  }),
  map: formOr({
    schema: {
      if: { required: ['count'], maxProperties: 1 },
      then: axisCount.schema,
      else: axisMap.schema,
      type: 'object',
    },
    noun: 'a map from key to value, or { count }',
    check: (value, walk) =>
      (isMap(value) && Object.keys(value).join() === 'count' ? axisCount : axisMap).check(value, walk),
  }),
})

const input = object(
  'an input',
  {
    type: described('Port type, such as image or number.', text),
    description: described('What this input is.', prose),
    each: described(
      'Files that open an axis when this file is run on its own, such as images/*.png.',
      either({
        string: text,
        map: object(
          '"each"',
          {
            glob: text,
            join: described(
              'Whether inputs on one axis must have equal keys. Default: equal.',
              oneOf('equal', 'inner'),
            ),
          },
          { required: ['glob'] },
        ),
      }),
    ),
    axes: described('Axes that the caller must map, because this graph reduces over them.', list(name)),
    default: described('A literal or path used when no value is given.', anything),
    optional: described('Whether it may be left out.', flag),
  },
  { required: ['type'] },
)

const output = either({
  string: reference,
  map: object(
    'an output',
    {
      from: described('What it gives: a reference.', reference),
      save: described('Path below the output folder, such as restored/{photo}.png.', text),
      encode: described('Options of the encoder, such as { quality: 90 }.', map(anything)),
      description: described('What this output is.', prose),
      axes: described('In a file used as a node type: axes opened inside that the value keeps.', list(name)),
    },
    { required: ['from'] },
  ),
})

const version: Shape = {
  schema: { const: 1 },
  noun: '1',
  check(value, walk) {
    if (value === 1) return
    const newer = typeof value === 'number' && value > 1
    const fix = newer ? 'install a version of kintsugi that reads it' : 'write kintsugi: 1'
    walk.faults.push({
      path: [...walk.path],
      target: 'value',
      message: 'this version of the pipeline format is not known',
      expected: '1',
      found: JSON.stringify(value),
      fix,
    })
  },
}

/** The structure of a whole document. */
export const documentShape = object(
  'a pipeline',
  {
    $schema: described('Schema for editors.', prose),
    kintsugi: described('Version of the pipeline format: 1.', version),
    name: described('Name of the pipeline; its results go to runs/<name>/.', text),
    title: described('A short name for people.', prose),
    description: described('What the pipeline is for.', prose),
    seed: described('Seed of every random draw. Default: 0.', integer(0)),
    plugins: described('Plugin packages or paths to load.', list(text)),
    params: described(
      'JSON Schema of each parameter, by name; one without a default must be given.',
      map(
        { schema: { type: 'object' }, noun: 'a JSON Schema, such as { type: number, default: 1 }', check: checkParam },
        { names: true },
      ),
    ),
    axes: described(
      'Axes by name: a list of keys or records, a map from key to value, or { count }.',
      map(axis, { names: true }),
    ),
    inputs: described('What comes in, by name.', map(input, { names: true })),
    let: described(
      'Values and value forms that are drawn once per instance and used in several places, by name.',
      map(anything, { names: true }),
    ),
    nodes: described('The graph: nodes by name.', map(node, { names: true })),
    outputs: described(
      'What comes out, by name: a reference, or { from, save }.',
      map(output, { names: true, least: 1 }),
    ),
  },
  { required: ['kintsugi', 'nodes', 'outputs'] },
)

/** JSON Schema (draft-07) of a pipeline document, as published for editors. Value forms stand for any value. */
export const documentSchema: JsonSchema = {
  $schema: SCHEMA_ID,
  title: 'Kintsugi pipeline',
  ...documentShape.schema,
  definitions: nodeDefinitions,
}

function checkScalar(value: unknown, walk: Walk): void {
  if (!['string', 'number', 'boolean'].includes(typeof value)) mismatch(walk, 'a text, a number, true or false', value)
}

function checkParam(value: unknown, walk: Walk): void {
  if (!isMap(value)) mismatch(walk, 'a JSON Schema, such as { type: number, default: 1 }', value)
}
