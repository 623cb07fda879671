import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countOf, createKintsugi, graphOf, type PipelineDocument, PipelineErrors } from '@kintsugi/core'
import { numbers } from './axes-support.js'

let folder: string
const kintsugi = () => createKintsugi({ cwd: folder, cacheDir: false, plugins: [numbers] })

/** A document over axes `x` and `y` with nodes `v` along both and `w` along `x`. */
function document(nodes: unknown, rest: object = {}): PipelineDocument {
  const value = { use: 'core/value', with: { value: { $uniform: [0, 1] } } }
  return {
    kintsugi: 1,
    axes: { x: [1, 2], y: [1, 2, 3] },
    nodes: { v: { ...value, along: ['x', 'y'] }, w: { ...value, along: ['x'] }, ...(nodes as object) },
    outputs: { v: 'v' },
    ...rest,
  } as PipelineDocument
}

/** Plans, and checks that the faults are these: code and words of the message. */
async function refused(
  planned: PipelineDocument,
  ...expected: (readonly [code: string, message: RegExp])[]
): Promise<void> {
  await assert.rejects(kintsugi().plan(planned), (error) => {
    assert.ok(error instanceof PipelineErrors, String(error))
    assert.deepEqual(
      error.errors.map(({ code }) => code),
      expected.map(([code]) => code),
      error.errors.map(({ message }) => message).join('\n'),
    )
    error.errors.forEach(({ message, expected: wanted }, i) => {
      assert.match(message, expected[i]?.[1] ?? /^$/)
      assert.ok(wanted !== undefined, `"${message}" does not say what was expected`)
    })
    return true
  })
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kintsugi-plan-'))
})
after(() => rmSync(folder, { recursive: true, force: true }))

