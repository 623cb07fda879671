import { KintsugiError, type LineageRecord, type RecordStep } from '@kintsugi/core'

/** How a resize weighs, in the order of DASR's one-hot slots. */
export const MODES = ['pytorch-area', 'bilinear', 'bicubic'] as const
export type Mode = (typeof MODES)[number]

/** A Gaussian blur in physical units: px and rad. */
export interface Blur {
  /** False if it was drawn and left out. */
  ran: boolean
  size: number
  sigmaX: number
  sigmaY: number
  rotation: number
}

/** Blur, resize, noise and JPEG, in this order. */
export interface Stage {
  blur: Blur | undefined
  factor: number
  mode: Mode
  noise: { kind: 'gaussian' | 'poisson'; level: number; gray: boolean }
  quality: number
}

/** A degradation of one or two stages as DASR has them, in physical units. */
export interface Degradation {
  first: Stage
  /** The second stage, absent at the weak and the standard level. */
  second: Stage | undefined
  /** The final low-pass of two stages; absent if there is none or it was left out. */
  sinc: { size: number; cutoff: number } | undefined
  /** Of two stages: whether the last JPEG comes before the final resize and filter. */
  jpegFirst: boolean
  /** Of the resize to the final size. */
  lastMode: Mode
}

const BLURS = ['gaussian-blur', 'generalized-gaussian-blur', 'plateau-blur', 'sinc-blur']
/** Steps that a description has no number for, as they are the same in every degradation. */
const PLAIN = ['usm-sharpen', 'quantize']

/**
 * Reads a record as a degradation of one or two stages, whatever its steps are called. Throws `E_RECORD` when it has another form, or
 * a kernel or kind of noise that DASR does not draw.
 */
export function degradationOf(record: LineageRecord): Degradation {
  const steps = new Steps(record)
  const stage = (last: boolean): Omit<Stage, 'quality'> => {
    const blurred = steps.take(BLURS, !last)
    const resized = steps.need(['resize'])
    const noisy = steps.need(['gaussian-noise', 'poisson-noise'])
    const kind = noisy.use.endsWith('gaussian-noise') ? 'gaussian' : 'poisson'
    if (noisy.with['kind'] === 'correlated') throw unfit('its noise is correlated', 'color or gray noise')
    return {
      blur: blurred === undefined ? undefined : blurOf(blurred),
      factor: resized.with['factor'] as number,
      mode: modeOf(resized),
      noise: {
        kind,
        level: noisy.with[kind === 'gaussian' ? 'sigma' : 'scale'] as number,
        gray: noisy.with['kind'] === 'gray',
      },
    }
  }
  const first = { ...stage(false), quality: qualityOf(steps.need(['diffjpeg', 'jpeg'])) }
  if (steps.left() === 1) {
    const lastMode = modeOf(steps.need(['resize']))
    return { first, second: undefined, sinc: undefined, jpegFirst: false, lastMode }
  }
  const second = stage(true)
  const early = steps.take(['diffjpeg', 'jpeg'], false)
  const lastMode = modeOf(steps.need(['resize']))
  const filtered = steps.take(['sinc-blur'], false)
  const coded = early ?? steps.need(['diffjpeg', 'jpeg'])
  if (steps.left() > 0) throw unfit(`it goes on after the last step: ${steps.next()}`, 'the end')
  const sinc =
    filtered?.ran === true
      ? { size: filtered.with['kernel_size'] as number, cutoff: filtered.with['cutoff'] as number }
      : undefined
  return { first, second: { ...second, quality: qualityOf(coded) }, sinc, jpegFirst: early !== undefined, lastMode }
}

/** The steps of a record that numbers tell of, in turn. */
class Steps {
  private readonly steps: RecordStep[]
  private at = 0

  constructor(record: LineageRecord) {
    this.steps = Object.values(record.steps).filter(
      ({ use }) => use.startsWith('degrade/') && !PLAIN.includes(nameOf(use)),
    )
  }

  left(): number {
    return this.steps.length - this.at
  }

  next(): string {
    return this.steps[this.at]?.use ?? 'nothing'
  }

  take(names: readonly string[], needed: boolean): RecordStep | undefined {
    const step = this.steps[this.at]
    if (step !== undefined && names.includes(nameOf(step.use))) {
      this.at++
      return step
    }
    if (!needed) return undefined
    throw unfit(`its step ${this.at + 1} is ${this.next()}`, names.map((name) => `degrade/${name}`).join(' or '))
  }

