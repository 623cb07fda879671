import type { Static, TSchema } from 'typebox'
import type { Image, ImageShape } from '../image/image.js'
import type { ModelRunner } from '../models/runner.js'
import type { RandomStream } from '../random/stream.js'
import type { MetricDescriptor, MetricOfInput } from './metric.js'
import type { Model, PortTypeName, PortValues } from './values.js'

/** How a node's inputs become its outputs. `map`: one to one. `expand`: opens an axis. `reduce`: takes whole axes. `per-key`: takes a whole axis and gives a value for each of its keys. */
export type NodeKind = 'map' | 'expand' | 'reduce' | 'per-key'

/** An input port in full. A bare port type name is short for `{ type: name }`. */
export interface InputPort<T extends PortTypeName = PortTypeName> {
  type: T
  description?: string
  /** May be left unconnected; `run` then sees `undefined`. */
  optional?: boolean
  /** Literal used when nothing is connected, such as `builtin:x4` for a model. */
  default?: unknown
  /** Takes any number of named references; `run` sees a record of values. */
  many?: boolean
  /** Only on `reduce` and `per-key` nodes: this input keeps its value per instance and is not a series (default false: a series). */
  single?: boolean
}

/** An output port in full. A bare port type name is short for `{ type: name }`. */
export interface OutputPort<T extends PortTypeName = PortTypeName> {
  type: T
  description?: string
  /** Only on `expand` nodes: the default name of the axis whose keys this output's entries have. */
  opens?: string
  /**
   * Only on `map` and `reduce` nodes, and on types without samples: the value goes into the record of whatever rests on it, so that a saved image
   * tells what was decided on the way. A record then waits for the node to run.
   */
  recorded?: true
  /** Only on numbers: what the number measures, so that scores, tables and reports carry the protocol with it. */
  metric?: MetricDescriptor | MetricOfInput
}

export type InputPorts = Readonly<Record<string, PortTypeName | InputPort>>
export type OutputPorts = Readonly<Record<string, PortTypeName | OutputPort>>

type TypeOf<P> = P extends PortTypeName ? P : P extends { type: infer T extends PortTypeName } ? T : never
type One<P> = PortValues[TypeOf<P>]
type Named<P, V> = P extends { many: true } ? Readonly<Record<string, V>> : V
type Optional<P, V> = P extends { optional: true } ? V | undefined : V

/** One member of a series, its value loaded on demand so that images are never all in memory. */
export interface SeriesMember<V> {
  /** Keys of the reduced axes, such as `{ photo: 'cat' }`. */
  readonly keys: Readonly<Record<string, string>>
  load(): Promise<V>
}

/** The members of a reduced input in axis order; can be iterated more than once. Missing members are left out and counted. */
export interface Series<V> extends AsyncIterable<SeriesMember<V>> {
  readonly length: number
  /** Members that failed or were skipped, when the pipeline says `missing: skip`. */
  readonly missing: number
  /** All values at once, for numbers and text. */
  values(): Promise<{ keys: Readonly<Record<string, string>>; value: V }[]>
}

type InputValue<K extends NodeKind, P> = K extends 'map' | 'expand'
  ? Optional<P, Named<P, One<P>>>
  : P extends { single: true }
    ? Optional<P, Named<P, One<P>>>
    : Optional<P, Named<P, Series<One<P>>>>

type OutputValue<K extends NodeKind, P> = K extends 'expand'
  ? P extends { opens: string }
    ? ReadonlyMap<string, One<P>>
    : One<P>
  : K extends 'per-key'
    ? ReadonlyMap<string, One<P>>
    : One<P>

/** What `run` receives for its inputs. */
export type InputValues<K extends NodeKind, I extends InputPorts> = { readonly [N in keyof I]: InputValue<K, I[N]> }
/** What `run` gives back: a value for each output. */
export type OutputValues<K extends NodeKind, O extends OutputPorts> = { [N in keyof O]: OutputValue<K, O[N]> }

/** What a node's `run` may use besides its inputs and parameters. There is no other way to the outside. */
export interface NodeContext {
  /** Starts from this instance's key. Throws unless the node type declares `random: true`. */
  readonly random: RandomStream
  /** Makes an image in pooled memory, of zeros unless the shape says otherwise. Images given out of `run` must come from here or from the inputs. */
  createImage(shape: ImageShape): Image
  /** Opens a model, converting a checkpoint when needed. Sessions are kept and shared by this thread's nodes. */
  openModel(model: Model, options?: OpenModelOptions): Promise<ModelRunner>
  /** Throws `E_CANCELLED` if the run has been cancelled; call between steps of long work. */
  throwIfCancelled(): void
  /** Tells how far this node is, 0..1. */
  progress(fraction: number): void
  /** Says something to the user once per distinct text. */
  warn(message: string): void
}

