/**
 * The Bessel function of the first kind of order 1 for x >= 0: the mean of cos(t - x sin t) over a turn (DLMF 10.9.2), which
 * equal steps give to about 1e-15 once there are clearly more of them than x.
 */
export function besselJ1(x: number): number {
  const steps = Math.ceil(1.2 * x) + 48
  let sum = 0
  for (let k = 0; k < steps; k++) {
    const t = (2 * Math.PI * k) / steps
    sum += Math.cos(t - x * Math.sin(t))
  }
  return sum / steps
}
