import { KintsugiError, type MadeModel, type Model, Type } from '@kintsugi/core'
import { basisModel } from '@kintsugi/nn'

/** What a unit of levels means. */
interface Unit {
  /** Short name before a number. */
  readonly label: string
  /** Levels that can be meant, for messages and checks. */
  readonly range: readonly [low: number, high: number]
  /** Levels of the authors' training (methods of ifryed/HyperRes, options of train_main.py), for weights that do not state their own. */
  readonly trained: readonly number[]
}

/** Units by name. Whatever the unit, level / 255 enters the network (`norm_f` of ifryed/HyperRes). */
const UNITS = {
  sigma: { label: 'sigma', range: [0, 255], trained: [15, 35, 55, 75] },
  'jpeg-quality': { label: 'quality', range: [0, 100], trained: [10, 30, 50, 80] },
  scale: { label: 'scale', range: [1, 16], trained: [2, 3, 4, 5] },
} as const satisfies Readonly<Record<string, Unit>>

export type UnitName = keyof typeof UNITS

/** What every level is divided by before it enters the network. */
const NORM = 255

/** The parameter that says what a level is. */
export const unitParam = Type.Enum(['sigma', 'jpeg-quality', 'scale'], {
  default: 'sigma',
  description:
    'What the level is, as the network was trained for it. `sigma`: standard deviation of Gaussian noise where white is 255, 0..255. `jpeg-quality`: ' +
    'quality of JPEG, 0..100. `scale`: by how much the image was enlarged to its present size, 1..16. The level is never guessed from its magnitude: 0.5 is half a unit.',
})

/**
 * The network of a hypernetwork at a level, W = level/255 A + B in every generated layer (HyperRes). Throws `E_PARAM` for a level that
 * the unit cannot have.
 */
export function networkAt(basis: Model, level: number, unit: UnitName): MadeModel {
  const { label, range } = UNITS[unit]
  if (!(level >= range[0] && level <= range[1])) {
    throw new KintsugiError('E_PARAM', {
      message: `A level of ${level} is no ${unit}.`,
      expected: `a number from ${range.join(' to ')}`,
      found: String(level),
      fix: 'Give the level in its own unit, not divided by 255, and say by `unit` what it is.',
    })
  }
  return basisModel(basis, { level: level / NORM }, `${basis.name} at ${label} ${level}`)
}

/** What is to be said of a level beyond the trained ones; `undefined` within them. */
export function extrapolation(
  basis: Model,
  level: number,
  unit: UnitName,
  trained: readonly number[] = UNITS[unit].trained,
): string | undefined {
  const [low, high] = [Math.min(...trained), Math.max(...trained)]
  if (level >= low && level <= high) return undefined
  return `${UNITS[unit].label} ${level} is beyond the levels that ${basis.name} was trained at, ${low} to ${high}: its weights are extrapolated.`
}
