import type { NodeExample } from '@kintsugi/core'

/** What fills an input port in a case. */
export type CaseInput =
  /** `literal`: its form in a pipeline file, where the port type has one. `unfilled`: left to the port's default. */
  | { kind: 'one'; value: unknown; literal?: unknown; unfilled?: boolean }
  | { kind: 'many'; values: Readonly<Record<string, unknown>> }
  | { kind: 'series'; members: readonly unknown[] }
  | { kind: 'many-series'; members: Readonly<Record<string, readonly unknown[]>> }

export type CaseInputs = Readonly<Record<string, CaseInput>>

/** One application of a node type. */
export interface Case {
  /** Its node's name in the pipeline that runs it. */
  readonly id: string
  /** What reports call it. */
  readonly title: string
  readonly kind: 'example' | 'image' | 'parameter' | 'series'
  readonly inputs: CaseInputs
  /** As written in `with`. */
  readonly params: Readonly<Record<string, unknown>>
  readonly example?: NodeExample
  /** Why the node must refuse it. */
  readonly refusal?: string
  /** The parameter that differs from the case `base`. */
  readonly varies?: { readonly parameter: string; readonly base: string }
  /** Not run in the pipeline. */
  readonly hereOnly?: boolean
}

/** Axis over which a case's series run. */
export const SERIES_AXIS = 'item'

/** Members of the series of a case; 0 without series. */
export function seriesLength(inputs: CaseInputs): number {
  for (const input of Object.values(inputs)) {
    if (input.kind === 'series') return input.members.length
    if (input.kind === 'many-series') return Math.max(0, ...Object.values(input.members).map((list) => list.length))
  }
  return 0
}

/** Every value of a case's inputs, with its port. */
export function* caseValues(inputs: CaseInputs): Generator<{ port: string; value: unknown }> {
  for (const [port, input] of Object.entries(inputs)) {
    const values =
      input.kind === 'one'
        ? [input.value]
        : input.kind === 'many'
          ? Object.values(input.values)
          : input.kind === 'series'
            ? input.members
            : Object.values(input.members).flat()
    for (const value of values) yield { port, value }
  }
}

/** The inputs with every value replaced by what `replace` gives for it. */
export function mapValues(
  inputs: CaseInputs,
  replace: (port: string, value: unknown, place: number) => unknown,
): CaseInputs {
  let place = 0
  const one = (port: string, value: unknown): unknown => replace(port, value, place++)
  const mapped = (port: string, input: CaseInput): CaseInput => {
    switch (input.kind) {
      case 'one': {
        const value = one(port, input.value)
        return value === input.value ? input : { kind: 'one', value }
      }
      case 'many':
        return { kind: 'many', values: eachValue(input.values, (value) => one(port, value)) }
      case 'series':
        return { kind: 'series', members: input.members.map((value) => one(port, value)) }
      case 'many-series':
        return {
          kind: 'many-series',
          members: eachValue(input.members, (list) => list.map((value) => one(port, value))),
        }
    }
  }
  return Object.fromEntries(Object.entries(inputs).map(([port, input]) => [port, mapped(port, input)]))
}

function eachValue<T, R>(record: Readonly<Record<string, T>>, map: (value: T) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}
