import { definePlugin } from '@kintsugi/core'
import { cropPair } from './nodes/crop-pair.js'
import { decode } from './nodes/decode.js'
import { defocusBlur } from './nodes/defocus-blur.js'
import { diffjpeg } from './nodes/diffjpeg.js'
import { encode } from './nodes/encode.js'
import { gaussianBlur } from './nodes/gaussian-blur.js'
import { gaussianNoise } from './nodes/gaussian-noise.js'
import { generalizedGaussianBlur } from './nodes/generalized-gaussian-blur.js'
import { jpeg } from './nodes/jpeg.js'
import { motionBlur } from './nodes/motion-blur.js'
import { plateauBlur } from './nodes/plateau-blur.js'
import { poissonNoise } from './nodes/poisson-noise.js'
import { quantize } from './nodes/quantize.js'
import { resize } from './nodes/resize.js'
import { saltAndPepperNoise } from './nodes/salt-and-pepper-noise.js'
import { shiftedGaussianBlur } from './nodes/shifted-gaussian-blur.js'
import { sincBlur } from './nodes/sinc-blur.js'
import { speckleNoise } from './nodes/speckle-noise.js'
import { usmSharpen } from './nodes/usm-sharpen.js'
import { webp } from './nodes/webp.js'
import { pipelines } from './pipelines.js'

export type { Degradation, Stage } from './vectors/degradation.js'
export {
  cropPair,
  decode,
  defocusBlur,
  diffjpeg,
  encode,
  gaussianBlur,
  gaussianNoise,
  generalizedGaussianBlur,
  jpeg,
  motionBlur,
  plateauBlur,
  poissonNoise,
  quantize,
  resize,
  saltAndPepperNoise,
  shiftedGaussianBlur,
  sincBlur,
  speckleNoise,
  usmSharpen,
  webp,
}

/** The plugin: node types of the family `degrade`. */
export default definePlugin({
  name: '@kintsugi/plugin-degrade',
  version: '0.1.0',
  nodes: [
    cropPair,
    decode,
    defocusBlur,
    diffjpeg,
    encode,
    gaussianBlur,
    gaussianNoise,
    generalizedGaussianBlur,
    jpeg,
    motionBlur,
    plateauBlur,
    poissonNoise,
    quantize,
    resize,
    saltAndPepperNoise,
    shiftedGaussianBlur,
    sincBlur,
    speckleNoise,
    usmSharpen,
    webp,
  ],
  pipelines,
})
