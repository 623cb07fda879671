import { reflectedIndices } from '../convolution/border.js'

/**
 * The mean over a window of `size` x `size` samples around every sample, `floor(size / 2)` of them to the left and above, as
 * `cv2.blur` has it for even sizes too; reflect-101 at the borders. Running sums in float64: the time does not grow with the window.
 */
export function boxFilter(source: Float32Array, width: number, height: number, size: number): Float32Array {
  const target = new Float32Array(source.length)
  const before = Math.floor(size / 2)
  const after = size - 1 - before
  const columns = new Float64Array(width)
  const padded = new Float64Array(width + size)
  const outsideX = reflectedIndices(before, after, width)
  const outsideY = reflectedIndices(before, after, height)
  const rowAt = (y: number) => width * (y < 0 ? outsideY[y + before]! : y < height ? y : outsideY[before + y - height]!)
  const scale = 1 / (size * size)
  for (let y = -before; y < after; y++) addRow(columns, source, rowAt(y))
  for (let y = 0; y < height; y++) {
    addRow(columns, source, rowAt(y + after))
    padded.set(columns, before)
    for (let i = 0; i < before; i++) padded[i] = columns[outsideX[i]!]!
    for (let i = 0; i < after; i++) padded[before + width + i] = columns[outsideX[before + i]!]!
    let sum = 0
    for (let i = 0; i < size - 1; i++) sum += padded[i]!
    const row = y * width
    for (let x = 0; x < width; x++) {
      sum += padded[x + size - 1]!
      target[row + x] = sum * scale
      sum -= padded[x]!
    }
    takeRow(columns, source, rowAt(y - before))
  }
  return target
}

function addRow(columns: Float64Array, source: Float32Array, from: number): void {
  for (let x = 0; x < columns.length; x++) columns[x]! += source[from + x]!
}

function takeRow(columns: Float64Array, source: Float32Array, from: number): void {
  for (let x = 0; x < columns.length; x++) columns[x]! -= source[from + x]!
}
