import { listOf } from './describe.js'
import {
  anything,
  described,
  either,
  flag,
  form,
  isMap,
  type JsonSchema,
  list,
  map,
  mismatch,
  name,
  number,
  object,
  oneOf,
  prose,
  type Shape,
  text,
  type Walk,
} from './shapes.js'
import { nearest } from './suggest.js'

const names = list(name, { least: 1 })
/** A reference to a node, input or port. */
export const reference = { ...text, noun: 'a reference such as node or node.port' }

const modifiers = {
  title: described('A short name for people.', prose),
  description: described('What this node is for.', prose),
  when: described(
    'Whether the node runs: true, false or a value form. When false, the first input passes on as the first output.',
    either({ boolean: flag, map: form }),
  ),
  along: described('Axes to add to a node that does not otherwise depend on them.', names),
  random: described(
    'What enters the random keys of this node.',
    object('"random"', {
      by: described("Axes in the key of the parameters' draws. Default: all axes of the node.", list(name)),
      stream: described("Name that replaces the node's path in the key.", text),
      pixels: described(
        'The same for the stream that the node itself receives.',
        object('"pixels"', { by: list(name) }),
      ),
    }),
  ),
}

const connections = either({
  string: reference,
  map: map(either({ string: reference, list: list(reference), map: map(reference, { names: true }) }), { names: true }),
})
const incoming = described(
  'Inputs: one reference for the first input, or references by the name of the input.',
  connections,
)

/** A shape kept under `definitions`, so that it can stand in several places. */
function defined(key: string, shape: () => Shape): Shape {
  return {
    schema: { $ref: `#/definitions/${key}` },
    noun: 'a node',
    check: (value, walk) => shape().check(value, walk),
  }
}

/** Any kind of node. */
export const node = defined('node', () => nodeShape)

/** A step of `choose`: a node that may say what it is called. */
const step = defined('step', () => stepShape)

const stepName = described("Name in the graph and in random keys. Default: the node type's name after the slash.", name)

/** Shapes of all kinds of node by the key that tells them; `extra` are keys that they have besides. */
const kindsWith = (extra: Readonly<Record<string, Shape>>): Readonly<Record<string, Shape>> => ({
  use: object(
    'a node with "use"',
    {
      use: described('A node type family/name, or a pipeline file ./name.yaml.', text),
      in: incoming,
      with: described('Parameters: literals or value forms.', map(anything)),
      over: described(
        'Axes that a reducing node removes: a name, names, or "*" for all.',
        either({
          string: {
            ...text,
            schema: { type: 'string', pattern: `^\\*$|${name.schema.pattern as string}` },
            noun: 'an axis or "*"',
            check: checkOver,
          },
          list: names,
        }),
      ),
      keep: described(
        'Axes that a reducing node keeps; it removes the others.',
        either({ string: name, list: list(name) }),
      ),
      by: described('Reference to the label or text by which a reducing node groups.', reference),
      as: described('Name of the axis that "by" opens.', name),
      missing: described(
        'What a reduction does about failed or skipped members. Default: fail.',
        oneOf('fail', 'skip'),
      ),
      opens: described('Renames the axis that an expanding node opens.', name),
      axes: described(
        'For a pipeline whose inputs declare axes: its axis -> axis of this file.',
        map(name, { names: true }),
      ),
      ...modifiers,
      ...extra,
    },
    {
      required: ['use'],
      exclusive: [['over', 'keep']],
      needs: [
        ['by', 'as'],
        ['as', 'by'],
      ],
    },
  ),
  choose: object(
    'a node with "choose"',
    {
      choose: described(
        'Options of which one is drawn at random.',
        map(
          object('an option', {
            weight: described('Relative weight, 0 or more. Default: 1.', either({ number: number(0), map: form })),
            steps: described('Nodes chained by their first input; none passes the input on.', list(step)),
          }),
          { names: true, least: 1 },
        ),
      ),
      in: incoming,
      ...modifiers,
      ...extra,
    },
    { required: ['choose'] },
  ),
  shuffle: object(
    'a node with "shuffle"',
    {
      shuffle: described(
        'Steps that run in an order drawn at random.',
        object(
          '"shuffle"',
          {
            steps: described('Nodes chained by their first input.', map(node, { names: true, least: 1 })),
            before: described(
              'Pairs of steps of which the first runs before the second.',
              list(list(name, { least: 2, most: 2 })),
            ),
          },
          { required: ['steps'] },
        ),
      ),
      in: incoming,
      ...modifiers,
      ...extra,
    },
    { required: ['shuffle'] },
  ),
  select: object(
    'a node with "select"',
    {
      select: described(
        'Takes one of several values by a key.',
        object(
          '"select"',
          {
            by: described('Reference to the label or text that decides.', reference),
            cases: described('Key -> reference.', map(reference, { least: 1 })),
            default: described('Reference for every other key.', reference),
            min_confidence: described(
              'A label less confident than this takes the default.',
              either({ number: number(0, 1), map: form }),
            ),
          },
          { required: ['by', 'cases'] },
        ),
      ),
      ...modifiers,
      ...extra,
    },
    { required: ['select'] },
  ),
  stack: object(
    'a node with "stack"',
    {
      stack: described(
        'Key of the new axis -> reference or { literal }.',
        map(either({ string: reference, map: object('a literal', { literal: anything }, { required: ['literal'] }) }), {
          least: 1,
        }),
      ),
      axis: described('Name of the new axis.', name),
      type: described('Port type, needed when every entry is a literal.', text),
      ...modifiers,
      ...extra,
    },
    { required: ['stack', 'axis'] },
  ),
})

