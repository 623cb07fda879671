import { KintsugiError, type LineageRecord, type Vector } from '@kintsugi/core'
import { type Blur, type Degradation, MODES, type Mode, type Stage } from './degradation.js'

/** Levels of DASR; `released` vectors are normalised by the ranges of their level. */
export const LEVELS = ['weak', 'standard', 'severe'] as const
export type Level = (typeof LEVELS)[number]

export type Range = readonly [low: number, high: number]

interface StageRanges {
  sigma: Range
  factor: Range
  gaussian: Range
  poisson: Range
  quality: Range
}

const SIZE: Range = [7, 21]
const TURN: Range = [-Math.PI, Math.PI]
const CUTOFF: Range = [Math.PI / 3, Math.PI]
const WIDEST: StageRanges = {
  sigma: [0.2, 3],
  factor: [0.15, 1.5],
  gaussian: [1, 30],
  poisson: [0.05, 3],
  quality: [30, 95],
}
const SECOND: StageRanges = {
  sigma: [0.2, 1.5],
  factor: [0.3, 1.2],
  gaussian: [1, 25],
  poisson: [0.05, 2.5],
  quality: [30, 95],
}
/** Ranges of the levels' first stage: csjliang/DASR options/train/DASR/train_DASR.yml. */
const FIRST: Readonly<Record<Level, StageRanges>> = {
  weak: { sigma: [0.2, 0.8], factor: [0.85, 1.2], gaussian: [1, 10], poisson: [0.05, 0.5], quality: [90, 95] },
  standard: { sigma: [0.2, 1.5], factor: [0.5, 1.2], gaussian: [1, 20], poisson: [0.05, 1.5], quality: [50, 95] },
  severe: WIDEST,
}

const stageNames = (n: 1 | 2): { blur: string[]; resize: string[]; noise: string[] } => ({
  blur: ['size', 'sigma_x', 'sigma_y', 'rotation'].map((part) => `blur${n}.${part}`),
  resize: ['factor', 'area', 'bilinear', 'bicubic'].map((part) => `resize${n}.${part}`),
  noise: ['level', 'gray', 'gaussian', 'poisson'].map((part) => `noise${n}.${part}`),
})
const [one, two] = [stageNames(1), stageNames(2)]

/** Names of the 33 slots, in DASR's order. */
export const SLOTS: readonly string[] = [
  ...one.blur,
  ...two.blur,
  'sinc.size',
  'sinc.cutoff',
  ...one.resize,
  ...two.resize,
  ...one.noise,
  ...two.noise,
  'jpeg1.quality',
  'jpeg2.quality',
  'order.filter_first',
  'order.jpeg_first',
  'last.area',
  'last.bilinear',
  'last.bicubic',
]

/** In `dasr/33@1`, the value of every slot of something that is not there. No physical value is scaled to less than -0.5. */
const OFF = -1

/** A codec: how a degradation becomes numbers, and back. */
export interface Codec {
  encode(degradation: Degradation, level: Level | undefined): number[]
  decode(values: readonly number[], level: Level | undefined): Degradation
  /** The range of every slot that has one, 0 being its low end and 1 its high; of noise that of the kind that is told. */
  ranges(values: readonly number[], level: Level | undefined): readonly (Range | undefined)[]
}

/** Codecs by the name that stands in a vector. */
export const CODECS: Readonly<Record<'dasr/33@1' | 'dasr/33-released@1', Codec>> = {
  // One range for each slot at every level, so that a number means the same everywhere; -1 for what is not there.
  'dasr/33@1': {
    encode: (degradation) => encode(degradation, WIDEST, WIDEST, false),
    decode: (values) => decode(values, WIDEST, WIDEST, false),
    ranges: (values) => ranges(values, WIDEST, WIDEST),
  },
  // The labels that the released checkpoints were trained on: ranges by level, slot 9 written twice, -0.5 or 0 for what is not there.
  'dasr/33-released@1': {
    encode: (degradation, level) => encode(degradation, FIRST[known(level)], SECOND, true),
    decode: (values, level) => decode(values, FIRST[known(level)], SECOND, true),
    ranges: (values, level) => ranges(values, FIRST[known(level)], SECOND),
  },
}

