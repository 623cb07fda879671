import { defineNode, type Image, type NodeContext, type NodeExample, Type } from '@kintsugi/core'
import { shapeOf } from '../image/planes.js'
import { mapSamples } from '../image/strips.js'

/** Parameters of every node type of the family `corrupt`. */
export const severityParams = Type.Object(
  {
    severity: Type.Integer({
      default: 3,
      minimum: 1,
      maximum: 5,
      description: '1 weakest to 5 strongest, as in ImageNet-C.',
    }),
    truncate: Type.Boolean({
      default: true,
      description:
        'Cut the result down to whole 8-bit levels, floor(255 x) / 255, as the published functions are stored; off: keep the fractions.',
    }),
  },
  { additionalProperties: false },
)

/** Severities 1 to 5 of a corruption. */
export type Levels<L> = readonly [L, L, L, L, L]

interface Corruption<L> {
  readonly name: string
  readonly title: string
  /** The formula; the severities, origin and handling of alpha are added. */
  readonly description: string
  readonly levels: Levels<L>
  /** What the numbers of a level are. */
  readonly meaning: string
  /** Planes of the image's size that are needed beside input and output. */
  readonly planes: number
  readonly examples: readonly NodeExample[]
  /** Fills the colour planes of `output`. They are clipped to 0..1 afterwards. */
  readonly corrupt: (image: Image, level: L, output: Image, context: NodeContext) => void | Promise<void>
}

/** The description of a corruption with its severities and origin. */
export const describeCorruption = <L>({
  description: text,
  levels,
  meaning,
}: Pick<Corruption<L>, 'description' | 'levels' | 'meaning'>) =>
  `${text} Severities: ${meaning} ${levels.map((level) => (Array.isArray(level) ? `(${level.join(', ')})` : String(level))).join(', ')}. ` +
  'ImageNet-C (Hendrycks and Dietterich 2019; hendrycks/robustness), for images of 224 x 224 px; numbers in pixels stay the same for other sizes. ' +
  'The result is clipped to 0..1. Alpha is left alone.'

const inputs = { image: { type: 'image', description: 'What to corrupt.' } } as const
const outputs = {
  image: { type: 'image', description: 'The corrupted image, of the same size, channels and metadata.' },
} as const

async function corrupted<L>(
  { levels, corrupt }: Corruption<L>,
  image: Image,
  settings: { severity: number; truncate: boolean },
  context: NodeContext,
): Promise<{ image: Image }> {
  context.throwIfCancelled()
  const output = context.createImage(shapeOf(image))
  if (image.alpha !== null) output.alpha!.set(image.alpha)
  await corrupt(image, levels[settings.severity - 1]!, output, context)
  context.throwIfCancelled()
  finish(output.data, settings.truncate)
  return { image: output }
}

/** Clips samples to 0..1 and, if asked, cuts them down to 8-bit levels. Products are rounded to float32 first, so that levels stay. */
export function finish(data: Float32Array, truncate: boolean): void {
  mapSamples(data, data, (run, samples, count) => run.clipLevels(samples, count, truncate))
}

const memory =
  (planes: number) =>
  ({ image }: Readonly<Record<string, { width: number; height: number; channels: number }>>) =>
    4 * image!.width * image!.height * (image!.channels + planes) + 2 ** 16

/** A node type of the family `corrupt` that is the same on every run. */
export function corruption<L>(definition: Corruption<L>) {
  const { name, title, planes, examples } = definition
  return defineNode({
    name,
    title,
    description: describeCorruption(definition),
    params: severityParams,
    inputs,
    outputs,
    memory: memory(planes),
    examples,
    run: ({ image }, settings, context) => corrupted(definition, image, settings, context),
  })
}

/** A node type of the family `corrupt` that draws random numbers. */
export function randomCorruption<L>(definition: Corruption<L>) {
  const { name, title, planes, examples } = definition
  return defineNode({
    name,
    title,
    description: describeCorruption(definition),
    params: severityParams,
    random: true,
    inputs,
    outputs,
    memory: memory(planes),
    examples,
    run: ({ image }, settings, context) => corrupted(definition, image, settings, context),
  })
}

/** Calls `use` with every colour plane of an image and of its output. */
export function forPlanes(
  image: Image,
  output: Image,
  context: NodeContext,
  use: (source: Float32Array, target: Float32Array, channel: number) => void,
): void {
  const size = image.width * image.height
  for (let c = 0; c < image.channels; c++) {
    context.throwIfCancelled()
    use(image.data.subarray(c * size, (c + 1) * size), output.data.subarray(c * size, (c + 1) * size), c)
  }
}

/** An example on a flat image, which the corruption leaves flat at `mean`. */
export function flatExample(
  title: string,
  mean: number,
  settings: Readonly<Record<string, unknown>>,
  tolerance = 1e-6,
): NodeExample {
  return {
    title,
    in: { image: { pattern: 'flat', width: 33, height: 17 } },
    with: { truncate: false, ...settings },
    expect: { image: { width: 33, height: 17, mean, tolerance } },
  }
}

/** An example that states no more than the size. */
export const photoExample: NodeExample = {
  title: 'A picture keeps its size',
  in: { image: { pattern: 'photo', width: 33, height: 17 } },
  with: { severity: 5 },
  expect: { image: { width: 33, height: 17 } },
}
