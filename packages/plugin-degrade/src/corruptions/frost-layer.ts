import type { RandomStream } from '@kintsugi/core'
import { type Particle, renderParticles } from '../weather/particles.js'
import { plasmaPlane } from './plasma.js'

/** Colour of ice against the light. */
const ICE = [0.86, 0.94, 1] as const
/** Side of the picture for which lengths are given, px. */
const SIDE = 224
/** One crystal for so many square pixels of such a picture. */
const AREA = 1800

/**
 * Frost on a pane, 0..1, three planes of `width` x `height`: crystals of six arms with side branches at 60 degrees over a cloudy film.
 * Drawn, not photographed: number of crystals, then for each its place, turn, brightness and, arm by arm, the arm's length; then the film.
 */
export function frostLayer(random: RandomStream, width: number, height: number): Float32Array {
  const scale = Math.max(1, Math.min(width, height) / SIDE)
  const count = random.poisson((width * height) / (AREA * scale * scale)) + 1
  const needles: Particle[] = []
  for (let k = 0; k < count; k++) {
    const [x, y] = [random.uniform() * width, random.uniform() * height]
    const turn = random.uniform() * Math.PI
    const brightness = 0.35 + 0.6 * random.uniform()
    for (let arm = 0; arm < 6; arm++) {
      growArm(needles, x, y, turn + (arm * Math.PI) / 3, (15 + 45 * random.uniform()) * scale, brightness, scale)
    }
  }
  const crystals = renderParticles(needles, width, height, 'cover')
  const film = plasmaPlane(random, width, height, 1.9)
  const size = width * height
  const layer = new Float32Array(3 * size)
  for (let i = 0; i < size; i++) {
    const thickness = 0.1 + 0.5 * film[i]!
    const light = thickness + (1 - thickness) * crystals[i]!
    for (let c = 0; c < 3; c++) layer[c * size + i] = ICE[c]! * light
  }
  return layer
}

/** An arm and its pairs of branches, which get shorter towards the tip. */
function growArm(
  needles: Particle[],
  x: number,
  y: number,
  angle: number,
  length: number,
  brightness: number,
  scale: number,
): void {
  const add = (fromX: number, fromY: number, direction: number, long: number, radius: number) => {
    const [halfX, halfY] = [(Math.cos(direction) * long) / 2, (Math.sin(direction) * long) / 2]
    needles.push({ x: fromX + halfX, y: fromY + halfY, halfX, halfY, radius: radius * scale, brightness })
  }
  add(x, y, angle, length, 0.9)
  const gap = 5 * scale
  for (let along = gap; along < length; along += gap) {
    const branch = 0.5 * (length - along)
    const [fromX, fromY] = [x + Math.cos(angle) * along, y + Math.sin(angle) * along]
    add(fromX, fromY, angle + Math.PI / 3, branch, 0.5)
    add(fromX, fromY, angle - Math.PI / 3, branch, 0.5)
  }
}
