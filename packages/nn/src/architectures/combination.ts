/** sum of a_k v_k over arrays of one length, formed in double precision and rounded to float32 once. */
export function combination(members: readonly Float32Array[], coefficients: readonly number[]): Float32Array {
  const result = new Float32Array(members[0]?.length ?? 0)
  for (let i = 0; i < result.length; i++) {
    let sum = 0
    for (let k = 0; k < members.length; k++) sum += coefficients[k]! * members[k]![i]!
    result[i] = sum
  }
  return result
}
