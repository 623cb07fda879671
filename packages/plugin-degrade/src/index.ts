import { definePlugin } from '@kintsugi/core'
import {
  corruptDefocusBlur,
  corruptGaussianBlur,
  corruptGlassBlur,
  corruptMotionBlur,
  corruptZoomBlur,
} from './corruptions/blur.js'
import { corruptJpegCompression, corruptPixelate } from './corruptions/coding.js'
import { corruptElasticTransform } from './corruptions/elastic.js'
import { corruptFrost } from './corruptions/frost.js'
import {
  corruptGaussianNoise,
  corruptImpulseNoise,
  corruptShotNoise,
  corruptSpeckleNoise,
} from './corruptions/noise.js'
import { corruptSpatter } from './corruptions/spatter.js'
import { corruptBrightness, corruptContrast, corruptSaturate } from './corruptions/tone.js'
import { corruptFog, corruptSnow } from './corruptions/weather.js'
import { cameraNoise } from './nodes/camera-noise.js'
import { cropPair } from './nodes/crop-pair.js'
import { decode } from './nodes/decode.js'
import { defocusBlur } from './nodes/defocus-blur.js'
import { diffjpeg } from './nodes/diffjpeg.js'
import { encode } from './nodes/encode.js'
import { gaussianBlur } from './nodes/gaussian-blur.js'
import { gaussianNoise } from './nodes/gaussian-noise.js'
import { generalizedGaussianBlur } from './nodes/generalized-gaussian-blur.js'
import { haze } from './nodes/haze.js'
import { jpeg } from './nodes/jpeg.js'
import { lines } from './nodes/lines.js'
import { lowLight } from './nodes/low-light.js'
import { lowLightRetinex } from './nodes/low-light-retinex.js'
import { mosaic } from './nodes/mosaic.js'
import { motionBlur } from './nodes/motion-blur.js'
import { overExposure } from './nodes/over-exposure.js'
import { plateauBlur } from './nodes/plateau-blur.js'
import { poissonNoise } from './nodes/poisson-noise.js'
import { quantize } from './nodes/quantize.js'
import { rain } from './nodes/rain.js'
import { resize } from './nodes/resize.js'
import { saltAndPepperNoise } from './nodes/salt-and-pepper-noise.js'
import { shiftedGaussianBlur } from './nodes/shifted-gaussian-blur.js'
import { sincBlur } from './nodes/sinc-blur.js'
import { snow } from './nodes/snow.js'
import { speckleNoise } from './nodes/speckle-noise.js'
import { trajectoryBlur } from './nodes/trajectory-blur.js'
import { underExposure } from './nodes/under-exposure.js'
import { usmSharpen } from './nodes/usm-sharpen.js'
import { webp } from './nodes/webp.js'
import { pipelines } from './pipelines.js'

export type { Degradation, Stage } from '@kintsugi/vectors'
export {
  cameraNoise,
  corruptBrightness,
  corruptContrast,
  corruptDefocusBlur,
  corruptElasticTransform,
  corruptFog,
  corruptFrost,
  corruptGaussianBlur,
  corruptGaussianNoise,
  corruptGlassBlur,
  corruptImpulseNoise,
  corruptJpegCompression,
  corruptMotionBlur,
  corruptPixelate,
  corruptSaturate,
  corruptShotNoise,
  corruptSnow,
  corruptSpatter,
  corruptSpeckleNoise,
  corruptZoomBlur,
  cropPair,
  decode,
  defocusBlur,
  diffjpeg,
  encode,
  gaussianBlur,
  gaussianNoise,
  generalizedGaussianBlur,
  haze,
  jpeg,
  lines,
  lowLight,
  lowLightRetinex,
  mosaic,
  motionBlur,
  overExposure,
  plateauBlur,
  poissonNoise,
  quantize,
  rain,
  resize,
  saltAndPepperNoise,
  shiftedGaussianBlur,
  sincBlur,
  snow,
  speckleNoise,
  trajectoryBlur,
  underExposure,
  usmSharpen,
  webp,
}

/** The plugin: node types of the families `degrade` and `corrupt`. */
export default definePlugin({
  name: '@kintsugi/plugin-degrade',
  version: '0.1.0',
  nodes: [
    cameraNoise,
    corruptBrightness,
    corruptContrast,
    corruptDefocusBlur,
    corruptElasticTransform,
    corruptFog,
    corruptFrost,
    corruptGaussianBlur,
    corruptGaussianNoise,
    corruptGlassBlur,
    corruptImpulseNoise,
    corruptJpegCompression,
    corruptMotionBlur,
    corruptPixelate,
    corruptSaturate,
    corruptShotNoise,
    corruptSnow,
    corruptSpatter,
    corruptSpeckleNoise,
    corruptZoomBlur,
    cropPair,
    decode,
    defocusBlur,
    diffjpeg,
    encode,
    gaussianBlur,
    gaussianNoise,
    generalizedGaussianBlur,
    haze,
    jpeg,
    lines,
    lowLight,
    lowLightRetinex,
    mosaic,
    motionBlur,
    overExposure,
    plateauBlur,
    poissonNoise,
    quantize,
    rain,
    resize,
    saltAndPepperNoise,
    shiftedGaussianBlur,
    sincBlur,
    snow,
    speckleNoise,
    trajectoryBlur,
    underExposure,
    usmSharpen,
    webp,
  ],
  pipelines,
})
