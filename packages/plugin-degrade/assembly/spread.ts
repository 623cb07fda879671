// What a strip of an input row contributes to the rows of outputs above, beside and below it, of which `own` is the one in the middle, with kernels that
// half a turn leaves as they are, written out for some sizes. The uppermost row is finished with that and goes to `to`; the lowest one is written for the first
// time. Weights lie as `convolveFolded` takes them.

// inline
export function plusProduct(sum: v128, weight: v128, samples: v128): v128 {
  return f32x4.add(sum, f32x4.mul(weight, samples))
}

// inline
function addTo(to: usize, row: usize, sum: v128): void {
  v128.store(to, f32x4.add(v128.load(row), sum))
}

/** What both rows of a kernel weigh alike is added, what they weigh with opposite signs too, or subtracted; neither sum waits for the other. */
// inline
function addBoth(to: usize, row: usize, alike: v128, opposite: v128): void {
  v128.store(to, f32x4.add(f32x4.add(v128.load(row), opposite), alike))
}

// inline
function addDifference(row: usize, alike: v128, opposite: v128): void {
  v128.store(row, f32x4.add(f32x4.sub(v128.load(row), opposite), alike))
}

/** A symmetric 5 x 5 kernel. */
export function spreadFive(middle: usize, to: usize, own: usize, stride: usize, weights: usize, bytes: usize): void {
  const m0 = v128.load(weights)
  const m1 = v128.load(weights, 16)
  const m2 = v128.load(weights, 32)
  const n0 = v128.load(weights, 48)
  const o0 = v128.load(weights, 64)
  const n1 = v128.load(weights, 80)
  const o1 = v128.load(weights, 96)
  const n2 = v128.load(weights, 112)
  const o2 = v128.load(weights, 128)
  const twice = 2 * stride
  for (const end = own + bytes; own < end; own += 16, to += 16, middle += 16) {
    const a = v128.load(middle)
    const b = f32x4.add(v128.load(middle - 4), v128.load(middle, 4))
    const c = f32x4.add(v128.load(middle - 8), v128.load(middle, 8))
    addTo(own, own, threeProducts(m0, m1, m2, a, b, c))
    let sum = threeProducts(n0, n1, n2, a, b, c)
    addTo(own - stride, own - stride, sum)
    addTo(own + stride, own + stride, sum)
    sum = threeProducts(o0, o1, o2, a, b, c)
    addTo(to, own - twice, sum)
    v128.store(own + twice, sum)
  }
}

// inline
function threeProducts(u: v128, v: v128, w: v128, a: v128, b: v128, c: v128): v128 {
  return plusProduct(plusProduct(f32x4.mul(u, a), v, b), w, c)
}

// inline
function fourProducts(weights: usize, a: v128, b: v128, c: v128, d: v128): v128 {
  const sum = plusProduct(f32x4.mul(v128.load(weights), a), v128.load(weights, 32), b)
  return plusProduct(plusProduct(sum, v128.load(weights, 64), c), v128.load(weights, 96), d)
}

/** A turned 5 x 5 kernel. Six weights stay in registers; more would displace others. */
export function spreadTurnedFive(
  middle: usize,
  to: usize,
  own: usize,
  stride: usize,
  weights: usize,
  bytes: usize,
): void {
  const m0 = v128.load(weights)
  const m1 = v128.load(weights, 16)
  const m2 = v128.load(weights, 32)
  const n0 = v128.load(weights, 48)
  const o0 = v128.load(weights, 64)
  const n1 = v128.load(weights, 80)
  const twice = 2 * stride
  let row = middle - 8
  for (const end = own + bytes; own < end; own += 16, to += 16, row += 16) {
    const a = v128.load(row, 8)
    let right = v128.load(row, 12)
    let left = v128.load(row, 4)
    const b = f32x4.add(right, left)
    const c = f32x4.sub(right, left)
    right = v128.load(row, 16)
    left = v128.load(row)
    const d = f32x4.add(right, left)
    const e = f32x4.sub(right, left)
    addTo(own, own, threeProducts(m0, m1, m2, a, b, d))
    let alike = threeProducts(n0, n1, v128.load(weights, 112), a, b, d)
    let opposite = plusProduct(f32x4.mul(v128.load(weights, 144), c), v128.load(weights, 176), e)
    addBoth(own - stride, own - stride, alike, opposite)
    addDifference(own + stride, alike, opposite)
    alike = threeProducts(o0, v128.load(weights, 96), v128.load(weights, 128), a, b, d)
    opposite = plusProduct(f32x4.mul(v128.load(weights, 160), c), v128.load(weights, 192), e)
    addBoth(to, own - twice, alike, opposite)
    v128.store(own + twice, f32x4.sub(alike, opposite))
  }
}

