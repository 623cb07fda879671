import { createStream, type RandomStream, type RegisteredNode, randomKey } from '@kintsugi/core'
import { noiseImage } from '../example-image.js'
import { type Case, type CaseInput, type CaseInputs, seriesLength } from './case.js'

const LENGTHS = [1, 2, 5]

/** Random series of several lengths in place of those of an example. Values that cannot be made at random repeat the example's. */
export function seriesCases(
  registered: RegisteredNode,
  inputs: CaseInputs,
  params: Readonly<Record<string, unknown>>,
): Omit<Case, 'id'>[] {
  if (seriesLength(inputs) === 0) return []
  const stream = createStream(randomKey({ seed: 0, stream: registered.name, purpose: 'series', keys: {} }))
  return LENGTHS.map((length) => ({
    title: `random series of ${length}`,
    kind: 'series',
    params,
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([port, input]) => [
        port,
        randomInput(registered.inputs.get(port)?.type ?? '', input, length, stream),
      ]),
    ),
  }))
}

function randomInput(type: string, input: CaseInput, length: number, stream: RandomStream): CaseInput {
  const randomList = (members: readonly unknown[]): unknown[] =>
    Array.from({ length }, (_, i) => randomValue(type, stream) ?? members[i % members.length])
  if (input.kind === 'series') return { kind: 'series', members: randomList(input.members) }
  if (input.kind === 'many-series') {
    return {
      kind: 'many-series',
      members: Object.fromEntries(Object.entries(input.members).map(([name, members]) => [name, randomList(members)])),
    }
  }
  return input
}

function randomValue(type: string, stream: RandomStream): unknown {
  if (type === 'number') return 20 * stream.uniform() - 10
  if (type === 'boolean') return stream.uniform() < 0.5
  if (type === 'image') return noiseImage({ width: 12, height: 9, channels: 3 }, stream.integer(1, 2 ** 20))
  return undefined
}
