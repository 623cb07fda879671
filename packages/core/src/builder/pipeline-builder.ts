import type { Static, TSchema } from 'typebox'
import type {
  InputDeclaration,
  NodeModifiers,
  OutputDeclaration,
  PipelineDocument,
  RandomDeclaration,
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
    return new Ref(`${this.reference}[${axis}: ${String(key)}]`)
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

type Connections<I extends InputPorts> = {
  [N in keyof I as IsOptional<I[N]> extends true ? never : N]: ConnectionOf<I[N]>
} & { [N in keyof I as IsOptional<I[N]> extends true ? N : never]?: ConnectionOf<I[N]> }

type ConnectionOf<P> = P extends { many: true } ? Readonly<Record<string, Ref<TypeOf<P>>>> : Ref<TypeOf<P>>

type PortLiterals<I extends InputPorts> = {
  [N in keyof I as TypeOf<I[N]> extends 'image' | 'table' | 'record' ? never : N]?: string | number | boolean | object
}

/** What a node may say besides its connections and parameters. */
export interface NodeOptions extends Omit<NodeModifiers, 'random'> {
  over?: string | string[]
  keep?: string | string[]
  by?: Ref
  as?: string
  missing?: 'fail' | 'skip'
  opens?: string
  random?: RandomDeclaration
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
    keys: readonly unknown[] | { count: number } | Readonly<Record<string, unknown>>,
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
    options: { default?: Ref<T>; min_confidence?: Value } = {},
  ): Ref<T> {
    this.document.nodes[name] = {
      select: {
        by: by.reference,
        cases: references(cases),
        ...(options.default === undefined ? {} : { default: options.default.reference }),
        ...(options.min_confidence === undefined ? {} : { min_confidence: options.min_confidence }),
      },
    }
    return new Ref(name)
  }

  /** Joins values into an axis. */
  stack<T extends PortTypeName>(name: string, axis: string, entries: Readonly<Record<string, Ref<T>>>): Ref<T> {
    this.document.nodes[name] = { stack: references(entries), axis }
    return new Ref(name)
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

  private put(name: string, use: string, { in: connections, with: params, by, ...options }: NodeSettings): void {
    const values = Object.entries(connections ?? {}).filter(
      (entry): entry is [string, Ref | Readonly<Record<string, Ref>>] => entry[1] !== undefined,
    )
    this.document.nodes[name] = {
      use,
      ...(values.length === 0
        ? {}
        : {
            in: Object.fromEntries(
              values.map(([port, value]) => [port, value instanceof Ref ? value.reference : references(value)]),
            ),
          }),
      ...(params === undefined ? {} : { with: withReferences(params) as Record<string, unknown> }),
      ...(by === undefined ? {} : { by: by.reference }),
      ...options,
    }
  }
}

/** Connections and parameters of a node whose types are not known. */
export interface NodeSettings extends NodeOptions {
  in?: Readonly<Record<string, Ref | Readonly<Record<string, Ref>> | undefined>>
  with?: Readonly<Record<string, unknown>>
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
