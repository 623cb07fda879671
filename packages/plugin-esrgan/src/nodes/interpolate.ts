import { defineNode, mixture, Type } from '@kintsugi/core'

/** `esrgan/interpolate`: network interpolation, equation 4 of ESRGAN. */
export const interpolate = defineNode({
  name: 'esrgan/interpolate',
  title: 'Interpolate two networks',
  description:
    'Gives the network whose weights are (1 - alpha) from + alpha to, tensor by tensor: network interpolation of ESRGAN (Wang et al. 2018, equation 4; `net_interp.py` of xinntao/ESRGAN), ' +
    'with a network trained for PSNR as `from` and one fine-tuned from it by a GAN as `to`. Real-ESRGAN names its denoising strength the same way: `from` is realesr-general-wdn-x4v3, `to` realesr-general-x4v3. ' +
    'Beyond 0..1 it extrapolates. Networks trained apart do not interpolate: the result runs, but shows nothing of either. The same as `model/mix` with the coefficients 1 - alpha and alpha.',
  params: Type.Object(
    {
      alpha: Type.Number({
        default: 0.5,
        minimum: -10,
        maximum: 10,
        description: 'Share of `to`: 0 gives `from`, 1 gives `to`.',
      }),
    },
    { additionalProperties: false },
  ),
  inputs: {
    from: { type: 'model', description: 'The network at alpha 0.' },
    to: { type: 'model', description: 'The network at alpha 1, of the same architecture.' },
  },
  outputs: { model: { type: 'model', description: 'The network in between. Saved as `.onnx`, it is a model file.' } },
  runs: 'inline',
  examples: [
    {
      title: 'Three tenths of the way to another network; between a network and itself lies itself',
      in: { from: { value: 'builtin:x4' }, to: { value: 'builtin:x4' } },
      with: { alpha: 0.3 },
      expect: {},
    },
  ],
  run({ from, to }, { alpha }) {
    return {
      model: mixture([
        { model: from, coefficient: 1 - alpha },
        { model: to, coefficient: alpha },
      ]),
    }
  },
})
