/** 16 samples of 0..1 as 8-bit levels: times 255 in float32, halves rounded to even, saturated; what is no number becomes 0. */
function pack(p: usize): v128 {
  const white = f32x4.splat(255)
  const a = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p), white)))
  const b = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p, 16), white)))
  const c = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p, 32), white)))
  const d = i32x4.trunc_sat_f32x4_s(f32x4.nearest(f32x4.mul(v128.load(p, 48), white)))
  return i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(a, b), i16x8.narrow_i32x4_s(c, d))
}

/** The inverse for 16 levels: divided by 255 in float32. */
function unpack(p: usize, levels: v128): void {
  const white = f32x4.splat(255)
  const low = i16x8.extend_low_i8x16_u(levels)
  const high = i16x8.extend_high_i8x16_u(levels)
  v128.store(p, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(low)), white))
  v128.store(p, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(low)), white), 16)
  v128.store(p, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(high)), white), 32)
  v128.store(p, f32x4.div(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(high)), white), 48)
}

/** A plane of samples as bytes. Whole vectors of 16. */
export function packPlane(bytes: usize, plane: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) v128.store(bytes + i, pack(plane + ((<usize>i) << 2)))
}

/** Bytes as a plane of samples. Whole vectors of 16. */
export function unpackPlane(plane: usize, bytes: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) unpack(plane + ((<usize>i) << 2), v128.load(bytes + i))
}

/** Three planes of samples, `stride` bytes apart, as interleaved bytes. Whole vectors of 16 pixels. */
export function packColor(bytes: usize, planes: usize, stride: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) {
    const p = planes + ((<usize>i) << 2)
    const r = pack(p)
    const g = pack(p + stride)
    const b = pack(p + 2 * stride)
    const rg0 = v128.shuffle<i8>(r, g, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5)
    const rg1 = v128.shuffle<i8>(r, g, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26)
    const rg2 = v128.shuffle<i8>(r, g, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0)
    const o = bytes + 3 * i
    v128.store(o, v128.shuffle<i8>(rg0, b, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15))
    v128.store(o, v128.shuffle<i8>(rg1, b, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16)
    v128.store(o, v128.shuffle<i8>(rg2, b, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32)
  }
}

/** Interleaved bytes as three planes of samples, `stride` bytes apart. Whole vectors of 16 pixels. */
export function unpackColor(planes: usize, stride: usize, bytes: usize, count: i32): void {
  for (let i = 0; i < count; i += 16) {
    const o = bytes + 3 * i
    const a = v128.load(o)
    const b = v128.load(o, 16)
    const c = v128.load(o, 32)
    const r = v128.shuffle<i8>(a, b, 0, 3, 6, 9, 12, 15, 18, 21, 24, 27, 30, 0, 0, 0, 0, 0)
    const g = v128.shuffle<i8>(a, b, 1, 4, 7, 10, 13, 16, 19, 22, 25, 28, 31, 0, 0, 0, 0, 0)
    const u = v128.shuffle<i8>(a, b, 2, 5, 8, 11, 14, 17, 20, 23, 26, 29, 0, 0, 0, 0, 0, 0)
    const p = planes + ((<usize>i) << 2)
    unpack(p, v128.shuffle<i8>(r, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 20, 23, 26, 29))
    unpack(p + stride, v128.shuffle<i8>(g, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 18, 21, 24, 27, 30))
    unpack(p + 2 * stride, v128.shuffle<i8>(u, c, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 19, 22, 25, 28, 31))
  }
}
