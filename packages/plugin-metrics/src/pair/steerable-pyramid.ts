import { correlate, type Field } from '../filters/correlate.js'

// Filters `sp5` of the steerable pyramid toolbox (Simoncelli and Freeman 1995), six orientations, as in `vif_arch.py` of pyiqa.
// Quarters of squares that are symmetric about both axes, or for the band antisymmetric about the vertical one.
const LOW_START = [
  [0.00341614, -0.01551246, -0.03848215],
  [-0.01551246, 0.05586982, 0.1592557],
  [-0.03848215, 0.1592557, 0.40304148],
]
const LOW = [
  [0.00085404, -0.00244917, -0.00387812, -0.00944432, -0.00962054],
  [-0.00244917, -0.00523281, -0.00661117, 0.004106, 0.01002988],
  [-0.00387812, -0.00661117, 0.01396746, 0.03277038, 0.03981393],
  [-0.00944432, 0.004106, 0.03277038, 0.06426333, 0.08169618],
  [-0.00962054, 0.01002988, 0.03981393, 0.08169618, 0.1009654],
]
const BAND = [
  [0.00277643, -0.00986904, -0.01021852, 0],
  [0.00496194, -0.00893064, -0.03075356, 0],
  [0.01026699, 0.01189859, -0.08226445, 0],
  [0.01455399, 0.02755155, -0.11732297, 0],
]

const lowStart = unfold(LOW_START, 1, 1)
const low = unfold(LOW, 1, 2)
const across = unfold(BAND, -1, 1)
const down = across.map((_, i) => across[(i % 7) * 7 + Math.floor(i / 7)]!)

/**
 * Two of the six orientations, across and down, at each of `levels` scales of a steerable pyramid, finest first; the plane is
 * mirrored beyond its edge, the edge not repeated. `step` is called before each filter.
 */
export function orientedBands(
  field: Field,
  levels: number,
  step: () => void,
): readonly { readonly across: Field; readonly down: Field }[] {
  const bands = []
  step()
  let rest = correlate(field, lowStart, 'reflect')
  for (let level = 0; level < levels; level++) {
    step()
    const horizontal = correlate(rest, across, 'reflect')
    step()
    bands.push({ across: horizontal, down: correlate(rest, down, 'reflect') })
    if (level < levels - 1) rest = correlate(rest, low, 'reflect', 2)
  }
  return bands
}

/** The square of weights, row by row, of its upper left quarter; `mirror` is the sign of the right half. */
function unfold(quarter: readonly (readonly number[])[], mirror: 1 | -1, scale: number): Float64Array {
  const side = 2 * quarter.length - 1
  return Float64Array.from({ length: side * side }, (_, i) => {
    const [y, x] = [Math.floor(i / side), i % side]
    const value = quarter[Math.min(y, side - 1 - y)]![Math.min(x, side - 1 - x)]!
    return value * scale * (x >= quarter.length ? mirror : 1)
  })
}
