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
    const { data, channels } = image
    const size = image.width * image.height
    // Gray is its own value; planes that are not there are read as the first one.
    const [second, third] = channels === 1 ? [0, 0] : [size, 2 * size]
    const result = output.data
    for (let i = 0; i < size; i++) {
      const r = data[i]!
      const g = data[second + i]!
      const b = data[third + i]!
      const value = Math.max(r, g, b)
      const target = Math.min(1, Math.max(0, value + amount))
      const scale = value === 0 ? 0 : target / value
      const lift = value === 0 ? target : 0
      result[i] = scale * r + lift
      result[second + i] = scale * g + lift
      result[third + i] = scale * b + lift
    }
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
    const { data } = image
    const target = output.data
    if (image.channels === 1) {
      target.set(data)
      return
    }
    const size = image.width * image.height
    for (let i = 0; i < size; i++) {
      const r = data[i]!
      const g = data[size + i]!
      const b = data[2 * size + i]!
      const value = Math.max(r, g, b)
      const range = value - Math.min(r, g, b)
      const saturation = Math.min(1, Math.max(0, (value > 0 ? range / value : 0) * factor! + offset!))
      // How far a channel is below the value, as a share of the range; gray pixels count as red.
      const share = range > 0 ? (saturation * value) / range : 0
      const gray = range > 0 ? 0 : saturation * value
      target[i] = value - share * (value - r)
      target[size + i] = value - share * (value - g) - gray
      target[2 * size + i] = value - share * (value - b) - gray
    }
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
