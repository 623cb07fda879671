import { type ExampleImage, type ExampleValue, type InputPort, KintsugiError, type NodeExample } from '@kintsugi/core'
import { exampleImage } from '../example-image.js'
import type { Workbench } from '../run/workbench.js'
import type { CaseInput, CaseInputs } from './case.js'

type Given = NonNullable<NodeExample['in']>[string]

/** The inputs that an example describes; ports that it leaves out get their default. Throws `E_CONFORMANCE_SETUP`. */
export async function exampleInputs(
  bench: Workbench,
  ports: ReadonlyMap<string, InputPort>,
  reduces: boolean,
  example: NodeExample,
): Promise<CaseInputs> {
  const given = example.in ?? {}
  const unknown = Object.keys(given).find((port) => !ports.has(port))
  if (unknown !== undefined) throw unusable(example, `there is no input "${unknown}"`)
  const inputs: Record<string, CaseInput> = {}
  for (const [name, port] of ports) {
    const value = given[name]
    if (value !== undefined)
      inputs[name] = await caseInput(bench, port, reduces && port.single !== true, value, example)
    else if (port.default !== undefined)
      inputs[name] = { ...(await oneInput(bench, port, { value: port.default })), unfilled: true }
    else if (port.optional !== true) throw unusable(example, `input "${name}" has no value`)
  }
  return inputs
}

async function caseInput(
  bench: Workbench,
  port: InputPort,
  series: boolean,
  given: Given,
  example: NodeExample,
): Promise<CaseInput> {
  const load = async (value: ExampleValue): Promise<unknown> => (await oneInput(bench, port, value)).value
  const list = (values: readonly ExampleValue[]): Promise<unknown[]> => Promise.all(values.map(load))
  if (port.many === true && !isList(given)) {
    const entries = Object.entries(given as Readonly<Record<string, ExampleValue | readonly ExampleValue[]>>)
    if (!series) {
      return {
        kind: 'many',
        values: Object.fromEntries(
          await Promise.all(entries.map(async ([name, value]) => [name, await load(value as ExampleValue)] as const)),
        ),
      }
    }
    const members = await Promise.all(
      entries.map(async ([name, values]) => {
        if (!isList(values)) throw unusable(example, `"${name}" is no list, but the node takes series`)
        return [name, await list(values)] as const
      }),
    )
    return { kind: 'many-series', members: Object.fromEntries(members) }
  }
  if (series && isList(given)) return { kind: 'series', members: await list(given) }
  if (!series && isSingle(given)) return oneInput(bench, port, given)
  throw unusable(
    example,
    `an input of type ${port.type} has the wrong form: ${series ? 'a list' : port.many === true ? 'named values' : 'one value'} is expected`,
  )
}

async function oneInput(bench: Workbench, port: InputPort, given: ExampleValue): Promise<CaseInput & { kind: 'one' }> {
  if ('pattern' in given) return { kind: 'one', value: exampleImage(given) }
  const { value } = given
  const type = bench.portType(port.type)
  if (type.literal === undefined || bench.literalFault(port.type, value) !== undefined) return { kind: 'one', value }
  const made = port.type === 'model' ? await bench.model(value as string) : (type.fromLiteral?.(value) ?? value)
  return { kind: 'one', value: made, literal: value }
}

function isList(given: unknown): given is readonly ExampleValue[] {
  return Array.isArray(given)
}

function isSingle(given: Given): given is ExampleImage | { value: unknown } {
  if (Array.isArray(given)) return false
  return 'value' in given || typeof (given as { pattern?: unknown }).pattern === 'string'
}

function unusable(example: NodeExample, why: string): KintsugiError {
  return new KintsugiError('E_CONFORMANCE_SETUP', { message: `the example "${example.title}" cannot be run: ${why}` })
}
