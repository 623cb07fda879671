import type { Static, TSchema } from 'typebox'
import type {
  ChooseNode,
  InputDeclaration,
  NodeModifiers,
  OutputDeclaration,
  PipelineDocument,
  ShuffleNode,
  StackNode,
  StepDeclaration,
  UseNode,
  Value,
} from '../document/types.js'
import type { InputPorts, NodeDefinition, NodeKind, OutputPorts } from '../plugin/node.js'
import type { PortTypeName } from '../plugin/values.js'

/** A value that a graph under construction refers to; `T` is its port type. */
export class Ref<T extends PortTypeName = PortTypeName> {
  declare readonly type: T
  constructor(readonly reference: string) {}

  /** The same value at one key of an axis. */
  at(axis: string, key: string | number): Ref<T> {
    const text = String(key)
    if (/^[^,\]"'\s]+$/.test(text)) return new Ref(`${this.reference}[${axis}: ${text}]`)
    const quote = text.includes('"') ? "'" : '"'
    return new Ref(`${this.reference}[${axis}: ${quote}${text}${quote}]`)
  }

  /** The lineage of the value instead of the value. */
  lineage(): Ref<'record'> {
    return new Ref(this.reference.replace(/^([^.[]+)(?:\.[^[]*)?/, '$1.$record'))
  }

  /** As a form, for parameters. */
  toForm(): { $from: string } {
    return { $from: this.reference }
  }
}

type TypeOf<P> = P extends PortTypeName ? P : P extends { type: infer T extends PortTypeName } ? T : never
type IsOptional<P> = P extends { optional: true } | { default: unknown } ? true : false

/** A node of a graph under construction: its outputs as references; itself stands for the first. */
export type NodeRef<O extends OutputPorts> = Ref<TypeOf<O[keyof O]>> & { readonly [N in keyof O]: Ref<TypeOf<O[N]>> }

/** A parameter: its value, or a value form at any depth. */
export type WithForms<T> =
  | T
  | FormValue
  | (T extends readonly (infer E)[]
      ? readonly WithForms<E>[]
      : T extends object
        ? { [K in keyof T]: WithForms<T[K]> }
        : never)

/** A value form as in a pipeline file, such as `{ $uniform: [1, 2] }`. */
export type FormValue = { readonly [K in `$${string}`]: unknown }

/** Ports that may be left out of `in`: optional ones, and those that a literal under `with` may fill. */
type MayBeLeftOut<P> = IsOptional<P> extends true ? true : TypeOf<P> extends WithoutLiteral ? false : true

type Connections<I extends InputPorts> = {
  [N in keyof I as MayBeLeftOut<I[N]> extends true ? never : N]: ConnectionOf<I[N]>
} & { [N in keyof I as MayBeLeftOut<I[N]> extends true ? N : never]?: ConnectionOf<I[N]> }

/** Port types whose values cannot be written as literals. */
type WithoutLiteral = 'image' | 'table' | 'record'

type ConnectionOf<P> = P extends { many: true } ? Readonly<Record<string, Ref<TypeOf<P>>>> : Ref<TypeOf<P>>

type PortLiterals<I extends InputPorts> = {
  [N in keyof I as TypeOf<I[N]> extends WithoutLiteral ? never : N]?: string | number | boolean | object
}

/** What a node may say besides its connections and parameters. */
export interface NodeOptions extends NodeModifiers {
  over?: string | string[]
  keep?: string | string[]
  by?: Ref
  as?: string
  missing?: 'fail' | 'skip'
  opens?: string
  /** For a nested pipeline whose inputs declare axes: its axis -> axis of this graph. */
  axes?: Record<string, string>
}

export interface PipelineHead {
  title?: string
  description?: string
  seed?: number
  plugins?: string[]
}

/**
 * Builds a pipeline in code. It makes the same document as a file; types of ports and parameters are checked as it is written.
 *
 * ```ts
 * const p = pipeline('soften', { seed: 7 })
 * const photo = p.input('photo', 'image', { each: 'images/*.png' })
 * const soft = p.add('soft', gaussianBlur, { in: { image: photo }, with: { sigma: { $uniform: [1, 3] } } })
 * p.output('soft', soft, { save: '{photo}.png' })
 * ```
 */
export class PipelineBuilder {
  private readonly document: PipelineDocument

  constructor(name: string, head: PipelineHead = {}) {
    this.document = { kintsugi: 1, name, ...head, nodes: {}, outputs: {} }
  }

  /** Declares a parameter by its JSON Schema; gives the form that stands for it. */
  param(name: string, schema: Record<string, unknown>): { $param: string } {
    this.document.params = { ...this.document.params, [name]: schema }
    return { $param: name }
  }

  /** Declares an axis; gives the form that stands for its value. */
  axis(
    name: string,
    keys: readonly unknown[] | { count: number | FormValue } | Readonly<Record<string, unknown>>,
  ): { $axis: string } {
    this.document.axes = { ...this.document.axes, [name]: keys }
    return { $axis: name }
  }

  /** Names a form that is drawn once and used in many places. */
  let(name: string, form: Value): { $let: string } {
    this.document.let = { ...this.document.let, [name]: form }
    return { $let: name }
  }

  /** Declares an input. */
  input<T extends PortTypeName>(name: string, type: T, options: Omit<InputDeclaration, 'type'> = {}): Ref<T> {
    this.document.inputs = { ...this.document.inputs, [name]: { type, ...options } }
    return new Ref(name)
  }

  /** Adds a node of a node type; its name, ports and parameters come from the definition. */
  add<K extends NodeKind, P extends TSchema, I extends InputPorts, O extends OutputPorts>(
    name: string,
    definition: Pick<NodeDefinition<K, P, I, O>, 'name' | 'params' | 'inputs' | 'outputs'>,
    settings: { in?: Connections<I>; with?: Partial<WithForms<Static<P>>> & PortLiterals<I> } & NodeOptions = {},
  ): NodeRef<O> {
    this.put(name, definition.name, settings)
    return nodeRef(name, Object.keys(definition.outputs)) as NodeRef<O>
  }

  /** Adds a node by the name of its type or the path of a pipeline file, its first output of type `T`. */
  use<T extends PortTypeName = 'image'>(
    name: string,
    use: string,
    settings: NodeSettings = {},
  ): Ref<T> & { port<U extends PortTypeName>(name: string): Ref<U> } {
    this.put(name, use, settings)
    return Object.assign(new Ref<T>(name), {
      port: <U extends PortTypeName>(port: string): Ref<U> => new Ref(`${name}.${port}`),
    })
  }

  /** Takes one of several values by a key. */
  select<T extends PortTypeName>(
    name: string,
    by: Ref<'label'> | Ref<'text'> | Ref<'number'> | Ref<'boolean'>,
    cases: Readonly<Record<string, Ref<T>>>,
    {
      default: otherwise,
      min_confidence,
      ...options
    }: { default?: Ref<T>; min_confidence?: Value } & NodeModifiers = {},
  ): Ref<T> {
    this.document.nodes[name] = {
      select: {
        by: by.reference,
        cases: references(cases),
        ...(otherwise === undefined ? {} : { default: otherwise.reference }),
        ...(min_confidence === undefined ? {} : { min_confidence: withReferences(min_confidence) }),
      },
      ...written(options),
    }
    return new Ref(name)
  }

  /** Joins values into an axis: references, or `{ literal }`s, whose type is told by `type` where all are literals. */
  stack<T extends PortTypeName>(
    name: string,
    axis: string,
    entries: Readonly<Record<string, Ref<T> | { literal: Value }>>,
    options: { type?: T } & NodeModifiers = {},
  ): Ref<T> {
    const stack = Object.entries(entries).map(([key, entry]) => [key, entry instanceof Ref ? entry.reference : entry])
    this.document.nodes[name] = { stack: Object.fromEntries(stack) as StackNode['stack'], axis, ...written(options) }
    return new Ref(name)
  }

  /** Draws one of several chains of steps; see `step`. An option without steps passes the input on. */
  choose<T extends PortTypeName = 'image'>(
    name: string,
    options: Readonly<Record<string, { weight?: Value; steps?: readonly StepDeclaration[] }>>,
    settings: { in?: Ref } & NodeModifiers = {},
  ): Ref<T> & { readonly choice: Ref<'label'> } {
    this.document.nodes[name] = { choose: withReferences(options) as ChooseNode['choose'], ...written(settings) }
    return Object.assign(new Ref<T>(name), { choice: new Ref<'label'>(`${name}.choice`) })
  }

  /** Runs steps in an order that is drawn; `before` has pairs of which the first comes first. */
  shuffle<T extends PortTypeName = 'image'>(
    name: string,
    steps: Readonly<Record<string, StepDeclaration>>,
    { before, ...settings }: { in: Ref<T>; before?: readonly (readonly [string, string])[] } & NodeModifiers,
  ): Ref<T> & { readonly order: Ref<'text'> } {
    const shuffle = { steps, ...(before === undefined ? {} : { before: before.map(([a, b]) => [a, b]) }) }
    this.document.nodes[name] = { shuffle: shuffle as ShuffleNode['shuffle'], ...written(settings) }
    return Object.assign(new Ref<T>(name), { order: new Ref<'text'>(`${name}.order`) })
  }

  /** Declares an output. */
  output(name: string, from: Ref, options: Omit<OutputDeclaration, 'from'> = {}): this {
    this.document.outputs[name] =
      Object.keys(options).length === 0 ? from.reference : { from: from.reference, ...options }
    return this
  }

  /** The document, as it would stand in a file. */
  toDocument(): PipelineDocument {
    return structuredClone(this.document)
  }

  private put(name: string, use: string, settings: NodeSettings): void {
    this.document.nodes[name] = nodeOf(use, settings)
  }
}

/** A node that runs a node type, as a file has it. */
function nodeOf(use: string, { in: connections, with: params, by, ...options }: NodeSettings): UseNode {
  const filled = Object.entries(connections ?? {}).filter(
    (entry): entry is [string, Ref | Readonly<Record<string, Ref>>] => entry[1] !== undefined,
  )
  const ports = filled.map(([port, value]) => [port, value instanceof Ref ? value.reference : references(value)])
  return {
    use,
    ...(ports.length === 0 ? {} : { in: Object.fromEntries(ports) as Record<string, string> }),
    ...(params === undefined ? {} : { with: withReferences(params) as Record<string, unknown> }),
    ...(by === undefined ? {} : { by: by.reference }),
    ...(withReferences(options) as NodeModifiers),
  }
}

/** What a structural node says besides what it is made of, as a file has it. */
function written({ in: input, ...options }: { in?: Ref } & NodeModifiers): { in?: string } & NodeModifiers {
  return { ...(input === undefined ? {} : { in: input.reference }), ...(withReferences(options) as NodeModifiers) }
}

/** Connections and parameters of a node whose types are not known. */
export interface NodeSettings extends NodeOptions {
  in?: Readonly<Record<string, Ref | Readonly<Record<string, Ref>> | undefined>>
  with?: Readonly<Record<string, unknown>>
}

/**
 * A step of `choose` or `shuffle`: a node whose first input is the step before it. Its name, ports and parameters come from the definition;
 * `in` connects the other ports.
 */
export function step<K extends NodeKind, P extends TSchema, I extends InputPorts, O extends OutputPorts>(
  definition: Pick<NodeDefinition<K, P, I, O>, 'name' | 'params' | 'inputs' | 'outputs'>,
  settings: {
    name?: string
    in?: Partial<Connections<I>>
    with?: Partial<WithForms<Static<P>>> & PortLiterals<I>
  } & NodeModifiers = {},
): StepDeclaration {
  const { name, ...rest } = settings as NodeSettings & { name?: string }
  return { ...(name === undefined ? {} : { name }), ...nodeOf(definition.name, rest) }
}

/** Starts a pipeline. */
export function pipeline(name: string, head: PipelineHead = {}): PipelineBuilder {
  return new PipelineBuilder(name, head)
}

function nodeRef(name: string, ports: readonly string[]): Ref {
  const ref = new Ref(name)
  return Object.assign(
    ref,
    Object.fromEntries(ports.filter((port) => !(port in ref)).map((port) => [port, new Ref(`${name}.${port}`)])),
  )
}

function references(values: Readonly<Record<string, Ref>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, ref]) => [key, ref.reference]))
}

/** Parameters in which references become `$from` forms. */
function withReferences(value: unknown): unknown {
  if (value instanceof Ref) return value.toForm()
  if (Array.isArray(value)) return value.map(withReferences)
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withReferences(inner)]))
  return value
}
