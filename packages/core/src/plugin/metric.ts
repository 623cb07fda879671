/** One convention of a score, such as `border: 4` or `color_space: 'y'`. */
export type ProtocolFacts = Readonly<Record<string, string | number | boolean>>

/**
 * What a number measures and under which conventions. Two scores can be compared when all of this but `statistic` is equal:
 * the protocol is part of a metric's name.
 */
export interface Metric {
  /** As papers call it: `PSNR`. */
  readonly name: string
  /** Which values are better; absent where neither is, as for a deviation. */
  readonly direction?: 'higher' | 'lower'
  /** Such as `dB`; empty for none. */
  readonly unit: string
  readonly protocol: ProtocolFacts
  /** How it was taken over axes: `mean`, `median` ... */
  readonly statistic?: string
  /** Names of facts that are not the same for all values, such as `border`; such values cannot be compared with each other. */
  readonly differing?: readonly string[]
}

/** Says on an output port what its number measures; a descriptor constant beside each metric's node type. */
export interface MetricDescriptor {
  readonly name: string
  /** Which values are better; absent where neither is, as for sharpness. */
  readonly direction?: 'higher' | 'lower'
  readonly unit: string
  /**
   * The conventions that these parameters stand for, defaults filled in: everything that can make two scores of one pair differ.
   * `connected` names the input ports that have a source.
   */
  readonly protocol: (params: never, connected: readonly string[]) => ProtocolFacts
}

/** Says on an output port that its number is of the same metric as the numbers of an input. */
export interface MetricOfInput {
  /** The input port. */
  readonly of: string
  readonly statistic: string
  /** Whether a better value of the statistic is a better score; false for a deviation. */
  readonly ranks: boolean
}

/** One name for all that makes scores comparable: `PSNR [border=4 color_space=y]`. */
export function metricLabel({ name, statistic, protocol, differing = [] }: Metric): string {
  const facts = Object.keys(protocol)
    .sort()
    .map((key) => `${key}=${differing.includes(key) ? '*' : String(protocol[key])}`)
  const head = statistic === undefined ? name : `${statistic} ${name}`
  return facts.length === 0 ? head : `${head} [${facts.join(' ')}]`
}

/** Names of what two metrics differ in, `name` and `direction` included; empty when their scores can be compared. */
export function metricDifferences(a: Metric, b: Metric): string[] {
  const facts = new Set([...Object.keys(a.protocol), ...Object.keys(b.protocol)])
  const own = [...(a.differing ?? []), ...(b.differing ?? [])]
  return [
    ...(['name', 'direction', 'unit', 'statistic'] as const).filter((key) => a[key] !== b[key]),
    ...[...facts].filter((key) => a.protocol[key] !== b.protocol[key] || own.includes(key)),
  ]
}
