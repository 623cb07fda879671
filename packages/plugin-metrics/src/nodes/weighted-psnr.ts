import { defineNode, Type } from '@kintsugi/core'
import { separableSame } from '../filters/correlate.js'
import { comparablePlanes, pairInputs, protocolParams } from '../pair/pair.js'
import type { Planes } from '../pair/planes.js'
import { describedMetric } from '../protocol/describe.js'
import { psnrOf } from './psnr.js'

/** What `metrics/weighted-psnr` measures. */
export const weightedPsnrMetric = describedMetric({
  name: 'Weighted PSNR',
  direction: 'higher',
  unit: 'dB',
  params: ['border', 'quantize', 'weighting'],
  fixed: { color_space: 'ycbcr' },
})

/** `metrics/weighted-psnr`: PSNR weighted by colour component or by visibility. */
export const weightedPsnr = defineNode({
  name: 'metrics/weighted-psnr',
  title: 'Weighted PSNR',
  description:
    'PSNR in dB of BT.601 studio YCbCr (full resolution, float64, not rounded) with one of several weightings; papers mean different ones by the name. ' +
    'Higher is better; identical images give Infinity. Gray images are luma. ' +
    '`component`: (6 PSNR_Y + PSNR_Cb + PSNR_Cr) / 8, as in video coding; Infinity as soon as one component is equal. ' +
    '`component_error`: of the mean square error (6 MSE_Y + MSE_Cb + MSE_Cr) / 8. ' +
    '`visibility`: of luma errors whose squares are multiplied by 1 / (1 + v), v the variance of the reference in 3 x 3 px (edge repeated); `visibility_squared`: by its square.',
  params: Type.Object(
    {
      ...protocolParams,
      weighting: Type.Enum(['component', 'component_error', 'visibility', 'visibility_squared'], {
        default: 'component',
        description: 'What is weighted, see above.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: pairInputs,
  outputs: { score: { type: 'number', description: 'dB.', metric: weightedPsnrMetric } },
  memory: ({ image }) => 120 * image!.width * image!.height,
  limits: { alpha: false },
  examples: [
    {
      title: 'Flat gray images: every weighting but visibility is PSNR of luma',
      in: {
        image: { pattern: 'flat', width: 8, height: 8, channels: 1, offset: 0.1 },
        reference: { pattern: 'flat', width: 8, height: 8, channels: 1 },
      },
      expect: { score: { value: 20.172003435238, tolerance: 1e-9 } },
    },
  ],
  run({ image, reference }, { weighting, ...options }, context) {
    context.throwIfCancelled()
    const [tested, truth] = comparablePlanes(
      'metrics/weighted-psnr',
      image,
      reference,
      { ...options, color_space: 'rgb' },
      1,
    )
    context.throwIfCancelled()
    const [a, b] = [componentsOf(tested), componentsOf(truth)]
    if (weighting === 'component' || weighting === 'component_error') {
      const errors = a.map((component, c) => meanOf(component, (value, i) => (value - b[c]![i]!) ** 2))
      const weigh = (values: readonly number[]) =>
        values.length === 1 ? values[0]! : (6 * values[0]! + values[1]! + values[2]!) / 8
      const score = weighting === 'component' ? weigh(errors.map((error) => psnrOf(error))) : psnrOf(weigh(errors))
      return { score }
    }
    context.throwIfCancelled()
    const visible = visibility(b[0]!, truth)
    const power = weighting === 'visibility' ? 1 : 2
    return {
      score: psnrOf(meanOf(a[0]!, (value, i) => visible[i]! ** power * (value - b[0]![i]!) ** 2)),
    }
  },
})

/** 1 / (1 + variance in 3 x 3 px) of a plane. */
function visibility(data: Float64Array, { width, height }: Planes): Float64Array {
  const third = new Float64Array(3).fill(1 / 3)
  const means = separableSame({ width, height, data }, third, 'replicate').data
  const squares = separableSame({ width, height, data: data.map((value) => value ** 2) }, third, 'replicate').data
  return means.map((mean, i) => 1 / (1 + Math.max(squares[i]! - mean ** 2, 0)))
}

/** Y, Cb and Cr of levels, or the plane of a gray image. */
function componentsOf({ planes: [r, g, b] }: Planes): Float64Array[] {
  if (g === undefined || b === undefined) return [Float64Array.from(r!)]
  const mix = (offset: number, wr: number, wg: number, wb: number) =>
    Float64Array.from(r!, (value, i) => offset + (wr * value + wg * g[i]! + wb * b[i]!) / 255)
  return [mix(16, 65.481, 128.553, 24.966), mix(128, -37.797, -74.203, 112), mix(128, 112, -93.786, -18.214)]
}

function meanOf(values: Float64Array, term: (value: number, i: number) => number): number {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += term(values[i]!, i)
  return sum / values.length
}
