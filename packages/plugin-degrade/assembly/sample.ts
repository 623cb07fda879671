/**
 * out[i] = the planes at (xs[i], ys[i]), bilinear; outside as `reflect-101`, or mirrored with edge samples repeated if `symmetric`. `channels` planes lie one
 * after another from `planes` on; results of each are `stride` bytes apart.
 */
export function samplePlanes(
  out: usize,
  stride: usize,
  planes: usize,
  channels: i32,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  symmetric: bool,
): void {
  const size = (<usize>(width * height)) << 2
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
    let from = planes + ((<usize>(top * width + left)) << 2)
    const across = (<usize>(right - left)) << 2
    const along = (<usize>((bottom - top) * width)) << 2
    let to = out
    for (let k = 0; k < channels; k++, from += size, to += stride) {
      const a = load<f32>(from)
      const c = load<f32>(from + along)
      const upper = a + u * (load<f32>(from + across) - a)
      const lower = c + u * (load<f32>(from + along + across) - c)
      store<f32>(to, upper + v * (lower - upper))
    }
  }
}

/** An index outside as one inside. */
function folded(index: i32, size: i32, symmetric: bool): i32 {
  if (size == 1) return 0
  const period = symmetric ? 2 * size : 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : symmetric ? period - 1 - within : period - within
}
