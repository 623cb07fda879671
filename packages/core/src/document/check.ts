import { KintsugiError } from '../errors/error.js'
import { sentence } from './describe.js'
import { documentShape } from './schema.js'
import type { Walk } from './shapes.js'
import type { SourceDocument } from './source.js'

/**
 * Checks the structure of a document: keys, kinds of values, names. Gives every fault as `E_DOCUMENT_SCHEMA` with its place,
 * in document order; none means that `source.value` is a `PipelineDocument`. What names refer to is the planner's affair.
 */
export function checkDocument(source: SourceDocument): KintsugiError[] {
  const walk: Walk = { path: [], faults: [] }
  documentShape.check(source.value, walk)
  return walk.faults.map(({ path, target, message, expected, found, fix = expected && `give ${expected}` }) => {
    return new KintsugiError('E_DOCUMENT_SCHEMA', {
      message: sentence(message),
      ...(expected !== undefined && { expected }),
      ...(found !== undefined && { found }),
      ...(fix !== undefined && { fix: sentence(fix) }),
      place: source.locate(path, target),
    })
  })
}