export interface OpenModelOptions {
  /** Execution provider of onnxruntime. Default: the run's provider, `cpu`. */
  provider?: string
}

/** A value of an example: an image made by code, or a literal. */
export type ExampleValue = ExampleImage | { value: unknown }

/** A synthetic image: `pattern` at this size. */
export interface ExampleImage {
  pattern: 'flat' | 'gradient' | 'step' | 'impulse' | 'checkerboard' | 'noise' | 'photo'
  width?: number
  height?: number
  channels?: 1 | 3
  alpha?: boolean
  /** Added to every sample. */
  offset?: number
}

/** What an example's output must be. Numbers compare within `tolerance` (default 1e-6). */
export interface ExampleExpectation {
  value?: unknown
  tolerance?: number
  width?: number
  height?: number
  /** Samples `[channel, y, x, value]`. */
  samples?: readonly (readonly [channel: number, y: number, x: number, value: number])[]
  /** Mean over all samples. */
  mean?: number
  /** Standard deviation over all samples. */
  std?: number
}

/** An example of a node type: shown in the reference, run by the conformance kit. */
export interface NodeExample {
  title: string
  /** By port: a value; a list where the port takes a series (over the axis `item`, keys `0`, `1` ...); by name where it takes many. */
  in?: Readonly<
    Record<
      string,
      ExampleValue | readonly ExampleValue[] | Readonly<Record<string, ExampleValue | readonly ExampleValue[]>>
    >
  >
  with?: Readonly<Record<string, unknown>>
  expect?: Readonly<Record<string, ExampleExpectation>>
}

/** Size of an image input. */
export interface InputSize {
  width: number
  height: number
  /** Colour planes, and the alpha plane if there is one. */
  channels: number
}

/** What a node type does not support; the conformance kit checks that it then refuses with a clear error. */
export interface Limits {
  gray?: false
  alpha?: false
  /** Smallest width and height in pixels. Default 1. */
  minSize?: number
}

/** A node type. Make one with `defineNode`, which infers the types. */
export interface NodeDefinition<
  K extends NodeKind = NodeKind,
  P extends TSchema = TSchema,
  I extends InputPorts = InputPorts,
  O extends OutputPorts = OutputPorts,
> {
  /** `family/name`, lower case with hyphens. */
  name: string
  title: string
  description: string
  /** Default `map`. */
  kind?: K
  /** JSON Schema of an object; defaults, units (`x-unit`) and descriptions included. Default: no parameters. */
  params?: P
  /** The first input is the default one. */
  inputs?: I
  /** The first output is the default one. */
  outputs: O
  /** `worker` (default) or `inline`: on the main thread, for work under a millisecond without images or models. */
  runs?: 'worker' | 'inline'
  /** Whether `run` uses `context.random`. */
  random?: true
  /** Whether results are worth keeping on disk. Default: true for `worker`, false for `inline`. */
  cache?: boolean
  /** For local image operations: how far in pixels an input pixel reaches; tiles with this halo equal the whole. */
  halo?: (params: Static<P>) => number
  /** Peak bytes that `run` needs beyond its inputs. Default: three times its image inputs. */
  memory?: (inputs: Readonly<Record<string, InputSize>>, params: Static<P>) => number | Promise<number>
  limits?: Limits
  examples?: readonly NodeExample[]
  run(
    inputs: InputValues<K, I>,
    params: Static<P>,
    context: NodeContext,
  ): OutputValues<K, O> | Promise<OutputValues<K, O>>
}

/** A node type whose parameter and port types have been forgotten, as registries and executors hold it. */
export interface AnyNodeDefinition extends Omit<NodeDefinition, 'run' | 'halo' | 'memory' | 'params' | 'inputs'> {
  params?: TSchema
  inputs?: InputPorts
  halo?: (params: never) => number
  memory?: (inputs: Readonly<Record<string, InputSize>>, params: never) => number | Promise<number>
  run(inputs: never, params: never, context: NodeContext): Record<string, unknown> | Promise<Record<string, unknown>>
}

/**
 * Declares a node type. Types of `inputs`, `params` and the result of `run` follow from the declaration.
 *
 * ```ts
 * export const invert = defineNode({
 *   name: 'mine/invert', title: 'Invert', description: 'Turns light into dark.',
 *   inputs: { image: 'image' }, outputs: { image: 'image' }, params: Type.Object({}),
 *   run({ image }, _params, context) {
 *     const out = context.createImage({ ...image, alpha: image.alpha !== null })
 *     for (let i = 0; i < out.data.length; i++) out.data[i] = 1 - image.data[i]!
 *     return { image: out }
 *   },
 * })
 * ```
 */
export function defineNode<
  const I extends InputPorts,
  const O extends OutputPorts,
  P extends TSchema = TSchema,
  const K extends NodeKind = 'map',
>(definition: NodeDefinition<K, P, I, O>): NodeDefinition<K, P, I, O> {
  return definition
}
