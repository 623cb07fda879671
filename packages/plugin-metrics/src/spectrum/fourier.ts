/** Complex samples, real and imaginary parts apart. */
export interface Complex {
  readonly re: Float64Array
  readonly im: Float64Array
}

/** Discrete Fourier transforms of one length, in place. */
interface Transform {
  (re: Float64Array, im: Float64Array): void
}

const transforms = new Map<number, Transform>()

/** Two-dimensional discrete Fourier transform in place, without a factor: exp(-2 pi i (u x / w + v y / h)). */
export function transform2d({ re, im }: Complex, width: number, height: number): void {
  const rows = transformOf(width)
  for (let y = 0; y < height; y++) {
    rows(re.subarray(y * width, (y + 1) * width), im.subarray(y * width, (y + 1) * width))
  }
  const columns = transformOf(height)
  const [lineRe, lineIm] = [new Float64Array(height), new Float64Array(height)]
  for (let x = 0; x < width; x++) {
    for (let y = 0, i = x; y < height; y++, i += width) {
      lineRe[y] = re[i]!
      lineIm[y] = im[i]!
    }
    columns(lineRe, lineIm)
    for (let y = 0, i = x; y < height; y++, i += width) {
      re[i] = lineRe[y]!
      im[i] = lineIm[y]!
    }
  }
}

/** Inverse of `transform2d` in place, divided by the number of samples. */
export function inverse2d({ re, im }: Complex, width: number, height: number): void {
  transform2d({ re: im, im: re }, width, height)
  const factor = 1 / (width * height)
  for (let i = 0; i < re.length; i++) {
    re[i]! *= factor
    im[i]! *= factor
  }
}

function transformOf(length: number): Transform {
  let transform = transforms.get(length)
  if (transform === undefined) {
    transform = (length & (length - 1)) === 0 ? powerOfTwo(length) : anyLength(length)
    transforms.set(length, transform)
  }
  return transform
}

/** Cooley and Tukey 1965, decimation in time. */
function powerOfTwo(length: number): Transform {
  const { cosines, sines } = turns(length, length / 2 || 1)
  const bits = Math.log2(length)
  const reversed = Uint32Array.from({ length }, (_, i) => {
    let out = 0
    for (let bit = 0; bit < bits; bit++) if (i & (1 << bit)) out |= 1 << (bits - 1 - bit)
    return out
  })
  return (re, im) => {
    for (let i = 0; i < length; i++) {
      const j = reversed[i]!
      if (j <= i) continue
      const r = re[i]!
      const s = im[i]!
      re[i] = re[j]!
      im[i] = im[j]!
      re[j] = r
      im[j] = s
    }
    for (let half = 1; half < length; half *= 2) {
      const step = length / (2 * half)
      for (let start = 0; start < length; start += 2 * half) {
        for (let k = 0; k < half; k++) {
          const c = cosines[k * step]!
          const s = sines[k * step]!
          const i = start + k
          const j = i + half
          const r = re[j]! * c - im[j]! * s
          const q = re[j]! * s + im[j]! * c
          re[j] = re[i]! - r
          im[j] = im[i]! - q
          re[i]! += r
          im[i]! += q
        }
      }
    }
  }
}

/** Bluestein 1970: a convolution with a chirp, by transforms of a power of two. */
function anyLength(length: number): Transform {
  const size = 2 ** Math.ceil(Math.log2(2 * length - 1))
  const transform = transformOf(size)
  // exp(-pi i k^2 / n), with k^2 taken modulo 2 n so that large k lose nothing.
  const chirp = turns(2 * length, 2 * length)
  const cosine = Float64Array.from({ length }, (_, k) => chirp.cosines[(k * k) % (2 * length)]!)
  const sine = Float64Array.from({ length }, (_, k) => chirp.sines[(k * k) % (2 * length)]!)
  const [filterRe, filterIm] = [new Float64Array(size), new Float64Array(size)]
  for (let k = 0; k < length; k++) {
    const mirrored = (size - k) % size
    filterRe[k] = filterRe[mirrored] = cosine[k]!
    filterIm[k] = filterIm[mirrored] = -sine[k]!
  }
  transform(filterRe, filterIm)
  const [a, b] = [new Float64Array(size), new Float64Array(size)]
  return (re, im) => {
    a.fill(0)
    b.fill(0)
    for (let k = 0; k < length; k++) {
      a[k] = re[k]! * cosine[k]! - im[k]! * sine[k]!
      b[k] = re[k]! * sine[k]! + im[k]! * cosine[k]!
    }
    transform(a, b)
    for (let i = 0; i < size; i++) {
      const r = a[i]! * filterRe[i]! - b[i]! * filterIm[i]!
      // Conjugated, so that the forward transform inverts.
      b[i] = -(a[i]! * filterIm[i]! + b[i]! * filterRe[i]!)
      a[i] = r
    }
    transform(a, b)
    for (let k = 0; k < length; k++) {
      const r = a[k]! / size
      const q = -b[k]! / size
      re[k] = r * cosine[k]! - q * sine[k]!
      im[k] = r * sine[k]! + q * cosine[k]!
    }
  }
}

/** cos and sin of -2 pi k / length. */
function turns(length: number, count: number) {
  const angle = (k: number) => (-2 * Math.PI * k) / length
  return {
    cosines: Float64Array.from({ length: count }, (_, k) => Math.cos(angle(k))),
    sines: Float64Array.from({ length: count }, (_, k) => Math.sin(angle(k))),
  }
}
