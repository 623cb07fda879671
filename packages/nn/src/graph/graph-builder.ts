import { KintsugiError } from '@kintsugi/core/errors'
import {
  create,
  type ModelProto,
  ModelProtoSchema,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from '@kintsugi/core/onnx'
import { type AttributeValue, attribute, initializer, node, valueInfo } from './protos.js'

/** A tensor in a graph under construction. Each graph has its own. */
export interface Value {
  readonly name: string
}

/** A dimension: a size, or a name for one that is free at run time. Equal names mean equal sizes. */
export type Dimension = number | string

/** ONNX operator set and file version of built graphs; onnxruntime 1.30 reads sets 13 to 26 and versions 7 to 13. */
const OPSET = 17n
const IR_VERSION = 8n

class GraphValue implements Value {
  constructor(
    public name: string,
    readonly graph: GraphBuilder,
    readonly origin: 'input' | 'constant' | 'node',
  ) {}
}

/**
 * Builds an ONNX graph node by node, in order. Images are float32, batch x channels x rows x columns, of any batch, height and
 * width. Numbers given as typed arrays are referred to, not copied. Throws `E_GRAPH` for values of another graph and for names
 * used twice.
 */
export class GraphBuilder {
  readonly #nodes: {
    opType: string
    inputs: (GraphValue | undefined)[]
    outputs: GraphValue[]
    attributes: [string, AttributeValue][]
    name: string
  }[] = []
  readonly #initializers: TensorProto[] = []
  readonly #inputs: ValueInfoProto[] = []
  readonly #outputs: ValueInfoProto[] = []
  readonly #names = new Set<string>()
  readonly #scalars = new Map<number, Value>()
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  /** A float32 input. Weights that change from run to run are inputs too: onnxruntime ignores overridden initializers. */
  input(name: string, shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, shape))
    return this.#value(name, 'input')
  }

  /** A float32 image input of free batch, height and width. */
  image(name: string, channels: number): Value {
    return this.input(name, ['batch', channels, 'height', 'width'])
  }

  /** A constant float32 or int64 tensor. */
  constant(data: Float32Array | BigInt64Array, shape: readonly number[], name?: string): Value {
    const value = this.#value(name ?? this.#free('constant'), 'constant')
    this.#initializers.push(initializer(value.name, data, shape))
    return value
  }

  /** A constant float32 number, the same value for the same number. */
  scalar(number: number): Value {
    const known = this.#scalars.get(number)
    if (known !== undefined) return known
    const value = this.constant(Float32Array.of(number), [])
    this.#scalars.set(number, value)
    return value
  }

  /** A constant list of int64, for the shapes, axes and sizes that operators take as inputs. */
  integers(numbers: readonly number[]): Value {
    return this.constant(BigInt64Array.from(numbers, BigInt), [numbers.length])
  }

  /** Adds any operator of one output; an input left out is undefined. Integers and lists of them are int attributes. */
  node(
    opType: string,
    inputs: readonly (Value | undefined)[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    name?: string,
  ): Value {
    return this.nodes(opType, inputs, 1, attributes, name)[0]!
  }

  /** Adds any operator of several outputs. */
  nodes(
    opType: string,
    inputs: readonly (Value | undefined)[],
    outputs: number,
    attributes: Readonly<Record<string, AttributeValue>> = {},
    name?: string,
  ): Value[] {
    const checked = inputs.map((input) => (input === undefined ? undefined : this.#own(input)))
    const given = name ?? this.#free(opType)
    const values = Array.from({ length: outputs }, (_, i) =>
      this.#value(outputs === 1 ? `${given}:0` : `${given}:${i}`, 'node'),
    )
    this.#nodes.push({ opType, inputs: checked, outputs: values, attributes: Object.entries(attributes), name: given })
    return values
  }

  /** Names a value as an output of the graph. */
  output(name: string, value: Value, shape: readonly Dimension[]): void {
    const own = this.#own(value)
    const taken = this.#outputs.some((output) => output.name === own.name)
    const output = own.origin === 'node' && !taken ? own : this.#own(this.node('Identity', [value]))
    this.#claim(name)
    output.name = name
    this.#outputs.push(valueInfo(name, shape))
  }

  /** The finished model. */
  model(): ModelProto {
    if (this.#outputs.length === 0) throw graphError('an output', 'a graph without one')
    return create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      opsetImport: [{ domain: '', version: OPSET }],
      producerName: 'kintsugi',
      graph: {
        name: this.#name,
        node: this.#nodes.map((added): NodeProto => {
          const names = {
            inputs: added.inputs.map((input) => input?.name ?? ''),
            outputs: added.outputs.map((output) => output.name),
          }
          return node(
            added.opType,
            names,
            added.attributes.map(([key, value]) => attribute(key, value)),
            added.name,
          )
        }),
        initializer: this.#initializers,
        input: this.#inputs,
        output: this.#outputs,
      },
    })
  }

  #value(name: string, origin: GraphValue['origin']): GraphValue {
    this.#claim(name)
    return new GraphValue(name, this, origin)
  }

  #own(value: Value): GraphValue {
    if (value instanceof GraphValue && value.graph === this) return value
    throw graphError('a value of this graph', `${value.name}, which is of another one`)
  }

  #claim(name: string): void {
    if (name === '' || this.#names.has(name)) throw graphError('names that are used once', `'${name}' twice`)
    this.#names.add(name)
  }

  #free(stem: string): string {
    return `${stem}_${this.#names.size}`
  }
}

function graphError(expected: string, found: string): KintsugiError {
  return new KintsugiError('E_GRAPH', { message: 'The graph is put together wrongly.', expected, found })
}
