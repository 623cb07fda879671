/** Copies `bytes` bytes; what is copied may overlap what is written. */
export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes)
}

/** Copies `count` rows of `bytes` bytes each, `fromStride` bytes apart, to rows that lie `toStride` bytes apart, from the first one on. */
export function copyRows(to: usize, toStride: usize, from: usize, fromStride: usize, bytes: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    memory.copy(to, from, bytes)
    to += toStride
    from += fromStride
  }
}
