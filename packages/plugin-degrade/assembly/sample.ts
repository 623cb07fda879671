/**
 * Planes `stride` bytes apart from `out` on, as many as there are channels: sample i is that of an image at (xs[i], ys[i]), bilinear; outside as
 * `reflect-101`, or mirrored with edge samples repeated if `symmetric`. `pixels` holds four samples for each pixel of the image, one of each channel.
 * Whole vectors of 4.
 */
export function samplePixels(
  out: usize,
  stride: usize,
  channels: i32,
  pixels: usize,
  width: i32,
  height: i32,
  xs: usize,
  ys: usize,
  count: i32,
  symmetric: bool,
): void {
  for (const end = xs + ((<usize>count) << 2); xs < end; xs += 16, ys += 16, out += 16) {
    const a = sampleAt(pixels, width, height, load<f32>(xs), load<f32>(ys), symmetric)
    const b = sampleAt(pixels, width, height, load<f32>(xs, 4), load<f32>(ys, 4), symmetric)
    const c = sampleAt(pixels, width, height, load<f32>(xs, 8), load<f32>(ys, 8), symmetric)
    const d = sampleAt(pixels, width, height, load<f32>(xs, 12), load<f32>(ys, 12), symmetric)
    const ab = v128.shuffle<f32>(a, b, 0, 4, 1, 5)
    const cd = v128.shuffle<f32>(c, d, 0, 4, 1, 5)
    v128.store(out, v128.shuffle<f64>(ab, cd, 0, 2))
    if (channels == 1) continue
    v128.store(out + stride, v128.shuffle<f64>(ab, cd, 1, 3))
    const AB = v128.shuffle<f32>(a, b, 2, 6, 3, 7)
    const CD = v128.shuffle<f32>(c, d, 2, 6, 3, 7)
    v128.store(out + 2 * stride, v128.shuffle<f64>(AB, CD, 0, 2))
  }
}

/** All channels at one place. */
// inline
function sampleAt(pixels: usize, width: i32, height: i32, x: f32, y: f32, symmetric: bool): v128 {
  const floorX = floor(x)
  const floorY = floor(y)
  const u = f32x4.splat(x - floorX)
  const v = f32x4.splat(y - floorY)
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
  const upperRow = pixels + ((<usize>(top * width)) << 4)
  const lowerRow = pixels + ((<usize>(bottom * width)) << 4)
  const a = v128.load(upperRow + ((<usize>left) << 4))
  const b = v128.load(upperRow + ((<usize>right) << 4))
  const c = v128.load(lowerRow + ((<usize>left) << 4))
  const d = v128.load(lowerRow + ((<usize>right) << 4))
  const upper = f32x4.add(a, f32x4.mul(u, f32x4.sub(b, a)))
  const lower = f32x4.add(c, f32x4.mul(u, f32x4.sub(d, c)))
  return f32x4.add(upper, f32x4.mul(v, f32x4.sub(lower, upper)))
}

/** An index outside as one inside. */
function folded(index: i32, size: i32, symmetric: bool): i32 {
  if (size == 1) return 0
  const period = symmetric ? 2 * size : 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : symmetric ? period - 1 - within : period - within
}
