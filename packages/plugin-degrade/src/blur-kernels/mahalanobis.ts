/** Widths of a family of kernels along two axes turned by `rotation` radians from x (right) towards y (down), in pixels. */
export interface Spread {
  readonly sigmaX: number
  readonly sigmaY: number
  readonly rotation: number
}

/**
 * The squared Mahalanobis distance of an offset: p S^-1 p^T at p = (x, y) with S = U diag(sigmaX^2, sigmaY^2) U^T, U the
 * rotation. A sigma of 0 puts everything but the offset 0 infinitely far away.
 */
export function mahalanobis({ sigmaX, sigmaY, rotation }: Spread): (x: number, y: number) => number {
  if (sigmaX === sigmaY) return (x, y) => squaredRatio(Math.hypot(x, y), sigmaX)
  const [cos, sin] = [Math.cos(rotation), Math.sin(rotation)]
  return (x, y) => squaredRatio(x * cos + y * sin, sigmaX) + squaredRatio(y * cos - x * sin, sigmaY)
}

function squaredRatio(distance: number, sigma: number): number {
  return distance === 0 ? 0 : (distance / sigma) ** 2
}
