/** out[i] = the plane at (xs[i], ys[i]), bilinear; outside as `reflect-101`, or mirrored with edge samples repeated if `symmetric`. */
export function samplePlane(
  out: usize,
  plane: usize,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  symmetric: bool,
): void {
  for (const end = xs + ((<usize>count) << 2); xs < end; xs += 4, ys += 4, out += 4) {
    const x = load<f32>(xs)
    const y = load<f32>(ys)
    const floorX = floor(x)
    const floorY = floor(y)
    const u = x - floorX
    const v = y - floorY
    let left = <i32>floorX
    let top = <i32>floorY
    let right = left + 1
    let bottom = top + 1
    if (<u32>left >= <u32>(width - 1)) {
      left = folded(left, width, symmetric)
      right = folded(right, width, symmetric)
    }
    if (<u32>top >= <u32>(height - 1)) {
      top = folded(top, height, symmetric)
      bottom = folded(bottom, height, symmetric)
    }
    const upperRow = plane + ((<usize>(top * width)) << 2)
    const lowerRow = plane + ((<usize>(bottom * width)) << 2)
    const a = load<f32>(upperRow + ((<usize>left) << 2))
    const b = load<f32>(upperRow + ((<usize>right) << 2))
    const c = load<f32>(lowerRow + ((<usize>left) << 2))
    const d = load<f32>(lowerRow + ((<usize>right) << 2))
    const upper = a + u * (b - a)
    const lower = c + u * (d - c)
    store<f32>(out, upper + v * (lower - upper))
  }
}

/** An index outside as one inside. */
function folded(index: i32, size: i32, symmetric: bool): i32 {
  if (size == 1) return 0
  const period = symmetric ? 2 * size : 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : symmetric ? period - 1 - within : period - within
}
