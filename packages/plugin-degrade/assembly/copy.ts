/** Copies `bytes` bytes; what is copied may overlap what is written. */
export function copy(to: usize, from: usize, bytes: usize): void {
  memory.copy(to, from, bytes)
}

/** Bytes of a row from which on it is worth calling what copies memory. */
const LONG: usize = 512

/** Copies `count` rows of `bytes` bytes each, whole samples, `fromStride` bytes apart, to rows that lie `toStride` bytes apart, from the first one on. */
export function copyRows(to: usize, toStride: usize, from: usize, fromStride: usize, bytes: usize, count: i32): void {
  const vectors = bytes & -16
  for (let i = 0; i < count; i++) {
    if (bytes < LONG) {
      let x: usize = 0
      for (; x < vectors; x += 16) v128.store(to + x, v128.load(from + x))
      for (; x < bytes; x += 4) store<u32>(to + x, load<u32>(from + x))
    } else memory.copy(to, from, bytes)
    to += toStride
    from += fromStride
  }
}
