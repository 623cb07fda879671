import { createImage, createStream, type ExampleImage, type Image, randomKey } from '@kintsugi/core'

const DEFAULT_SIDE = 16
const CHECKER_SIDE = 8

type Sample = (channel: number, y: number, x: number) => number

/**
 * The image that an example describes, 16 x 16 RGB unless it says otherwise. Formulas, with c the channel and w x h the size:
 *
 * - `flat`: 0.5
 * - `gradient`: channel 0 x / (w - 1), channel 1 y / (h - 1), channel 2 (x + y) / (w + h - 2); 0 where the divisor is 0
 * - `step`: 0 where x < w / 2, else 1
 * - `impulse`: 1 at row floor(h / 2), column floor(w / 2), else 0
 * - `checkerboard`: squares of 8 x 8 px, 0 at the top left, then 1, alternating
 * - `noise`: uniform on [0, 1) from a fixed key, plane by plane, row by row
 * - `photo`: 0.5 + 0.25 sin(2 pi (1.5 u + c / 6)) cos(2 pi v) + 0.15 sin(2 pi (3 u + 2 v)) with u = (x + 0.5) / w, v = (y + 0.5) / h
 *
 * A gray image is channel 0. `offset` is added to every colour sample. The alpha plane, if there is one, is 0.5 everywhere.
 */
export function exampleImage(example: ExampleImage): Image {
  const { pattern, width = DEFAULT_SIDE, height = DEFAULT_SIDE, channels = 3, alpha = false, offset = 0 } = example
  const image = createImage({ width, height, channels, alpha })
  const sample = pattern === 'noise' ? uniformSample(0) : patterns[pattern](width, height)
  fill(image, (c, y, x) => sample(c, y, x) + offset)
  image.alpha?.fill(0.5)
  return image
}

/** Uniform noise in colour and alpha: unlike the patterns it hides no mistake. Different seeds give unrelated images. */
export function noiseImage(shape: Parameters<typeof createImage>[0], seed: number): Image {
  const image = createImage(shape)
  const sample = uniformSample(seed)
  fill(image, sample)
  image.alpha?.forEach((_, i, alpha) => {
    alpha[i] = sample(0, 0, 0)
  })
  return image
}

function fill(image: Image, sample: Sample): void {
  let at = 0
  for (let c = 0; c < image.channels; c++) {
    for (let y = 0; y < image.height; y++) for (let x = 0; x < image.width; x++) image.data[at++] = sample(c, y, x)
  }
}

function uniformSample(seed: number): Sample {
  const stream = createStream(randomKey({ seed, stream: 'example', purpose: 'noise', keys: {} }))
  return () => stream.uniform()
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole)

const patterns: Readonly<Record<Exclude<ExampleImage['pattern'], 'noise'>, (width: number, height: number) => Sample>> =
  {
    flat: () => () => 0.5,
    gradient: (w, h) => (c, y, x) => (c === 0 ? ratio(x, w - 1) : c === 1 ? ratio(y, h - 1) : ratio(x + y, w + h - 2)),
    step: (w) => (_c, _y, x) => (x < w / 2 ? 0 : 1),
    impulse: (w, h) => {
      const row = Math.floor(h / 2)
      const column = Math.floor(w / 2)
      return (_c, y, x) => (y === row && x === column ? 1 : 0)
    },
    checkerboard: () => (_c, y, x) => (Math.floor(x / CHECKER_SIDE) + Math.floor(y / CHECKER_SIDE)) % 2,
    photo: (w, h) => (c, y, x) => {
      const u = (x + 0.5) / w
      const v = (y + 0.5) / h
      const turn = 2 * Math.PI
      const large = Math.sin(turn * (1.5 * u + c / 6)) * Math.cos(turn * v)
      return 0.5 + 0.25 * large + 0.15 * Math.sin(turn * (3 * u + 2 * v))
    },
  }
