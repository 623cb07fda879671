import { correlate, type Field } from '../filters/correlate.js'
import { phaseCongruency } from '../spectrum/phase-congruency.js'
import { type Planes, roundHalfEven } from './planes.js'
import { averagePool } from './pool.js'

/** What pyiqa and piq add to denominators: the rounding unit of float32. */
const EPSILON = 2 ** -23
const [T_PHASE, T_GRADIENT, T_CHROMA, CHROMA_POWER] = [0.85, 160, 200, 0.03]
const SCHARR = [-3, 0, 3, -10, 0, 10, -3, 0, 3].map((weight) => weight / 16)
const SCHARR_TURNED = [-3, -10, -3, 0, 0, 0, 3, 10, 3].map((weight) => weight / 16)

/**
 * Feature similarity (Zhang et al. 2011, as `fsim` of pyiqa) of planes of levels 0..255: means of f x f px first, f the smaller side
 * / 256 rounded; phase congruency and Scharr gradients of luma, weighted by the larger phase congruency. `step` is called now and then. `chromatic`: times the
 * similarity of I and Q to the power 0.03 (FSIMc); gray images have none, so theirs is FSIM.
 */
export function featureSimilarity(tested: Planes, truth: Planes, chromatic: boolean, step: () => void): number {
  const side = Math.max(1, roundHalfEven(Math.min(tested.width, tested.height) / 256))
  const a = yiq(averagePool(tested, side))
  const b = yiq(averagePool(truth, side))
  const [phaseA, phaseB] = [phaseCongruency(a.y, step), phaseCongruency(b.y, step)]
  step()
  const [gradientA, gradientB] = [gradient(a.y), gradient(b.y)]
  let sum = 0
  let weights = 0
  for (let p = 0; p < phaseA.length; p++) {
    const weight = Math.max(phaseA[p]!, phaseB[p]!)
    let value = similarity(phaseA[p]!, phaseB[p]!, T_PHASE) * similarity(gradientA[p]!, gradientB[p]!, T_GRADIENT)
    if (chromatic && a.i !== null && b.i !== null) {
      const chroma = similarity(a.i[p]!, b.i[p]!, T_CHROMA) * similarity(a.q[p]!, b.q[p]!, T_CHROMA)
      value *= Math.abs(chroma) ** CHROMA_POWER
    }
    sum += value * weight
    weights += weight
  }
  return sum / weights
}

function similarity(a: number, b: number, constant: number): number {
  return (2 * a * b + constant) / (a * a + b * b + constant + EPSILON)
}

function gradient(field: Field): Float64Array {
  const across = correlate(field, SCHARR, 'zero').data
  const down = correlate(field, SCHARR_TURNED, 'zero').data
  return across.map((value, i) => Math.sqrt(value ** 2 + down[i]! ** 2 + 2 ** -52))
}

type Yiq = { y: Field; i: null; q: null } | { y: Field; i: Float64Array; q: Float64Array }

function yiq({ width, height, planes }: Planes): Yiq {
  const [r, g, b] = planes
  if (g === undefined || b === undefined) return { y: { width, height, data: Float64Array.from(r!) }, i: null, q: null }
  const mix = (wr: number, wg: number, wb: number) =>
    Float64Array.from(r!, (value, p) => wr * value + wg * g[p]! + wb * b[p]!)
  return {
    y: { width, height, data: mix(0.299, 0.587, 0.114) },
    i: mix(0.5959, -0.2746, -0.3213),
    q: mix(0.2115, -0.5227, 0.3112),
  }
}
