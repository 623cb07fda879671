/** Numbers that are summed up at once: a few pages, which stay in the processor's cache. */
const BLOCK = 4096

/** sum of a_k v_k over arrays of one length, formed in double precision and rounded to float32 once. */
export function combination(members: readonly Float32Array[], coefficients: readonly number[]): Float32Array {
  const result = new Float32Array(members[0]?.length ?? 0)
  const sums = new Float64Array(Math.min(BLOCK, result.length))
  for (let start = 0; start < result.length; start += BLOCK) {
    const count = Math.min(BLOCK, result.length - start)
    sums.fill(0)
    for (const [k, member] of members.entries()) add(sums, member, start, count, coefficients[k]!)
    for (let i = 0; i < count; i++) result[start + i] = sums[i]!
  }
  return result
}

/** A loop over two arrays alone, which compilers make fast. */
function add(sums: Float64Array, member: Float32Array, start: number, count: number, coefficient: number): void {
  for (let i = 0; i < count; i++) sums[i] = sums[i]! + coefficient * member[start + i]!
}