const kinds = kindsWith({})
const stepKinds = kindsWith({ name: stepName })

const nodeShape = oneKindOf(kinds, '')
const stepShape = oneKindOf(stepKinds, 'step-')

/** A node of any of these kinds, told by the one key that it has; `prefix` is that of their definitions. */
function oneKindOf(shapes: Readonly<Record<string, Shape>>, prefix: string): Shape {
  const keys = Object.keys(shapes)
  return {
    schema: { type: 'object', oneOf: keys.map((kind) => ({ $ref: `#/definitions/${prefix}${kind}` })) },
    noun: 'a node',
    check(value, walk) {
      if (!isMap(value)) return mismatch(walk, 'a node, such as { use: family/name, in: photo }', value)
      const present = keys.filter((kind) => Object.hasOwn(value, kind))
      if (present.length === 1) return shapes[present[0]!]!.check(value, walk)
      const path = [...walk.path]
      const last = path.at(-1)
      const subject = typeof last === 'number' ? `step ${last + 1}` : `the node "${last}"`
      if (present.length > 1) {
        const message = `${subject} says ${listOf(present, 'and')}`
        walk.faults.push({
          path: [...path, present[1]!],
          target: 'key',
          message,
          expected: 'one of them',
          fix: 'make two nodes of it',
        })
        return
      }
      const misspelt = Object.keys(value).find((key) => !(key in modifiers) && nearest(key, keys) !== undefined)
      walk.faults.push({
        path: misspelt === undefined ? path : [...path, misspelt],
        target: 'key',
        message: `${subject} does not say what it does`,
        expected: `one of the keys ${listOf(keys)}`,
        found: Object.keys(value).length === 0 ? 'no keys' : listOf(Object.keys(value), 'and'),
        fix: misspelt === undefined ? 'add "use: family/name"' : `did you mean "${nearest(misspelt, keys)}"?`,
      })
    },
  }
}

function checkOver(value: unknown, walk: Walk): void {
  if (value !== '*') name.check(value, walk)
}

/** What documents refer to as `#/definitions/...`: a node, a step, and their kinds by the key that tells them. */
export const nodeDefinitions: Readonly<Record<string, JsonSchema>> = {
  node: nodeShape.schema,
  step: stepShape.schema,
  ...Object.fromEntries(Object.entries(kinds).map(([kind, shape]) => [kind, shape.schema])),
  ...Object.fromEntries(Object.entries(stepKinds).map(([kind, shape]) => [`step-${kind}`, shape.schema])),
}