function known(level: Level | undefined): Level {
  if (level !== undefined) return level
  throw new KintsugiError('E_PARAM', {
    message: 'The codec dasr/33-released@1 scales numbers by the ranges of a level, and none is known.',
    expected: LEVELS.join(', '),
    found: 'no `level`, and a record without that choice',
    fix: 'Set `level`.',
  })
}

const scaled = (value: number, [low, high]: Range): number => (value - low) / (high - low)
const physical = (value: number, [low, high]: Range): number => low + value * (high - low)
const hot = (choices: readonly string[], choice: string): number[] => choices.map((one) => (one === choice ? 1 : 0))

function ranges(values: readonly number[], first: StageRanges, second: StageRanges): readonly (Range | undefined)[] {
  const blur = ({ sigma }: StageRanges): Range[] => [SIZE, sigma, sigma, TURN]
  const resize = ({ factor }: StageRanges): (Range | undefined)[] => [factor, undefined, undefined, undefined]
  const noise = (slot: number, { gaussian, poisson }: StageRanges): (Range | undefined)[] => [
    values[slot + 3]! > values[slot + 2]! ? poisson : gaussian,
    undefined,
    undefined,
    undefined,
  ]
  return [
    ...blur(first),
    ...blur(second),
    SIZE,
    CUTOFF,
    ...resize(first),
    ...resize(second),
    ...noise(18, first),
    ...noise(22, second),
    first.quality,
    second.quality,
    ...Array.from({ length: 5 }, () => undefined),
  ]
}

/** The level that a record has as a choice. */
export function levelOf({ choices }: LineageRecord): Level | undefined {
  return LEVELS.find((level) => Object.values(choices).includes(level))
}

function encode(degradation: Degradation, ranges1: StageRanges, ranges2: StageRanges, released: boolean): number[] {
  const { first, second, sinc, jpegFirst, lastMode } = degradation
  const off = released ? 0 : OFF
  const blur = (drawn: Blur | undefined, { sigma }: StageRanges): number[] =>
    drawn === undefined || (!drawn.ran && !released)
      ? [off, off, off, off]
      : [
          scaled(drawn.size, SIZE),
          scaled(drawn.sigmaX, sigma),
          scaled(drawn.sigmaY, sigma),
          scaled(drawn.rotation, TURN),
        ]
  const resize = (stage: Stage | undefined, ranges: StageRanges): number[] =>
    stage === undefined ? [off, off, off, off] : [scaled(stage.factor, ranges.factor), ...hot(MODES, stage.mode)]
  const noise = (stage: Stage | undefined, ranges: StageRanges): number[] =>
    stage === undefined
      ? [off, off, off, off]
      : [
          scaled(stage.noise.level, ranges[stage.noise.kind]),
          stage.noise.gray ? 1 : 0,
          ...hot(['gaussian', 'poisson'], stage.noise.kind),
        ]
  const filter = (): number[] => {
    if (sinc === undefined) return released ? (second === undefined ? [0, 0] : [-0.5, -0.5]) : [OFF, OFF]
    return [scaled(sinc.size, SIZE), scaled(sinc.cutoff, CUTOFF)]
  }
  const [size, cutoff] = filter()
  return [
    ...blur(first.blur, ranges1),
    ...blur(second?.blur, ranges2),
    size!,
    released && second?.blur?.ran === true ? 1 : cutoff!,
    ...resize(first, ranges1),
    ...resize(second, ranges2),
    ...noise(first, ranges1),
    ...noise(second, ranges2),
    scaled(first.quality, ranges1.quality),
    second === undefined ? off : scaled(second.quality, ranges2.quality),
    ...(second === undefined ? [off, off] : jpegFirst ? [0, 1] : [1, 0]),
    ...hot(MODES, lastMode),
  ]
}

