import { KintsugiError } from '@kintsugi/core/errors'
import { TensorReference } from './pickle.js'

/** The state dict found in a saved object, and how it was found. */
export interface StateDict<T> {
  readonly tensors: ReadonlyMap<string, T>
  /** Keys that lead to it, such as `params_ema`; `none` if it is the saved object itself. */
  readonly wrapper: string
  /** What was stripped from the front of every name, such as `module.`; empty if nothing. */
  readonly prefix: string
  /** Other state dicts in the file that were passed over, such as `params`. */
  readonly passedOver: readonly string[]
}

/**
 * Keys under which training programs keep weights, best first: the running average before the raw weights (BasicSR,
 * Real-ESRGAN), then the habits of other programs as spandrel lists them.
 */
const wrapperKeys = [
  'params_ema',
  'params-ema',
  'params',
  'model_state_dict',
  'state_dict',
  'model',
  'net',
  'generator',
  'netG',
]

/** Prefixes of wrapping modules, stripped only if every name has them, in this order. */
const prefixes = ['module.', 'netG.', 'net.']

/** Finds the state dict in what torch.save wrote. Throws `E_CHECKPOINT_FORMAT` if there is none. */
export function findStateDict(root: unknown, file: string): StateDict<TensorReference> {
  let found = root
  const path: string[] = []
  const passedOver: string[] = []
  while (found instanceof Map && path.length < 3) {
    // Tensors may lie beside the weights, such as the state of a random generator.
    const isDict = hasTensors(found)
    const dicts = [...(found as Map<unknown, unknown>)].filter((entry): entry is [string, Map<unknown, unknown>] => {
      return typeof entry[0] === 'string' && entry[1] instanceof Map && entry[1].size > 0
    })
    const names = dicts.map(([key]) => key)
    const wrapped = wrapperKeys.find((name) =>
      dicts.some(([key, dict]) => key === name && (!isDict || hasTensors(dict))),
    )
    const key = wrapped ?? (!isDict && dicts.length === 1 ? names[0] : undefined)
    if (key === undefined) break
    passedOver.push(...dicts.filter(([name, dict]) => name !== key && hasTensors(dict)).map(([name]) => name))
    path.push(key)
    found = found.get(key)
  }
  if (!(found instanceof Map) || !hasTensors(found)) throw noStateDict(found, file)
  const entries = [...(found as Map<unknown, unknown>)].filter((entry): entry is [string, TensorReference] => {
    return typeof entry[0] === 'string' && entry[1] instanceof TensorReference
  })
  return { ...stripPrefixes(new Map(entries)), wrapper: path.join('.') || 'none', passedOver }
}

/** Strips prefixes that every name has. */
export function stripPrefixes<T>(tensors: ReadonlyMap<string, T>): { tensors: ReadonlyMap<string, T>; prefix: string } {
  let stripped = tensors
  let prefix = ''
  for (const candidate of prefixes) {
    if (![...stripped.keys()].every((name) => name.startsWith(candidate))) continue
    stripped = new Map([...stripped].map(([name, tensor]) => [name.slice(candidate.length), tensor]))
    prefix += candidate
  }
  return { tensors: stripped, prefix }
}

function hasTensors(dict: ReadonlyMap<unknown, unknown>): boolean {
  for (const value of dict.values()) if (value instanceof TensorReference) return true
  return false
}

function noStateDict(found: unknown, file: string): KintsugiError {
  const keys = found instanceof Map ? [...found.keys()].slice(0, 10).map(String).join(', ') : ''
  return new KintsugiError('E_CHECKPOINT_FORMAT', {
    message: `${file} holds no state dict.`,
    expected: `named tensors, bare or under one of ${wrapperKeys.join(', ')}`,
    found: found instanceof Map ? `a dictionary with the keys ${keys || 'none'}` : 'an object that is no dictionary',
    fix: 'Save the weights in PyTorch with torch.save(model.state_dict(), path).',
  })
}
