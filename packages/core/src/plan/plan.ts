import type { Place } from '../errors/index.js'
import type { Form } from '../forms/index.js'
import type { RegisteredNode } from '../plugin/registry.js'
import type { PortTypeName } from '../plugin/values.js'
import type { Axis } from './axes.js'

/** A compiled value form of a plan. */
export type PlanForm = Form<Axis, Binding, Source>

/** Where draws come from: the stream's name and the axes whose keys enter the random key. */
export interface Draw {
  stream: string
  axes: readonly Axis[]
}

/** A named value: a `let`, or a parameter of a nested pipeline. Drawn with its own key, so that every use sees the same. */
export interface Binding {
  name: string
  form: PlanForm
  /** Purpose under which its draws are keyed, such as `let.sf`. */
  draw: Draw
  axes: readonly Axis[]
}

/** A reference to an output of a plan node, with axes fixed by index. */
export interface Source {
  node: PlanNode
  port: string
  type: PortTypeName
  /** Axes along which the value varies, in plan order. */
  axes: readonly Axis[]
  index: readonly { axis: Axis; key: string }[]
  /** The value's lineage instead of the value. */
  record: boolean
}

/** What fills an input port of a task. */
export type InputBinding =
  | { kind: 'source'; source: Source }
  | { kind: 'form'; form: PlanForm; type: PortTypeName }
  | { kind: 'many'; entries: Readonly<Record<string, Source>> }

interface PlanNodeBase {
  /** Position in the plan, unique. */
  index: number
  /** Path in the graph: `noisy`, or `noisy/blur` inside a nested pipeline. */
  path: string
  /** Axes that tell its instances apart, in plan order. */
  axes: readonly Axis[]
  /** Outputs by name; the first is the default. */
  outputs: ReadonlyMap<string, { type: PortTypeName; axes: readonly Axis[] }>
  /** Axes that a consumer fixes by index or reduces, so that values outlive one step along them. */
  loose: Set<Axis>
  /** How many reductions lie above it. */
  stage: number
  place: () => Place
}

/** Runs a node type. */
export interface TaskNode extends PlanNodeBase {
  kind: 'task'
  registered: RegisteredNode
  inputs: Readonly<Record<string, InputBinding>>
  params: PlanForm
  /** Parameters when they are the same for every instance: validated, defaults filled in. */
  constant: Readonly<Record<string, unknown>> | undefined
  /** Folder that relative file parameters start from. */
  folder: string
  draw: Draw
  /** Stream that `run` receives. */
  pixels: Draw
  /** Reduced axes, in plan order; empty for maps. */
  over: readonly Axis[]
  /** The axis that `by` opens, on grouping reductions. */
  group: Axis | undefined
  missing: 'fail' | 'skip'
}

/** Passes its first input on when `when` is false. */
export interface GateNode extends PlanNodeBase {
  kind: 'gate'
  when: PlanForm
  draw: Draw
  /** What flows on when the gate is closed. */
  bypass: Source
  targets: ReadonlyMap<string, Source>
}

/** Draws one option per instance. */
export interface ChooseNode extends PlanNodeBase {
  kind: 'choose'
  options: readonly { name: string; weight: PlanForm; result: Source }[]
  draw: Draw
}

/** Draws an order of its steps per instance. */
export interface ShuffleNode extends PlanNodeBase {
  kind: 'shuffle'
  steps: readonly { name: string; slot: SlotNode; result: Source }[]
  /** Pairs of step numbers: the first must come before the second. */
  before: readonly (readonly [number, number])[]
  input: Source
  draw: Draw
}

/** The input of a shuffled step: what precedes it in the drawn order. */
export interface SlotNode extends PlanNodeBase {
  kind: 'slot'
  shuffle: ShuffleNode
  step: number
}

/** Takes one of its branches by a key. */
export interface SelectNode extends PlanNodeBase {
  kind: 'select'
  by: Source
  cases: ReadonlyMap<string, Source>
  otherwise: Source | undefined
  minConfidence: PlanForm | undefined
}

/** Joins values into an axis. */
export interface StackNode extends PlanNodeBase {
  kind: 'stack'
  axis: Axis
  entries: ReadonlyMap<string, Source>
}

/** A literal or form as a value: an input given by value, or a port filled in `with`. */
export interface ValueNode extends PlanNodeBase {
  kind: 'value'
  form: PlanForm
  type: PortTypeName
  folder: string
  draw: Draw
}

/** A value handed over by an embedding program. */
export interface GivenNode extends PlanNodeBase {
  kind: 'given'
  type: PortTypeName
  value: unknown
}

/** Passes a value on along more axes. */
export interface AlongNode extends PlanNodeBase {
  kind: 'along'
  source: Source
}

export type PlanNode =
  | TaskNode
  | GateNode
  | ChooseNode
  | ShuffleNode
  | SlotNode
  | SelectNode
  | StackNode
  | ValueNode
  | GivenNode
  | AlongNode

/** An output of the pipeline. */
export interface PlanOutput {
  name: string
  source: Source
  save: SaveTemplate | undefined
  encode: Readonly<Record<string, unknown>>
  place: () => Place
}

/** A parsed `save` template: text and fields in turn. */
export interface SaveTemplate {
  text: string
  parts: readonly (string | { axis: Axis } | { source: Source })[]
}

/** Everything that a run needs to know before it starts; immutable. */
export interface Plan {
  name: string
  seed: number
  folder: string
  axes: readonly Axis[]
  nodes: readonly PlanNode[]
  outputs: readonly PlanOutput[]
  plugins: readonly { name: string; version: string }[]
}