/** A symmetric 7 x 7 kernel. */
export function spreadSeven(middle: usize, to: usize, own: usize, stride: usize, weights: usize, bytes: usize): void {
  const twice = 2 * stride
  const thrice = 3 * stride
  let row = middle - 12
  for (const end = own + bytes; own < end; own += 16, to += 16, row += 16) {
    const m = v128.load(row, 12)
    const p1 = f32x4.add(v128.load(row, 16), v128.load(row, 8))
    const p2 = f32x4.add(v128.load(row, 20), v128.load(row, 4))
    const p3 = f32x4.add(v128.load(row, 24), v128.load(row))
    addTo(own, own, fourProducts(weights, m, p1, p2, p3))
    let e = fourProducts(weights + 16, m, p1, p2, p3)
    addTo(own - stride, own - stride, e)
    addTo(own + stride, own + stride, e)
    e = fourProducts(weights + 128, m, p1, p2, p3)
    addTo(own - twice, own - twice, e)
    addTo(own + twice, own + twice, e)
    e = fourProducts(weights + 144, m, p1, p2, p3)
    addTo(to, own - thrice, e)
    v128.store(own + thrice, e)
  }
}

/** A turned 7 x 7 kernel. */
export function spreadTurnedSeven(
  middle: usize,
  to: usize,
  own: usize,
  stride: usize,
  weights: usize,
  bytes: usize,
): void {
  const twice = 2 * stride
  const thrice = 3 * stride
  let row = middle - 12
  for (const end = own + bytes; own < end; own += 16, to += 16, row += 16) {
    const m = v128.load(row, 12)
    let right = v128.load(row, 16)
    let left = v128.load(row, 8)
    const p1 = f32x4.add(right, left)
    const n1 = f32x4.sub(right, left)
    right = v128.load(row, 20)
    left = v128.load(row, 4)
    const p2 = f32x4.add(right, left)
    const n2 = f32x4.sub(right, left)
    right = v128.load(row, 24)
    left = v128.load(row)
    const p3 = f32x4.add(right, left)
    const n3 = f32x4.sub(right, left)
    addTo(own, own, fourProducts(weights, m, p1, p2, p3))
    let e = fourProducts(weights + 16, m, p1, p2, p3)
    let o = threeProducts(v128.load(weights, 128), v128.load(weights, 144), v128.load(weights, 160), n1, n2, n3)
    addBoth(own - stride, own - stride, e, o)
    addDifference(own + stride, e, o)
    e = fourProducts(weights + 176, m, p1, p2, p3)
    o = threeProducts(v128.load(weights, 304), v128.load(weights, 336), v128.load(weights, 368), n1, n2, n3)
    addBoth(own - twice, own - twice, e, o)
    addDifference(own + twice, e, o)
    e = fourProducts(weights + 192, m, p1, p2, p3)
    o = threeProducts(v128.load(weights, 320), v128.load(weights, 352), v128.load(weights, 384), n1, n2, n3)
    addBoth(to, own - thrice, e, o)
    v128.store(own + thrice, f32x4.sub(e, o))
  }
}
