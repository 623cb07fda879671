import { Type } from '@kintsugi/core'

/** Parameters of node types that draw particles in the air. */
export function particleParams(defaults: {
  density: number
  length: number
  width: number
  brightness: number
  what: string
  ranges: { density: string; length: string; width: string }
}) {
  const { what, ranges } = defaults
  return {
    density: Type.Number({
      default: defaults.density,
      minimum: 0,
      maximum: 0.1,
      'x-unit': '1/px^2',
      description: `Expected number of ${what} per pixel. ${ranges.density}`,
    }),
    length: Type.Number({
      default: defaults.length,
      minimum: 0,
      maximum: 200,
      'x-unit': 'px',
      description: `Longest way of the ${what} during the exposure. ${ranges.length}`,
    }),
    width: Type.Number({
      default: defaults.width,
      exclusiveMinimum: 0,
      maximum: 50,
      'x-unit': 'px',
      description: `Largest width of the ${what}. ${ranges.width}`,
    }),
    angle: Type.Number({
      default: 90,
      minimum: -360,
      maximum: 360,
      'x-unit': 'deg',
      description: 'Direction of the fall, counter-clockwise from the right; 90 is straight down.',
    }),
    brightness: Type.Number({
      default: defaults.brightness,
      minimum: 0,
      maximum: 1,
      description: `Largest brightness of the ${what}, white is 1.`,
    }),
    variation: Type.Number({
      default: 0.5,
      minimum: 0,
      maximum: 1,
      description: 'Lengths, widths and brightnesses lie between 1 - variation and 1 times the largest, uniformly.',
    }),
  }
}
