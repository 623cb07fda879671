import { FEATURES } from '../scene/niqe-features.js'
import type { NiqeModel } from '../scene/niqe-model.js'
import { readMat } from './mat.js'
import type { NumericArray } from './npy.js'
import { readNpz } from './npz.js'
import { parameterFile } from './parameter-file.js'

const use = {
  metric: 'metrics/niqe',
  expected:
    'a .npz with mu_pris_param and cov_pris_param, or a .mat with mu_prisparam and cov_prisparam, of 36 and 36 x 36 finite numbers',
  fix: 'use niqe_pris_params.npz of BasicSR or niqe_modelparameters.mat, or leave `parameters` out',
}

/** Reads a pristine model of NIQE: `.npz` as BasicSR has it or `.mat` as the original release. Throws `E_FILE` or `E_METRIC_PARAMETERS`. */
export async function readNiqeModel(path: string): Promise<NiqeModel> {
  return parameterFile(path, use, async (bytes) => {
    const arrays = bytes.toString('latin1', 0, 2) === 'PK' ? await readNpz(bytes) : readMat(bytes)
    return {
      mean: take(arrays, ['mu_pris_param', 'mu_prisparam'], FEATURES),
      covariance: take(arrays, ['cov_pris_param', 'cov_prisparam'], FEATURES ** 2),
    }
  })
}

function take(arrays: ReadonlyMap<string, NumericArray>, names: readonly string[], count: number): Float64Array {
  const name = names.find((candidate) => arrays.has(candidate))
  if (name === undefined) throw new Error(`it has ${[...arrays.keys()].join(', ') || 'no arrays'}`)
  const { data } = arrays.get(name)!
  if (data.length !== count) throw new Error(`its ${name} has ${data.length} numbers instead of ${count}`)
  if (!data.every(Number.isFinite)) throw new Error(`its ${name} has numbers that are not finite`)
  return data
}
