import type { Luma } from '../protocol/presets.js'
import { comparablePlanes } from './pair.js'
import type { PlaneOptions, Planes } from './planes.js'

type Pair = Parameters<typeof comparablePlanes>

/** `comparablePlanes` with the luma of a protocol: BasicSR's, rounded, or full range. */
export function protocolPlanes(
  metric: string,
  image: Pair[1],
  reference: Pair[2],
  { luma, ...options }: PlaneOptions & { readonly luma: Luma },
  minSize: number,
): [Planes, Planes] {
  const full = luma === 'full' || luma === 'full-rounded'
  const y = options.color_space === 'y' && image.channels === 3
  const planes = comparablePlanes(
    metric,
    image,
    reference,
    y && full ? { ...options, color_space: 'rgb' } : options,
    minSize,
  )
  if (!y || luma === 'studio') return planes
  return [lumaOf(planes[0], luma), lumaOf(planes[1], luma)]
}

/** Weights of full-range BT.601 luma as float32: they decide ties at .5, as in the programs that round. */
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114].map(Math.fround) as [number, number, number]

/** Luma that is not BasicSR's: its studio luma rounded, or full range from RGB levels, rounded half to even or not. */
function lumaOf({ width, height, planes }: Planes, luma: Luma): Planes {
  const out = new Float32Array(width * height)
  const [first, green, blue] = planes as [Float32Array, Float32Array, Float32Array]
  for (let i = 0; i < out.length; i++) {
    const level =
      luma === 'studio-rounded'
        ? first[i]!
        : ((RED * first[i]!) / 255 + (GREEN * green[i]!) / 255 + (BLUE * blue[i]!) / 255) * 255
    out[i] = luma === 'full' ? level : roundHalfEven(level)
  }
  return { width, height, planes: [out] }
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
