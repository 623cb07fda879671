import { readFile } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileFault, KintsugiError } from '../errors/index.js'
import { compileSchema } from '../forms/index.js'
import { recordSchema } from '../plugin/record-schema.js'
import type { LineageRecord } from '../plugin/values.js'
import { directInputs, type ImageHistory, REFERENCE, readHistory } from './history.js'
import { RecordWriter } from './record-writer.js'

/**
 * Reads the record in a file: JSON, or an image saved by a run. `shown` is what messages call it. Throws `E_RECORD` for a file that
 * cannot be read or holds no record, `E_REPLAY` for an image that does not tell how it was made.
 */
export async function readRecord(path: string, shown: string): Promise<LineageRecord> {
  if (extname(path).toLowerCase() !== '.json') return recordOfHistory(await readHistory(path))
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (error) {
    throw new KintsugiError('E_RECORD', {
      message: `The record "${shown}" cannot be read.`,
      expected: 'a JSON file as "save" writes it, or a saved image',
      found: error instanceof SyntaxError ? 'text that is no JSON' : fileFault(error),
      fix: 'Check the path.',
      cause: error,
    })
  }
  return checkRecord(value, shown)
}

/** A value as a record. Throws `E_RECORD` when it is none. */
export function checkRecord(value: unknown, shown: string): LineageRecord {
  const [fault] = compileSchema(recordSchema)(value)
  if (fault === undefined) return value as LineageRecord
  throw new KintsugiError('E_RECORD', {
    message: `"${shown}" is no record: ${fault.message}.`,
    expected: fault.expected ?? 'a record of version 1, as node.$record gives it',
    fix: 'Write records by an output such as { from: node.$record, save: "{photo}.json" }.',
  })
}

/** The record that a saved image carries, completed by the `run.json` above it. Only the image tells of skipped steps, choices and recorded outputs. */
export function recordOfHistory({ records, value, drawn }: ImageHistory): LineageRecord {
  const writer = new RecordWriter()
  const added = new Set<string>()
  const skipped = Object.entries(drawn?.skipped ?? {})
  let ran = 0
  const addSkipped = (): void => {
    for (let next = skipped[0]; next !== undefined && next[1].after <= ran; next = skipped[0]) {
      writer.addSkipped(next[0], next[1].use, next[1].with)
      skipped.shift()
    }
  }
  const add = (id: string): void => {
    const stack: { id: string; entered: boolean }[] = [{ id, entered: false }]
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const task = records.get(REFERENCE.exec(top.id)?.[1] ?? '')
      if (task === undefined || added.has(task.key)) continue
      if (top.entered) {
        added.add(task.key)
        addSkipped()
        writer.add(task, (name) => drawn?.gave?.[name])
        if (task.use !== 'core/read-image') ran++
        continue
      }
      stack.push({ id: top.id, entered: true })
      for (const input of Object.values(task.inputs).flatMap(directInputs).reverse())
        stack.push({ id: input, entered: false })
    }
  }
  add(value)
  addSkipped()
  for (const [node, choice] of Object.entries(drawn?.choices ?? {})) writer.addChoice(node, choice)
  return writer.finish(value)
}