/** Reads numbers, also such as a network predicts: the largest of a one-hot, sizes to odd ones, everything within what the operators take. */
function decode(values: readonly number[], ranges1: StageRanges, ranges2: StageRanges, released: boolean): Degradation {
  const v = (slot: number): number => values[slot]!
  const there = (slot: number): boolean => (released ? v(slot) !== 0 : v(slot) > -0.5)
  const clamped = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high)
  const size = (slot: number): number => 2 * Math.round((clamped(physical(v(slot), SIZE), 1, 101) - 1) / 2) + 1
  const largest = (slot: number, count: number): number => {
    const some = values.slice(slot, slot + count)
    return some.indexOf(Math.max(...some))
  }
  const mode = (slot: number): Mode => MODES[largest(slot, 3)]!
  const blur = (slot: number, { sigma }: StageRanges, ran: boolean): Blur => ({
    ran,
    size: size(slot),
    sigmaX: clamped(physical(v(slot + 1), sigma), 0, 50),
    sigmaY: clamped(physical(v(slot + 2), sigma), 0, 50),
    rotation: clamped(physical(v(slot + 3), TURN), -2 * Math.PI, 2 * Math.PI),
  })
  const stage = (resize: number, noise: number, quality: number, ranges: StageRanges): Omit<Stage, 'blur'> => {
    const kind = (['gaussian', 'poisson'] as const)[largest(noise + 2, 2)]!
    return {
      factor: clamped(physical(v(resize), ranges.factor), 0.01, 64),
      mode: mode(resize + 1),
      noise: {
        kind,
        level: clamped(physical(v(noise), ranges[kind]), 0, kind === 'gaussian' ? 255 : 16),
        gray: v(noise + 1) > 0.5,
      },
      quality: clamped(physical(v(quality), ranges.quality), 1, 99.9),
    }
  }
  const twice = released ? v(28) + v(29) > 0.5 : v(28) > -0.5 && v(29) > -0.5 && v(28) + v(29) > 0.5
  // Of released vectors slot 9 alone tells whether the second blur was applied; then it has no cutoff to tell.
  const blurred = released ? v(9) === 1 : there(4)
  const filtered = released ? v(8) > 0 : there(8)
  return {
    first: { blur: there(0) ? blur(0, ranges1, true) : undefined, ...stage(10, 18, 26, ranges1) },
    second: twice
      ? { blur: released || blurred ? blur(4, ranges2, blurred) : undefined, ...stage(14, 22, 27, ranges2) }
      : undefined,
    sinc: twice && filtered ? { size: size(8), cutoff: clamped(physical(v(9), CUTOFF), 0.01, Math.PI) } : undefined,
    jpegFirst: twice && v(29) > v(28),
    lastMode: mode(30),
  }
}

/** The codec and the numbers of a vector. Throws `E_PARAM` for another codec, other slots or numbers that are not finite. */
export function codecOf({ codec, names, values }: Vector): Codec {
  const found = Object.hasOwn(CODECS, codec) ? CODECS[codec as keyof typeof CODECS] : undefined
  const slots = names.length === SLOTS.length && names.every((name, i) => name === SLOTS[i])
  if (found !== undefined && slots && values.length === SLOTS.length && values.every(Number.isFinite)) return found
  throw new KintsugiError('E_PARAM', {
    message: 'The vector is no description of a degradation.',
    expected: `33 finite numbers of ${Object.keys(CODECS).join(' or ')}`,
    found:
      found === undefined
        ? `codec ${codec}`
        : slots
          ? 'numbers that are not finite, or too few'
          : `slots ${names.slice(0, 3).join(', ')} ...`,
    fix: 'Take vectors as degrade/encode gives them.',
  })
}
