import { mapColors } from '../image/strips.js'
import { corruption, flatExample, forPlanes, photoExample } from './corruption.js'

/** `corrupt/brightness`. */
export const corruptBrightness = corruption({
  name: 'corrupt/brightness',
  title: 'Corruption: brightness',
  description: 'Adds c to the value V of HSV, clipped to 0..1, with hue and saturation kept.',
  meaning: 'c',
  levels: [0.1, 0.2, 0.3, 0.4, 0.5],
  planes: 0,
  examples: [flatExample('Middle gray at severity 2', 0.7, { severity: 2 }), photoExample],
  corrupt: (image, amount, output) => {
    mapColors(image.data, output.data, image.channels, (run, red, green, blue, count) =>
      run.brighten(red, green, blue, count, amount),
    )
  },
})

/** `corrupt/saturate`. */
export const corruptSaturate = corruption({
  name: 'corrupt/saturate',
  title: 'Corruption: saturate',
  description:
    'Saturation S of HSV becomes a S + b, clipped to 0..1, with hue and value kept; gray pixels have hue 0, red, and turn reddish where b is not 0. A gray image stays as it is.',
  meaning: '(a, b)',
  levels: [
    [0.3, 0],
    [0.1, 0],
    [2, 0],
    [5, 0.1],
    [20, 0.2],
  ],
  planes: 0,
  examples: [flatExample('Gray has no saturation to multiply', 0.5, { severity: 1 }), photoExample],
  corrupt: (image, [factor, offset], output) => {
    if (image.channels === 1) output.data.set(image.data)
    else
      mapColors(image.data, output.data, 3, (run, red, green, blue, count) =>
        run.saturate(red, green, blue, count, factor!, offset!),
      )
  },
})

/** `corrupt/contrast`. */
export const corruptContrast = corruption({
  name: 'corrupt/contrast',
  title: 'Corruption: contrast',
  description: '(x - mean) c + mean, with the mean of each channel.',
  meaning: 'c',
  levels: [0.4, 0.3, 0.2, 0.1, 0.05],
  planes: 0,
  examples: [flatExample('A flat image has no contrast to lose', 0.5, {}), photoExample],
  corrupt: (image, factor, output, context) => {
    forPlanes(image, output, context, (source, target) => {
      let sum = 0
      for (let i = 0; i < source.length; i++) sum += source[i]!
      const mean = sum / source.length
      for (let i = 0; i < source.length; i++) target[i] = (source[i]! - mean) * factor + mean
    })
  },
})
