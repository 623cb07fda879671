import type { ModelDescription } from './describe-model.js'
import type { PooledSession } from './sessions.js'
import { padSize } from './tiles.js'

const PROBE_SIDE = 64

/**
 * The scale of a network that neither metadata nor graph tell, found by running a black image. 1 for networks that
 * are not from one image to one image.
 */
export async function probeScale(session: PooledSession, facts: ModelDescription['facts']): Promise<number> {
  const [input, ...others] = session.inputs
  if (input === undefined || others.length > 0 || input.shape.length !== 4) return 1
  const side = padSize(PROBE_SIDE, facts.sizeMultiple)
  const shape = [1, facts.channels.input, input.shape[2] ?? side, input.shape[3] ?? side]
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  const results = await session.run({ [input.name]: { data, shape } })
  const output = results[session.outputs[0]!.name]!
  return output.shape.length === 4 ? output.shape[3]! / shape[3]! : 1
}
