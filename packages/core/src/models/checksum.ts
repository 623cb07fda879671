import { createHash } from 'node:crypto'
import { create, toBinary } from '@bufbuild/protobuf'
import { ModelProtoSchema, StringStringEntryProtoSchema } from '../onnx/index.js'

const KEY = 'kintsugi.sha256'
const DIGEST_LENGTH = 64

/**
 * The bytes of an ONNX file followed by a metadata entry with their SHA-256. Messages of the protobuf format may be joined, so
 * the result is the same ONNX model, and damage anywhere in the file can be told.
 */
export function sealModel(onnx: Uint8Array): Uint8Array {
  return Buffer.concat([onnx, sealOf(onnx)])
}

/** Whether bytes were written by `sealModel` and are whole. */
export function isSealed(bytes: Uint8Array): boolean {
  const end = bytes.length - SEAL_LENGTH
  return end > 0 && Buffer.compare(bytes.subarray(end), sealOf(bytes.subarray(0, end))) === 0
}

function sealOf(onnx: Uint8Array): Uint8Array {
  return sealWith(createHash('sha256').update(onnx).digest('hex'))
}

function sealWith(value: string): Uint8Array {
  const metadataProps = [create(StringStringEntryProtoSchema, { key: KEY, value })]
  return toBinary(ModelProtoSchema, create(ModelProtoSchema, { metadataProps }))
}

const SEAL_LENGTH = sealWith('0'.repeat(DIGEST_LENGTH)).length
