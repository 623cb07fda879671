/** A numeric array of any shape, as float64. */
export interface NumericArray {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/**
 * Reads an array of NumPy's .npy format, version 1 or 2: little-endian float32 or float64; of Fortran order at
 * most two dimensions. Throws a plain error.
 */
export function readNpy(bytes: Buffer): NumericArray {
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw new Error('it is no .npy array')
  const [prefix, length] = bytes[6] === 1 ? [10, bytes.readUInt16LE(8)] : [12, bytes.readUInt32LE(8)]
  const header = bytes.toString('latin1', prefix, prefix + length)
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1]
  const shape = (/'shape':\s*\(([^)]*)\)/.exec(header)?.[1] ?? '')
    .split(',')
    .filter((size) => size.trim() !== '')
    .map(Number)
  const turned = /'fortran_order':\s*True/.test(header) && shape.length > 1
  if ((type !== '<f4' && type !== '<f8') || (turned && shape.length > 2)) {
    throw new Error(
      `its array is ${type ?? 'of unknown type'}, not little-endian float32 or float64, or has three Fortran dimensions`,
    )
  }
  const count = shape.reduce((product, size) => product * size, 1)
  const size = type === '<f4' ? 4 : 8
  const start = prefix + length
  if (!Number.isSafeInteger(count) || bytes.length - start < count * size) throw new Error('its array is cut off')
  const at = (i: number) => (size === 4 ? bytes.readFloatLE(start + 4 * i) : bytes.readDoubleLE(start + 8 * i))
  const [rows = 1, columns = 1] = shape
  const data = Float64Array.from({ length: count }, (_, i) =>
    at(turned ? (i % columns) * rows + Math.floor(i / columns) : i),
  )
  return { shape, data }
}
