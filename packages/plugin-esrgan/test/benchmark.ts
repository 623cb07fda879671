import { createImage, type Image } from '@kintsugi/core'

/** A quarter of the size by antialiased bicubic (a = -0.5, kernel widened four times, mirrored borders), rounded to 8 bits, as MATLAB's imresize. */
export function bicubicQuarter(image: Image): Image {
  const taps = Array.from({ length: 16 }, (_, i) => cubic((i - 7.5) / 4))
  const sum = taps.reduce((total, tap) => total + tap, 0)
  const small = createImage({ width: image.width / 4, height: image.height / 4, channels: image.channels })
  const rows = new Float32Array(small.width * image.height)
  const mirror = (i: number, n: number) => (i < 0 ? -1 - i : i >= n ? 2 * n - 1 - i : i)
  for (let c = 0; c < image.channels; c++) {
    const plane = image.data.subarray(c * image.width * image.height)
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < small.width; x++) {
        let value = 0
        for (const [i, tap] of taps.entries())
          value += tap * plane[y * image.width + mirror(4 * x - 6 + i, image.width)]!
        rows[y * small.width + x] = value / sum
      }
    }
    for (let y = 0; y < small.height; y++) {
      for (let x = 0; x < small.width; x++) {
        let value = 0
        for (const [i, tap] of taps.entries())
          value += tap * rows[mirror(4 * y - 6 + i, image.height) * small.width + x]!
        small.data[(c * small.height + y) * small.width + x] = Math.min(
          1,
          Math.max(0, Math.round((255 * value) / sum) / 255),
        )
      }
    }
  }
  return small
}

function cubic(position: number): number {
  const x = Math.abs(position)
  if (x <= 1) return 1.5 * x ** 3 - 2.5 * x ** 2 + 1
  return x < 2 ? -0.5 * x ** 3 + 2.5 * x ** 2 - 4 * x + 2 : 0
}

/** PSNR in dB of the luma of BT.601 (BasicSR's `rgb2ycbcr`), with `border` pixels left out on each side. */
export function psnrY(image: Image, reference: Image, border: number): number {
  const { width, height } = reference
  const luma = ({ data }: Image, i: number) => {
    const sample = (c: number) => Math.min(1, Math.max(0, data[c * width * height + i]!))
    return 65.481 * sample(0) + 128.553 * sample(1) + 24.966 * sample(2)
  }
  let sum = 0
  for (let y = border; y < height - border; y++) {
    for (let x = border; x < width - border; x++)
      sum += (luma(image, y * width + x) - luma(reference, y * width + x)) ** 2
  }
  return 10 * Math.log10((255 ** 2 * (width - 2 * border) * (height - 2 * border)) / sum)
}
