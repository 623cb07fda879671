import { defineNode, Type } from '@kintsugi/core'
import { extrapolation, networkAt, unitParam } from '../level.js'

/** `hypernet/materialise`: the network of one level. */
export const materialise = defineNode({
  name: 'hypernet/materialise',
  title: 'Make the network of a level',
  description:
    'Gives the ordinary network that a hypernetwork is at one level: W = level/255 A + B in every generated layer, head and tail as they are (HyperRes, ifryed/HyperRes). ' +
    'Levels between the trained ones interpolate, levels beyond them extrapolate; where the network runs by another node type than hypernet/restore, a warning compares with the levels of the authors: sigma 15..75, quality 10..80, scale 2..5. ' +
    'The network is made where it is first opened and kept by level. Every node type that runs networks takes it.',
  params: Type.Object({ unit: unitParam }, { additionalProperties: false }),
  inputs: {
    level: { type: 'number', description: 'The level, in `unit`: a literal, an axis, or an estimate.' },
    model: {
      type: 'model',
      default: 'builtin:denoise',
      description: 'A checkpoint of HyperRes (.pth, .pt, .safetensors), or `builtin:denoise`.',
    },
  },
  outputs: {
    model: { type: 'model', description: 'The network at this level. Saved as `.onnx`, it is a model file.' },
  },
  runs: 'inline',
  examples: [
    {
      title: 'The denoiser for noise of sigma 25, which lies between the trained levels 15 and 35',
      in: { level: { value: 25 }, model: { value: 'builtin:denoise' } },
      expect: {},
    },
  ],
  run({ level, model }, { unit }, context) {
    const network = networkAt(model, level, unit)
    const warning = extrapolation(model, level, unit)
    if (warning !== undefined) context.warn(warning)
    return { model: network }
  },
})
