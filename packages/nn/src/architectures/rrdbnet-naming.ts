import type { Tensors } from '../checkpoint/tensor.js'
import type { TensorNaming } from './architecture.js'
import { countModules } from './tensor-names.js'

/** How the tensors of an RRDBNet are named, and how many blocks and doublings those names count. */
export interface RrdbNaming {
  readonly blocks: number
  /** Number of x2 enlargements. */
  readonly doublings: number
  readonly naming: TensorNaming
}

/**
 * The three naming schemes in use: BasicSR and Real-ESRGAN (`body.0.rdb1.conv1`), xinntao/ESRGAN and BSRGAN
 * (`RRDB_trunk.0.RDB1.conv1`), and the first release of 2018 (`model.1.sub.0.RDB1.conv1.0`).
 */
export function rrdbNaming(tensors: Tensors): RrdbNaming {
  const some = (start: string) => [...tensors.keys()].some((name) => name.startsWith(start))
  if (some('RRDB_trunk.')) {
    return {
      blocks: countModules(tensors, /^RRDB_trunk\.(\d+)\./),
      doublings: Math.max(0, countModules(tensors, /^upconv(\d+)\.weight$/) - 1),
      naming: trunkName,
    }
  }
  if (some('model.1.sub.')) {
    const blocks = countModules(tensors, /^model\.1\.sub\.(\d+)\./) - 1
    const doublings = Math.floor((countModules(tensors, /^model\.(\d+)\./) - 5) / 3)
    return { blocks, doublings, naming: sequentialName(tensors, blocks, doublings) }
  }
  return {
    blocks: countModules(tensors, /^body\.(\d+)\./),
    doublings: Math.max(0, countModules(tensors, /^conv_up(\d+)\.weight$/) - 1),
    naming: (name) => name,
  }
}

function trunkName(name: string): string {
  return name
    .replace(/^body\.(\d+)\.rdb/, 'RRDB_trunk.$1.RDB')
    .replace(/^conv_body\./, 'trunk_conv.')
    .replace(/^conv_up/, 'upconv')
    .replace(/^conv_hr\./, 'HRconv.')
}

/** KAIR's class of the same scheme leaves out the `.0` of the fifth convolution, which has no activation. */
function sequentialName(tensors: Tensors, blocks: number, doublings: number): TensorNaming {
  const fifth = tensors.has('model.1.sub.0.RDB1.conv5.weight') ? '' : '.0'
  return (name) =>
    name
      .replace(/^conv_first\./, 'model.0.')
      .replace(/^body\.(\d+)\.rdb(\d)\.conv([1-4])\./, 'model.1.sub.$1.RDB$2.conv$3.0.')
      .replace(/^body\.(\d+)\.rdb(\d)\.conv5\./, `model.1.sub.$1.RDB$2.conv5${fifth}.`)
      .replace(/^conv_body\./, `model.1.sub.${blocks}.`)
      .replace(/^conv_up(\d+)\./, (_, stage: string) => `model.${3 * Number(stage)}.`)
      .replace(/^conv_hr\./, `model.${3 * doublings + 2}.`)
      .replace(/^conv_last\./, `model.${3 * doublings + 4}.`)
}
