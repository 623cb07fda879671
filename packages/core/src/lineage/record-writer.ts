import type { LineageRecord, RecordReference, RecordSource, RecordStep } from '../plugin/values.js'
import type { RecordInput, WrittenRecord } from './record.js'

/** Node type whose tasks are the sources of a record. */
const READ_IMAGE = 'core/read-image'
/** `<task key>:<port>`, with the key of an entry behind it. */
const OUTPUT = /^([0-9a-f]{64}):(.*)$/s
/** An image that a program handed over, known by the hash of its samples. */
const GIVEN_IMAGE = /^image:([0-9a-f]{64})$/

/** Puts a record together from the tasks behind a value, which must be added in the order in which they ran. */
export class RecordWriter {
  private readonly steps: Record<string, RecordStep> = {}
  private readonly sources: Record<string, RecordSource> = {}
  private readonly choices: Record<string, string | readonly string[]> = {}
  /** Names of steps and sources by task key, and of program images by their identity. */
  private readonly names = new Map<string, string>()

  /** Adds a task that ran; once, however often it is read. `gave` tells what its recorded outputs were, by the name of the step. */
  add(task: WrittenRecord, gave?: (name: string) => RecordStep['gave']): void {
    if (this.names.has(task.key)) return
    const free = this.free(task.node)
    this.names.set(task.key, free)
    const { path } = task.with as { path?: { file: string; sha256: string } }
    if (task.use === READ_IMAGE && path !== undefined) {
      this.sources[free] = { file: path.file, sha256: path.sha256 }
      return
    }
    const given = gave?.(free)
    this.steps[free] = {
      use: task.use,
      with: task.with as Record<string, unknown>,
      ran: true,
      ...(task.random === undefined ? {} : { random: task.random }),
      in: Object.fromEntries(Object.entries(task.inputs).map(([port, input]) => [port, this.referenceOf(input)])),
      plugin: task.plugin,
      ...(given === undefined ? {} : { gave: given }),
    }
  }

  /** Adds a step that was left out, with what it drew. */
  addSkipped(name: string, use: string, drawn: Readonly<Record<string, unknown>>): void {
    this.steps[this.free(name)] = { use, with: drawn, ran: false }
  }

  addChoice(name: string, choice: string | readonly string[]): void {
    this.choices[name] = choice
  }

  /** Names an image that a program handed over; `id` is `image:<hash>`. */
  addGiven(name: string, id: string): void {
    const sha256 = GIVEN_IMAGE.exec(id)?.[1]
    if (sha256 === undefined || this.names.has(id)) return
    const free = this.free(name)
    this.names.set(id, free)
    this.sources[free] = { sha256 }
  }

  /** The record of the value with this identity. */
  finish(id: string): LineageRecord {
    return {
      record: 1,
      result: this.nameOf(id),
      sources: this.sources,
      steps: this.steps,
      choices: this.choices,
    }
  }

  private referenceOf(input: RecordInput): RecordReference {
    if (typeof input === 'string') return this.nameOf(input)
    if ('many' in input)
      return {
        many: Object.fromEntries(Object.entries(input.many).map(([name, one]) => [name, this.referenceOf(one)])),
      }
    if ('series' in input) return { series: input.series.length }
    if ('literal' in input && typeof input.literal === 'string' && GIVEN_IMAGE.test(input.literal)) {
      this.addGiven('image', input.literal)
      return this.nameOf(input.literal)
    }
    return input
  }

  private nameOf(id: string): string {
    const [, key = id, output] = OUTPUT.exec(id) ?? []
    const name = this.names.get(key) ?? id
    return output === undefined || Object.hasOwn(this.sources, name) ? name : `${name}.${output}`
  }

  /** A name that nothing has yet: two items that went into one value share node paths. */
  private free(name: string): string {
    let free = name
    for (let n = 2; Object.hasOwn(this.steps, free) || Object.hasOwn(this.sources, free); n++) free = `${name}~${n}`
    return free
  }
}
