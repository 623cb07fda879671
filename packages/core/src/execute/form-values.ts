import { evaluateForm, type FormValues } from '../forms/index.js'
import type { Axis } from '../plan/axes.js'
import type { Binding, Draw, PlanForm, Source } from '../plan/plan.js'
import { createStream } from '../random/generator.js'
import { randomKey } from '../random/key.js'
import { type Outcome, present } from './cell.js'
import { type Keys, keysOfDraw } from './frame.js'

/** Asks for a value that a form reads with `$from`. */
class NeedsValue extends Error {
  constructor(readonly source: Source) {
    super('a value is needed')
  }
}

/** The key that starts a stream of draws. */
export function drawKey(seed: number, draw: Draw, purpose: string, keys: Keys): Uint8Array {
  return randomKey({ seed, stream: draw.stream, purpose, keys: keysOfDraw(draw.axes, keys) })
}

/**
 * The literal that a form is for one instance. Values read with `$from` are fetched as the evaluation comes to them; draws depend on
 * their keys alone, so evaluating again gives the same.
 */
export async function formValue(
  form: PlanForm,
  draw: Draw,
  keys: Keys,
  seed: number,
  fetch: (source: Source) => Promise<Outcome<unknown>>,
): Promise<Outcome<unknown>> {
  if (form.kind === 'literal') return present(form.value)
  const fetched = new Map<Source, unknown>()
  for (;;) {
    try {
      return present(evaluateForm(form, valuesFor(draw, keys, seed, fetched, new Map())))
    } catch (error) {
      if (!(error instanceof NeedsValue)) throw error
      const value = await fetch(error.source)
      if (!value.ok) return value
      fetched.set(error.source, value.value)
    }
  }
}

function valuesFor(
  draw: Draw,
  keys: Keys,
  seed: number,
  fetched: ReadonlyMap<Source, unknown>,
  bound: Map<Binding, unknown>,
): FormValues<Axis, Binding, Source> {
  return {
    stream: (purpose) => createStream(drawKey(seed, draw, purpose, keys)),
    axis: (axis) => {
      const key = keys[axis.order]
      if (key === undefined) throw new Error(`no key for axis ${axis.id}`)
      return axis.origin.kind === 'static' ? axis.origin.values.get(key) : key
    },
    bound: (binding) => {
      if (!bound.has(binding))
        bound.set(binding, evaluateForm(binding.form, valuesFor(binding.draw, keys, seed, fetched, bound)))
      return bound.get(binding)
    },
    from: (source) => {
      if (!fetched.has(source)) throw new NeedsValue(source)
      return fetched.get(source)
    },
  }
}
