/** Numbers that are summed up at once: a few pages, which stay in the processor's cache. */
const BLOCK = 4096

/** sum of a_k v_k over arrays of one length, formed in double precision in the order of the arrays, and rounded to float32 once. */
export function combination(members: readonly Float32Array[], coefficients: readonly number[]): Float32Array {
  const result = new Float32Array(members[0]?.length ?? 0)
  if (members.length === 2) {
    combineTwo(result, members as [Float32Array, Float32Array], coefficients)
    return result
  }
  const sums = new Float64Array(Math.min(BLOCK, result.length))
  for (let start = 0; start < result.length; start += BLOCK) {
    const count = Math.min(BLOCK, result.length - start)
    sums.fill(0)
    let k = 0
    for (; k + 1 < members.length; k += 2)
      addTwo(sums, members[k]!, members[k + 1]!, start, count, coefficients[k]!, coefficients[k + 1]!)
    if (k < members.length) addOne(sums, members[k]!, start, count, coefficients[k]!)
    for (let i = 0; i < count; i++) result[start + i] = sums[i]!
  }
  return result
}

// Loops over few arrays alone, which compilers make fast. The 0 keeps a sum of zeros free of signs, however many they are.

function combineTwo(result: Float32Array, [x, y]: [Float32Array, Float32Array], [a, b]: readonly number[]): void {
  const [ax, by] = [a!, b!]
  for (let i = 0; i < result.length; i++) result[i] = 0 + ax * x[i]! + by * y[i]!
}

function addTwo(
  sums: Float64Array,
  x: Float32Array,
  y: Float32Array,
  start: number,
  count: number,
  a: number,
  b: number,
): void {
  for (let i = 0; i < count; i++) sums[i] = sums[i]! + a * x[start + i]! + b * y[start + i]!
}

function addOne(sums: Float64Array, x: Float32Array, start: number, count: number, a: number): void {
  for (let i = 0; i < count; i++) sums[i] = sums[i]! + a * x[start + i]!
}