describe('Planning refuses', () => {
  it('a reduction that does not say over what', () =>
    refused(document({ s: { use: 'num/sum', in: { values: 'v' } } }), ['E_AXIS', /over which axes/]))

  it("reductions over axes that are not there, or not the inputs'", () =>
    refused(
      document({
        a: { use: 'num/sum', in: { values: 'v' }, over: 'z' },
        b: { use: 'num/sum', in: { values: 'w' }, over: 'y' },
        c: { use: 'num/sum', in: { values: 'w' }, keep: ['y'] },
      }),
      ['E_AXIS', /no axis "z"/],
      ['E_AXIS', /do not vary along axis "y"/],
      ['E_AXIS', /do not vary along axis "y"/],
    ))

  it('reductions by nodes that map', () =>
    refused(document({ s: { use: 'num/scale', in: { a: 'v' }, over: 'x' } }), [
      'E_AXIS',
      /works on one value at a time/,
    ]))

  it('parameters that vary along a reduced axis', () =>
    refused(document({ s: { use: 'num/sum', in: { values: 'v' }, with: { times: { $axis: 'x' } }, over: 'x' } }), [
      'E_AXIS',
      /Parameters of "s" vary along the reduced axis "x"/,
    ]))

  it('single inputs that vary along a reduced axis', () =>
    refused(document({ s: { use: 'num/rank', in: { values: 'v', offset: 'w' }, over: 'x' } }), [
      'E_AXIS',
      /"offset".*varies along the reduced axis "x"/,
    ]))

  it('per-key reductions over two axes', () =>
    refused(document({ r: { use: 'num/rank', in: { values: 'v' }, over: ['x', 'y'] } }), [
      'E_AXIS',
      /each key of one axis/,
    ]))

  it('keeping an axis whose keys differ along a reduced one', () =>
    refused(
      document({
        n: { use: 'core/value', with: { value: { $axis: 'x' } } },
        r: { use: 'num/range', in: { n: 'n' } },
        s: { use: 'num/sum', in: { values: 'r' }, over: 'x' },
      }),
      ['E_AXIS', /would keep axis "step", whose keys differ/],
    ))

  it('grouping by what is no label', () =>
    refused(
      document({
        k: { use: 'num/keys', in: { values: 'v' }, over: '*' },
        s: { use: 'num/sum', in: { values: 'v' }, over: '*', by: 'v.$record', as: 'g' },
      }),
      ['E_PORT', /cannot group by "v.\$record"/],
    ))

  it('two origins for one axis', () =>
    refused(
      document({
        s: { axis: 'x', stack: { a: 'v', b: 'w' } },
        n: { use: 'core/value', with: { value: 2 } },
        r: { use: 'num/range', in: { n: 'n' }, opens: 'y' },
        p: { use: 'num/parity', in: { a: 'v' } },
        g: { use: 'num/sum', in: { values: 'v' }, over: '*', by: 'p', as: 'y' },
      }),
      ['E_AXIS', /"x" has its origin in axes.x/],
      ['E_AXIS', /"y", which has its origin in axes.y/],
      ['E_AXIS', /"y" has another origin: axes.y/],
    ))

  it('stacks that disagree on the keys of their axis, or vary along it', () =>
    refused(
      document({
        a: { axis: 'row', stack: { p: 'v', q: 'w' } },
        b: { axis: 'row', stack: { p: 'v', r: 'w' } },
        c: { axis: 'row', stack: { p: 'a', q: 'w' } },
      }),
      ['E_AXIS', /"row" has its origin in stack a/],
      ['E_AXIS', /varies along axis "row" itself/],
    ))

  it('draws keyed by an axis that the node does not have', () =>
    refused(
      document({
        n: { use: 'num/scale', in: { a: 'w' }, random: { by: ['y'] } },
        m: { use: 'num/jitter', in: { a: 'w' }, random: { pixels: { by: ['z'] } } },
      }),
      ['E_AXIS', /does not vary along axis "y"/],
      ['E_AXIS', /no axis "z"/],
    ))

  it('indices at keys or axes that are not there', () =>
    refused(
      document({ a: { use: 'num/scale', in: { a: 'v[x: 3]' } }, b: { use: 'num/scale', in: { a: 'w[y: 1]' } } }),
      ['E_AXIS', /has no key "3"/],
      ['E_AXIS', /along which the value does not vary/],
    ))

  it('axes without keys, with the same key twice, or drawn', async () => {
    await refused(document({}, { axes: { x: [1, 2], y: [1, 2], z: ['a', 'a'] } }), ['E_AXIS', /key "a" twice/])
    await refused(document({}, { axes: { x: [1, 2], y: { count: { $int: [1, 5] } } } }), [
      'E_AXIS',
      /known before the run/,
    ])
    await refused(
      document(
        {},
        { axes: { x: [1, 2], y: { count: { $param: 'n' } } }, params: { n: { type: 'number', default: 1.5 } } },
      ),
      ['E_AXIS', /not a usable number of keys/],
    )
  })

  it('circles among nodes and among lets', async () => {
    await refused(
      document(
        { a: { use: 'num/scale', in: { a: 'b' } }, b: { use: 'num/scale', in: { a: 'a' } } },
        { outputs: { a: 'a' } },
      ),
      ['E_CYCLE', /circle: /],
    )
    await refused(document({}, { let: { p: { $expr: 'q + 1' }, q: { $expr: 'p + 1' } } }), [
      'E_CYCLE',
      /Lets depend on each other in a circle/,
    ])
  })

  it('steps of one name', () =>
    refused(
      document({
        c: {
          in: 'v',
          choose: {
            both: {
              steps: [
                { name: 'twice', use: 'num/scale' },
                { name: 'twice', use: 'num/scale' },
              ],
            },
          },
        },
      }),
      ['E_DOCUMENT_SCHEMA', /Two steps of "c\/both" are named "twice"/],
    ))

  it('orders that cannot be', () =>
    refused(
      document({
        s: {
          in: 'v',
          shuffle: {
            steps: { a: { use: 'num/scale' }, b: { use: 'num/scale' } },
            before: [
              ['a', 'b'],
              ['b', 'a'],
            ],
          },
        },
        t: { in: 'v', shuffle: { steps: { a: { use: 'num/scale' } }, before: [['a', 'c']] } },
      }),
      ['E_CYCLE', /permits no order/],
      ['E_REFERENCE', /has no step "c"/],
    ))

  it('bypassing what reduces, opens, or gives another type', () =>
    refused(
      document({
        a: { use: 'num/sum', in: { values: 'v' }, over: 'x', when: true },
        b: { use: 'num/range', in: { n: 'v' }, when: true },
        c: { use: 'num/parity', in: { a: 'v' }, when: true },
      }),
      ['E_PORT', /cannot be bypassed/],
      ['E_PORT', /cannot be bypassed/],
      ['E_PORT', /cannot pass its input on/],
    ))

  it('outputs of a nested file along axes that it opens and does not list', async () => {
    writeFileSync(
      join(folder, 'nested.json'),
      JSON.stringify({
        kintsugi: 1,
        axes: { inner: [1, 2] },
        inputs: { a: { type: 'number' } },
        nodes: { b: { use: 'num/scale', in: { a: 'a' }, with: { by: { $axis: 'inner' } } } },
        outputs: { b: 'b' },
      }),
    )
    await refused(document({ n: { use: './nested.json', in: { a: 'v' } } }), [
      'E_AXIS',
      /"b" varies along axis "inner", which is opened inside/,
    ])
  })
})

