import type { PlanOptions, RunOptions } from '../../src/index.js'

/** Marks in a text where the fault must be placed; taken out before the text is written. */
export const MARK = '‸'

/** A pipeline that is wrong in one way, and what must be said of it. */
export interface MalformedCase {
  name: string
  /** Text of the pipeline, with a `MARK`; without one the fault has no line. */
  text: string
  /** Default: `pipeline.yaml`. */
  file?: string
  /** Further files; a text may hold the mark instead of the pipeline. */
  files?: Readonly<Record<string, string | Uint8Array>>
  code: string
  /** What the message, with what was expected and found, must name. */
  says: readonly string[]
  /** What the fix must say. */
  fix: string
  /** `validate`: refused before anything runs (exit code 2). `run`: an item fails (exit code 1). Default: `validate`. */
  stage?: 'validate' | 'run'
  options?: PlanOptions & Omit<RunOptions, 'on'>
  /** For cases of stage `run`: the node and item at fault. */
  node?: string
  item?: Readonly<Record<string, string>>
}

/** A pipeline text: the indentation of the template taken off, the version put before it. */
export function pipeline(strings: TemplateStringsArray, ...values: unknown[]): string {
  return `kintsugi: 1\n${text(strings, ...values)}`
}

/** A text: the indentation of the template taken off. */
export function text(strings: TemplateStringsArray, ...values: unknown[]): string {
  const raw = String.raw({ raw: strings.map((part) => part) }, ...values)
  const lines = raw.replace(/^\n/, '').replace(/\n *$/, '\n').split('\n')
  const indent = Math.min(
    ...lines.filter((line) => line.trim() !== '').map((line) => line.length - line.trimStart().length),
  )
  return lines.map((line) => line.slice(indent)).join('\n')
}
