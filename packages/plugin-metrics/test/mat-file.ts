import { deflateSync } from 'node:zlib'

/** A little-endian MATLAB file of level 5. */
export function matFile(
  arrays: Record<string, readonly [rows: number, columns: number, data: Float64Array]>,
  deflated: boolean,
): Buffer {
  const element = (type: number, content: Buffer) => {
    const head = Buffer.alloc(8)
    head.writeUInt32LE(type, 0)
    head.writeUInt32LE(content.length, 4)
    return Buffer.concat([head, content, Buffer.alloc((8 - (content.length % 8)) % 8)])
  }
  const header = Buffer.alloc(128)
  header.writeUInt16LE(0x0100, 124)
  header.write('IM', 126, 'latin1')
  const matrices = Object.entries(arrays).map(([name, [rows, columns, data]]) => {
    const turned = Float64Array.from(
      { length: data.length },
      (_, i) => data[(i % rows) * columns + Math.floor(i / rows)]!,
    )
    const matrix = element(
      14,
      Buffer.concat([
        element(6, Buffer.from(Uint32Array.of(6, 0).buffer)),
        element(5, Buffer.from(Int32Array.of(rows, columns).buffer)),
        element(1, Buffer.from(name, 'latin1')),
        element(9, Buffer.from(turned.buffer)),
      ]),
    )
    if (!deflated) return matrix
    const packed = deflateSync(matrix)
    const head = Buffer.alloc(8)
    head.writeUInt32LE(15, 0)
    head.writeUInt32LE(packed.length, 4)
    return Buffer.concat([head, packed])
  })
  return Buffer.concat([header, ...matrices])
}
