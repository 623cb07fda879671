import { KintsugiError } from '../errors/index.js'

/** The fault of a node type whose `run` did not give one of its outputs. */
export function missingOutput(node: string, output: string, type: string): KintsugiError {
  return new KintsugiError('E_NODE_FAILED', {
    message: `The node type "${node}" gave no output "${output}".`,
    expected: `${type}, as it declares`,
    found: 'nothing',
    fix: 'Report it to the authors of its plugin.',
  })
}
