const SHIFT = 1.5 * 2 ** 52

/**
 * Rounds to a whole number, halves to the even neighbour, as NumPy, PyTorch and OpenCV do (`Math.round` rounds halves up).
 * For |x| < 2^51: adding 1.5 * 2^52 leaves no room for a fraction, and the addition itself rounds halves to even.
 */
export function roundHalfEven(x: number): number {
  return x + SHIFT - SHIFT
}
