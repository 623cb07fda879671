/** What one must know of a metric, besides the parameters of its node, to compare its scores with others. */
export interface Metric {
  /** Its node type. */
  readonly name: string
  /** Which scores are better. */
  readonly direction: 'higher' | 'lower' | 'neither'
  /** Unit of the score; empty for plain numbers. */
  readonly unit: string
  /** Smallest and largest score. */
  readonly range: readonly [number, number]
  /** The score of an image compared with itself. */
  readonly identical?: number
  /** The publication and the implementation whose definition it follows. */
  readonly definition: string
  /** Parameters of the node that belong to the protocol: scores that differ in one cannot be compared. */
  readonly protocol: readonly string[]
  /** What no parameter changes: colours, window, border rule and so on. */
  readonly fixed: Readonly<Record<string, string>>
}
