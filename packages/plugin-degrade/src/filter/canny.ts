/** tan(22.5 degrees) in units of 2^-15. */
const TAN = 13573
const SHIFT = 15

/**
 * Edges of a plane of 8-bit levels as `cv2.Canny(plane, low, high)` of OpenCV 4.6 finds them (aperture 3, magnitude |dx| + |dy|): 1 on an
 * edge, else 0. Sobel differences with edge samples repeated, thinned along the gradient in four directions; pixels above `high` and
 * those above `low` that touch an edge.
 */
export function cannyEdges(levels: Uint8Array, width: number, height: number, low: number, high: number): Uint8Array {
  const { dx, dy, magnitude } = gradients(levels, width, height)
  const stride = width + 2
  const edges = new Uint8Array(levels.length)
  // 1: may be an edge; 2: is one.
  const marks = new Uint8Array(magnitude.length)
  const stack: number[] = []
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = (y + 1) * stride + x + 1
      const m = magnitude[at]!
      if (m <= low || !isPeak(magnitude, at, stride, m, dx[y * width + x]!, dy[y * width + x]!)) continue
      marks[at] = m > high ? 2 : 1
      if (m > high) stack.push(at)
    }
  }
  const around = [-stride - 1, -stride, -stride + 1, -1, 1, stride - 1, stride, stride + 1]
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    for (const step of around) {
      if (marks[at + step] !== 1) continue
      marks[at + step] = 2
      stack.push(at + step)
    }
  }
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) edges[y * width + x] = marks[(y + 1) * stride + x + 1] === 2 ? 1 : 0
  }
  return edges
}

/** Sobel differences, and their magnitude inside a border of zeros. */
function gradients(levels: Uint8Array, width: number, height: number) {
  const dx = new Int16Array(levels.length)
  const dy = new Int16Array(levels.length)
  const magnitude = new Int32Array((width + 2) * (height + 2))
  for (let y = 0; y < height; y++) {
    const above = Math.max(0, y - 1) * width
    const here = y * width
    const below = Math.min(height - 1, y + 1) * width
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - 1)
      const right = Math.min(width - 1, x + 1)
      const [a, b, c] = [levels[above + left]!, levels[above + x]!, levels[above + right]!]
      const [d, e] = [levels[here + left]!, levels[here + right]!]
      const [f, g, h] = [levels[below + left]!, levels[below + x]!, levels[below + right]!]
      const across = c + 2 * e + h - a - 2 * d - f
      const down = f + 2 * g + h - a - 2 * b - c
      dx[here + x] = across
      dy[here + x] = down
      magnitude[(y + 1) * (width + 2) + x + 1] = Math.abs(across) + Math.abs(down)
    }
  }
  return { dx, dy, magnitude }
}

/** Whether no neighbour along the gradient is larger. */
function isPeak(magnitude: Int32Array, at: number, stride: number, m: number, dx: number, dy: number): boolean {
  const x = Math.abs(dx)
  const y = Math.abs(dy) * 2 ** SHIFT
  const flat = x * TAN
  if (y < flat) return m > magnitude[at - 1]! && m >= magnitude[at + 1]!
  if (y > flat + x * 2 ** (SHIFT + 1)) return m > magnitude[at - stride]! && m >= magnitude[at + stride]!
  const side = (dx ^ dy) < 0 ? -1 : 1
  return m > magnitude[at - stride - side]! && m > magnitude[at + stride + side]!
}
