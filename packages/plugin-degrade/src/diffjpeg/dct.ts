const [C1, C2, C3, C4, C5, C6, C7] = [1, 2, 3, 4, 5, 6, 7].map((k) => Math.cos((k * Math.PI) / 16) / 2) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
]

/** The orthonormal DCT-II of 8 x 8 values in place, rows first; even and odd halves apart. */
export function forwardDct(block: Float64Array): void {
  for (let i = 0; i < 64; i += 8) forward(block, i, 1)
  for (let i = 0; i < 8; i++) forward(block, i, 8)
}

/** The inverse of `forwardDct`. */
export function inverseDct(block: Float64Array): void {
  for (let i = 0; i < 8; i++) inverse(block, i, 8)
  for (let i = 0; i < 64; i += 8) inverse(block, i, 1)
}

function forward(x: Float64Array, i: number, step: number): void {
  const i1 = i + step
  const i2 = i1 + step
  const i3 = i2 + step
  const i4 = i3 + step
  const i5 = i4 + step
  const i6 = i5 + step
  const i7 = i6 + step
  const s0 = x[i]! + x[i7]!
  const s1 = x[i1]! + x[i6]!
  const s2 = x[i2]! + x[i5]!
  const s3 = x[i3]! + x[i4]!
  const d0 = x[i]! - x[i7]!
  const d1 = x[i1]! - x[i6]!
  const d2 = x[i2]! - x[i5]!
  const d3 = x[i3]! - x[i4]!
  x[i] = C4 * (s0 + s1 + s2 + s3)
  x[i1] = C1 * d0 + C3 * d1 + C5 * d2 + C7 * d3
  x[i2] = C2 * (s0 - s3) + C6 * (s1 - s2)
  x[i3] = C3 * d0 - C7 * d1 - C1 * d2 - C5 * d3
  x[i4] = C4 * (s0 - s1 - s2 + s3)
  x[i5] = C5 * d0 - C1 * d1 + C7 * d2 + C3 * d3
  x[i6] = C6 * (s0 - s3) - C2 * (s1 - s2)
  x[i7] = C7 * d0 - C5 * d1 + C3 * d2 - C1 * d3
}

function inverse(x: Float64Array, i: number, step: number): void {
  const i1 = i + step
  const i2 = i1 + step
  const i3 = i2 + step
  const i4 = i3 + step
  const i5 = i4 + step
  const i6 = i5 + step
  const i7 = i6 + step
  const p = C4 * (x[i]! + x[i4]!)
  const q = C4 * (x[i]! - x[i4]!)
  const r = C2 * x[i2]! + C6 * x[i6]!
  const t = C6 * x[i2]! - C2 * x[i6]!
  const o0 = C1 * x[i1]! + C3 * x[i3]! + C5 * x[i5]! + C7 * x[i7]!
  const o1 = C3 * x[i1]! - C7 * x[i3]! - C1 * x[i5]! - C5 * x[i7]!
  const o2 = C5 * x[i1]! - C1 * x[i3]! + C7 * x[i5]! + C3 * x[i7]!
  const o3 = C7 * x[i1]! - C5 * x[i3]! + C3 * x[i5]! - C1 * x[i7]!
  x[i] = p + r + o0
  x[i7] = p + r - o0
  x[i1] = q + t + o1
  x[i6] = q + t - o1
  x[i2] = q - t + o2
  x[i5] = q - t - o2
  x[i3] = p - r + o3
  x[i4] = p - r - o3
}
