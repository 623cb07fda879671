/** Weights of red, green and blue in a gray level: of torchvision's `rgb_to_grayscale`, and of OpenCV and NumPy code after BT.601. */
export const LUMA = { torchvision: [0.2989, 0.587, 0.114], opencv: [0.299, 0.587, 0.114] } as const

/** The gray plane of three colour planes in `data`, summed in float32. */
export function lumaPlane(data: Float32Array, weights: readonly [number, number, number]): Float32Array {
  const size = data.length / 3
  const [r, g, b] = weights.map(Math.fround) as [number, number, number]
  const gray = new Float32Array(size)
  for (let i = 0; i < size; i++) {
    gray[i] =
      Math.fround(Math.fround(r * data[i]!) + Math.fround(g * data[size + i]!)) + Math.fround(b * data[2 * size + i]!)
  }
  return gray
}
