import { createHash } from 'node:crypto'
import { KintsugiError } from '../src/errors/error.js'
import {
  compileForm,
  type Form,
  type FormNames,
  type FormValues,
  type Possible,
  type PossibleNames,
} from '../src/forms/index.js'
import { createStream } from '../src/random/generator.js'

export type TestForm = Form<string, string, string>

/** Names that are their own objects: axes, params, lets and references that exist in these tests. */
export const names: FormNames<string, string, string> = {
  has: (kind, name) => known[kind].includes(name),
  axis: (name) => (known.axis.includes(name) ? `axis ${name}` : unknown('E_AXIS', name)),
  param: (name) => (known.param.includes(name) ? `param ${name}` : unknown('E_FORM', name)),
  let: (name) => (known.let.includes(name) ? `let ${name}` : unknown('E_FORM', name)),
  from: (reference) => (reference.startsWith('node') ? reference : unknown('E_REFERENCE', reference)),
  names: () => [...known.let, ...known.param, ...known.axis],
}

const known = { axis: ['sigma', 'task', 'both'], param: ['strength', 'both', 'two'], let: ['sf', 'both'] }

function unknown(code: string, name: string): never {
  throw new KintsugiError(code, { message: `no "${name}"` })
}

/** Compiles a value that stands at `nodes.a.with`; places are lines counted by the path's length. */
export function compile(value: unknown, purpose = 'with'): TestForm {
  return compileForm(value, names, where(purpose))
}

export function where(purpose = 'with') {
  return {
    path: ['nodes', 'a', 'with'],
    purpose,
    locate: (path: readonly (string | number)[], target?: 'key' | 'value') => ({
      line: path.length,
      column: target === 'key' ? 1 : 2,
      file: path.join('.'),
    }),
  }
}

/** Values of the names, and streams that start from the seed and the purpose. `asked` collects the purposes. */
export function values(
  seed = 0,
  given: Readonly<Record<string, unknown>> = {},
  asked: string[] = [],
): FormValues<string, string, string> {
  const value = (name: string) => {
    if (!(name in given)) throw new Error(`asked for ${name}`)
    return given[name]
  }
  return {
    stream: (purpose) => {
      asked.push(purpose)
      return createStream(createHash('sha256').update(`${seed} ${purpose}`).digest().subarray(0, 16))
    },
    axis: value,
    bound: value,
    from: value,
  }
}

export function possible(
  given: Readonly<Record<string, readonly unknown[]>> = {},
): PossibleNames<string, string, string> {
  const of = (name: string): Possible => ({ known: given[name] })
  return { axis: (name) => given[name], bound: of, from: of }
}