describe('A plan', () => {
  it('has the axes of each node by the rules of the algebra', async () => {
    const { plan } = await kintsugi().plan(
      document({
        both: { use: 'num/combine', in: { a: 'v', b: 'w' } },
        perX: { use: 'num/sum', in: { values: 'both' }, over: 'y' },
        all: { use: 'num/sum', in: { values: 'both' }, over: '*' },
        ranks: { use: 'num/rank', in: { values: 'both' }, over: 'y' },
        fixed: { use: 'num/scale', in: { a: 'both[x: 1]' } },
        wider: { use: 'num/scale', in: { a: 'w' }, along: ['y'] },
      }),
    )
    const axes = Object.fromEntries(plan.nodes.map((node) => [node.path, node.axes.map(({ name }) => name).join()]))
    assert.deepEqual(axes, { v: 'x,y', w: 'x', both: 'x,y', perX: 'x', all: '', ranks: 'x', fixed: 'y', wider: 'x,y' })
    const ranks = plan.nodes.find(({ path }) => path === 'ranks')
    assert.deepEqual(
      ranks?.outputs.get('rank')?.axes.map(({ name }) => name),
      ['x', 'y'],
    )
    assert.deepEqual(
      plan.nodes.map((node) => countOf(node.axes)),
      [6, 2, 6, 2, 1, 2, 3, 6],
    )
  })

  it('keeps parameters of a nested file that are drawn by task from varying by photo', async () => {
    writeFileSync(
      join(folder, 'value.json'),
      JSON.stringify({
        kintsugi: 1,
        params: { gain: { type: 'number' } },
        inputs: { a: { type: 'number' } },
        nodes: {
          g: { use: 'core/value', with: { value: { $param: 'gain' } } },
          b: { use: 'num/combine', in: { a: 'a', b: 'g' } },
        },
        outputs: { b: 'b' },
      }),
    )
    const { plan } = await kintsugi().plan(
      document({
        n: { use: './value.json', in: { a: 'v' }, with: { gain: { $uniform: [0, 1] } }, random: { by: ['y'] } },
      }),
    )
    const counts = Object.fromEntries(plan.nodes.map((node) => [node.path, countOf(node.axes)]))
    assert.deepEqual(counts, { v: 6, w: 2, 'n/g': 3, 'n/b': 6 })
  })

  it('takes numbers of keys and keys from parameters', async () => {
    const axes = { x: [1, { $param: 'last' }], y: { count: { $param: 'n' } } }
    const params = { n: { type: 'integer', default: 3 }, last: { type: 'number', default: 2 } }
    const { plan } = await kintsugi().plan(document({}, { axes, params }), { params: { n: 5 } })
    assert.deepEqual(
      plan.axes.map((axis) => axis.origin.kind === 'static' && axis.origin.keys),
      [
        ['1', '2'],
        ['0', '1', '2', '3', '4'],
      ],
    )
    assert.deepEqual(
      graphOf(plan).axes.map(({ name, keys, counted }) => [name, keys, counted]),
      [
        ['x', 2, false],
        ['y', 5, true],
      ],
    )
  })
})