  need(names: readonly string[]): RecordStep {
    const step = this.take(names, true)
    if (step?.ran === true) return step
    throw unfit(`its step ${this.at} (${step?.use ?? ''}) was left out`, 'a step that ran')
  }
}

function nameOf(use: string): string {
  return use.replace(/^degrade\//, '')
}

function blurOf({ use, ran, with: drawn }: RecordStep): Blur {
  if (nameOf(use) !== 'gaussian-blur') throw unfit(`it blurs by ${use}`, 'degrade/gaussian-blur')
  const { kernel_size: size, sigma, sigma_x = sigma, sigma_y = sigma, rotation } = drawn as Record<string, number>
  if (size === undefined) throw unfit('its blur has no kernel size', 'a `kernel_size`')
  return { ran, size, sigmaX: sigma_x!, sigmaY: sigma_y!, rotation: sigma_x === sigma_y ? 0 : rotation! }
}

function modeOf({ with: { mode } }: RecordStep): Mode {
  const same = mode === 'area' ? 'pytorch-area' : mode
  if ((MODES as readonly unknown[]).includes(same)) return same as Mode
  throw unfit(`it resizes by ${String(mode)}`, MODES.join(', '))
}

function qualityOf({ with: { quality } }: RecordStep): number {
  return quality as number
}

function unfit(found: string, expected: string): KintsugiError {
  return new KintsugiError('E_RECORD', {
    message: `The record is no degradation that the codec has numbers for: ${found}.`,
    expected,
    fix: 'Encode records of degrade/dasr and of degradations with the same steps.',
  })
}

/** What a record needs besides a degradation. */
export interface RecordSettings {
  /** How many times smaller the result is. */
  scale: number
  sharpen: boolean
  /** The key of a noise step's random stream, hex, 128 bits. */
  key: () => string
}

/** The record that carries a degradation out; its source is `image`. */
export function recordOf(degradation: Degradation, { scale, sharpen, key }: RecordSettings): LineageRecord {
  const steps: Record<string, RecordStep> = {}
  let flowing = 'image'
  const add = (
    name: string,
    use: string,
    params: Record<string, unknown>,
    more: { like?: string; ran?: boolean } = {},
  ): void => {
    const { like, ran = true } = more
    if (!ran) {
      steps[name] = { use: `degrade/${use}`, with: params, ran }
      return
    }
    const noisy = use.endsWith('-noise')
    steps[name] = {
      use: `degrade/${use}`,
      with: params,
      ran,
      ...(noisy ? { random: key() } : {}),
      in: { image: flowing, ...(like === undefined ? {} : { like }) },
    }
    flowing = `${name}.image`
  }
  const sinc = degradation.sinc
  if (sharpen) add('sharp', 'usm-sharpen', {})
  const base = flowing
  const stage = ({ blur, factor, mode, noise }: Stage, suffix: string, second: boolean): void => {
    if (blur !== undefined) {
      const { size, sigmaX, sigmaY, rotation, ran } = blur
      add(`blur${suffix}`, 'gaussian-blur', { kernel_size: size, sigma_x: sigmaX, sigma_y: sigmaY, rotation }, { ran })
    }
    if (second) add(`resize${suffix}`, 'resize', { factor, divide: scale, mode }, { like: base })
    else add(`resize${suffix}`, 'resize', { factor, mode, sampling: 'from-factor' })
    const kind = noise.gray ? 'gray' : 'color'
    if (noise.kind === 'gaussian') add(`noise${suffix}`, 'gaussian-noise', { sigma: noise.level, kind })
    else add(`noise${suffix}`, 'poisson-noise', { scale: noise.level, kind })
  }
  const back = (): void => add('back', 'resize', { divide: scale, mode: degradation.lastMode }, { like: base })
  stage(degradation.first, '1', false)
  add('jpeg1', 'diffjpeg', { quality: degradation.first.quality })
  const { second } = degradation
  if (second === undefined) back()
  else {
    stage(second, '2', true)
    if (degradation.jpegFirst) add('jpeg2', 'diffjpeg', { quality: second.quality })
    back()
    if (sinc !== undefined) add('sinc', 'sinc-blur', { kernel_size: sinc.size, cutoff: sinc.cutoff })
    if (!degradation.jpegFirst) {
      add('clip', 'quantize', { rounding: 'none' })
      add('jpeg2', 'diffjpeg', { quality: second.quality })
    }
  }
  add('rounded', 'quantize', {})
  return { record: 1, result: flowing, sources: { image: {} }, steps, choices: {} }
}
