import { basename } from 'node:path'
import type { MetricDescriptor, ProtocolFacts } from '@kintsugi/core'

/** A metric and the part of its protocol that no parameter changes. */
export interface MetricFacts {
  /** As papers call it. */
  readonly name: string
  /** Which scores are better; absent where neither is. */
  readonly direction?: 'higher' | 'lower'
  /** Unit of the score; empty for plain numbers. */
  readonly unit: string
  /** Parameters of the node that belong to the protocol: scores that differ in one cannot be compared. */
  readonly params: readonly string[]
  /** What no parameter changes, such as the implementation whose numbers it gives. */
  readonly fixed?: ProtocolFacts
}

/** The descriptor of a metric whose protocol is some parameters of its node and some fixed facts. */
export function describedMetric({ params, fixed = {}, ...what }: MetricFacts): MetricDescriptor {
  const facts = (given: Readonly<Record<string, ProtocolFacts[string] | undefined>>): ProtocolFacts => {
    const used = params.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]] as const]))
    return { ...Object.fromEntries(used), ...fixed }
  }
  return { ...what, protocol: facts }
}

/** The name of a file of weights without folder and extension, as a fact of a protocol: `alex` of `weights/alex.pth`. */
export function weightsName(path: string): string {
  return basename(path).replace(/\.[^.]+$/, '')
}
