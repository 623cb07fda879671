/** samples[i] = start + step * i + scale * samples[i], in place. Whole vectors of 4. */
export function addRamp(samples: usize, count: i32, start: f32, step: f32, scale: f32): void {
  const factor = f32x4.splat(scale)
  const first = f32x4.splat(start)
  const slope = f32x4.splat(step)
  const four = f32x4.splat(4)
  let i = f32x4(0, 1, 2, 3)
  for (const end = samples + ((<usize>count) << 2); samples < end; samples += 16) {
    const ramp = f32x4.add(first, f32x4.mul(slope, i))
    v128.store(samples, f32x4.add(ramp, f32x4.mul(factor, v128.load(samples))))
    i = f32x4.add(i, four)
  }
}

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
  const line = (<usize>width) << 4
  const columns = i32x4.splat(width - 1)
  const rows = i32x4.splat(height - 1)
  for (const end = xs + ((<usize>count) << 2); xs < end; xs += 16, ys += 16, out += 16) {
    const x = v128.load(xs)
    const y = v128.load(ys)
    const floorX = f32x4.floor(x)
    const floorY = f32x4.floor(y)
    const left = i32x4.trunc_sat_f32x4_s(floorX)
    const top = i32x4.trunc_sat_f32x4_s(floorY)
    let a: v128, b: v128, c: v128, d: v128
    if (i32x4.all_true(v128.and(i32x4.lt_u(left, columns), i32x4.lt_u(top, rows)))) {
      const u = f32x4.sub(x, floorX)
      const v = f32x4.sub(y, floorY)
      const at = i32x4.shl(i32x4.add(i32x4.mul(top, i32x4.splat(width)), left), 4)
      a = between(
        pixels + i32x4.extract_lane(at, 0),
        line,
        v128.shuffle<f32>(u, u, 0, 0, 0, 0),
        v128.shuffle<f32>(v, v, 0, 0, 0, 0),
      )
      b = between(
        pixels + i32x4.extract_lane(at, 1),
        line,
        v128.shuffle<f32>(u, u, 1, 1, 1, 1),
        v128.shuffle<f32>(v, v, 1, 1, 1, 1),
      )
      c = between(
        pixels + i32x4.extract_lane(at, 2),
        line,
        v128.shuffle<f32>(u, u, 2, 2, 2, 2),
        v128.shuffle<f32>(v, v, 2, 2, 2, 2),
      )
      d = between(
        pixels + i32x4.extract_lane(at, 3),
        line,
        v128.shuffle<f32>(u, u, 3, 3, 3, 3),
        v128.shuffle<f32>(v, v, 3, 3, 3, 3),
      )
    } else {
      a = sampleAt(pixels, width, height, load<f32>(xs), load<f32>(ys), symmetric)
      b = sampleAt(pixels, width, height, load<f32>(xs, 4), load<f32>(ys, 4), symmetric)
      c = sampleAt(pixels, width, height, load<f32>(xs, 8), load<f32>(ys, 8), symmetric)
      d = sampleAt(pixels, width, height, load<f32>(xs, 12), load<f32>(ys, 12), symmetric)
    }
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

/** All channels between a pixel, the one to its right, and those `line` bytes further. */
// inline
function between(pixel: usize, line: usize, u: v128, v: v128): v128 {
  return mixed(v128.load(pixel), v128.load(pixel, 16), v128.load(pixel + line), v128.load(pixel + line, 16), u, v)
}

// inline
function mixed(a: v128, b: v128, c: v128, d: v128, u: v128, v: v128): v128 {
  const upper = f32x4.add(a, f32x4.mul(u, f32x4.sub(b, a)))
  const lower = f32x4.add(c, f32x4.mul(u, f32x4.sub(d, c)))
  return f32x4.add(upper, f32x4.mul(v, f32x4.sub(lower, upper)))
}

/** All channels at a place that may lie outside. */
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
  return mixed(
    v128.load(upperRow + ((<usize>left) << 4)),
    v128.load(upperRow + ((<usize>right) << 4)),
    v128.load(lowerRow + ((<usize>left) << 4)),
    v128.load(lowerRow + ((<usize>right) << 4)),
    u,
    v,
  )
}

/** An index outside as one inside. */
function folded(index: i32, size: i32, symmetric: bool): i32 {
  if (size == 1) return 0
  const period = symmetric ? 2 * size : 2 * (size - 1)
  const within = ((index % period) + period) % period
  return within < size ? within : symmetric ? period - 1 - within : period - within
}
