import { crc32, deflateRawSync } from 'node:zlib'

/** An entry of a zip file: its bytes, deflated on request, and a false claim of its size on request. */
export interface ZipEntry {
  readonly name: string
  readonly data: Uint8Array
  readonly deflate?: boolean
  readonly claimedSize?: number
}

/** Writes a zip file. */
export function zipFile(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const { name, data, deflate = false, claimedSize = data.length } of entries) {
    const packed = deflate ? deflateRawSync(data) : Buffer.from(data)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(deflate ? 8 : 0, 4)
    common.writeUInt32LE(crc32(data), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(claimedSize, 18)
    common.writeUInt16LE(name.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, Buffer.from(name), packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(at, 10)
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.of(20, 0), common, tail, Buffer.from(name)]))
    locals.push(local)
    at += local.length
  }
  const central = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, central, end])
}

/** A file as torch.save writes it: a pickle and its storages. */
export function torchFile(pickled: Uint8Array, storages: Readonly<Record<string, Uint8Array>> = {}): Buffer {
  const data = Object.entries(storages).map(([key, bytes]) => ({ name: `net/data/${key}`, data: bytes }))
  return zipFile([{ name: 'net/data.pkl', data: pickled }, ...data, { name: 'net/version', data: Buffer.from('3\n') }])
}
