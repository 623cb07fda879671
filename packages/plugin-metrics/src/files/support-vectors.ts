import { readNpz } from './npz.js'
import { parameterFile } from './parameter-file.js'

/** A support vector regression with a radial kernel: sum of a_i exp(-gamma |f - v_i|^2), minus rho. */
export interface SupportVectors {
  readonly gamma: number
  readonly rho: number
  readonly coefficients: readonly number[]
  readonly vectors: readonly Float64Array[]
}

// Of the model in the original release of BRISQUE, for files that hold the vectors alone.
const [GAMMA, RHO] = [0.05, -153.591]

const use = {
  metric: 'metrics/brisque',
  expected:
    'a model of libsvm with a radial kernel (`allmodel` of the original release), or a .npz with sv_coef (n) and sv (n x 36 or 36 x n)',
  fix: 'use the file of the original release; the model of MathWorks has other features and cannot be used',
}

/** Reads the regression of BRISQUE. Throws `E_FILE` or `E_METRIC_PARAMETERS`. */
export async function readSupportVectors(path: string, features: number): Promise<SupportVectors> {
  return parameterFile(path, use, async (bytes) => {
    const model =
      bytes.toString('latin1', 0, 2) === 'PK'
        ? await fromNpz(bytes, features)
        : fromText(bytes.toString('latin1'), features)
    const numbers = [model.gamma, model.rho, ...model.coefficients, ...model.vectors.flatMap((vector) => [...vector])]
    if (model.vectors.length === 0 || !numbers.every(Number.isFinite))
      throw new Error('it has no vectors, or numbers that are not finite')
    return model
  })
}

async function fromNpz(bytes: Buffer, features: number): Promise<SupportVectors> {
  const arrays = await readNpz(bytes)
  const [coefficients, vectors] = [arrays.get('sv_coef'), arrays.get('sv')]
  if (coefficients === undefined || vectors === undefined) throw new Error(`it has ${[...arrays.keys()].join(', ')}`)
  const count = coefficients.data.length
  const [rows, columns] = vectors.shape
  const upright = rows === count && columns === features
  if (!upright && !(rows === features && columns === count))
    throw new Error(`its sv is ${vectors.shape.join(' x ')}, its sv_coef ${count}`)
  return {
    gamma: GAMMA,
    rho: RHO,
    coefficients: [...coefficients.data],
    vectors: Array.from({ length: count }, (_, v) =>
      Float64Array.from({ length: features }, (_, f) => vectors.data[upright ? v * features + f : f * count + v]!),
    ),
  }
}

/** The text format of libsvm. */
function fromText(text: string, features: number): SupportVectors {
  const [head = '', body] = text.split(/^SV\s*$/m)
  const facts = new Map(head.split('\n').map((line) => line.trim().split(/\s+/) as [string, string]))
  if (body === undefined || facts.get('kernel_type') !== 'rbf')
    throw new Error('it is no libsvm model with a radial kernel')
  const coefficients: number[] = []
  const vectors: Float64Array[] = []
  for (const line of body.split('\n')) {
    const [coefficient, ...entries] = line.trim().split(/\s+/)
    if (coefficient === undefined || coefficient === '') continue
    const vector = new Float64Array(features)
    for (const entry of entries) {
      const [index = '', value = ''] = entry.split(':')
      if (!(Number(index) >= 1 && Number(index) <= features)) throw new Error(`it has a feature ${index}`)
      vector[Number(index) - 1] = Number(value)
    }
    coefficients.push(Number(coefficient))
    vectors.push(vector)
  }
  return { gamma: Number(facts.get('gamma')), rho: Number(facts.get('rho')), coefficients, vectors }
}

/** The value of the regression. */
export function regression({ gamma, rho, coefficients, vectors }: SupportVectors, features: readonly number[]): number {
  let sum = -rho
  vectors.forEach((vector, v) => {
    let distance = 0
    features.forEach((value, f) => {
      distance += (value - vector[f]!) ** 2
    })
    sum += coefficients[v]! * Math.exp(-gamma * distance)
  })
  return sum
}
