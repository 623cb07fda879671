import { KintsugiError, type MadeModel, type Model, type ModelMaker, makeModel } from '@kintsugi/core'
import {
  decodeModel,
  encodeModel,
  type ModelFacts,
  type ModelProto,
  readPartialFacts,
  subgraph,
  writeFacts,
} from '@kintsugi/core/onnx'
import { GraphBuilder, type Value } from '@kintsugi/nn'
import { trunkFacts } from '../features/feature-maker.js'
import { putHead } from '../features/graph-head.js'
import { findLayers } from '../features/layers.js'
import { LOGARITHM_FLOOR, pool, type Statistic } from '../features/pool.js'
import type { KnnFit } from './fit.js'
import { decodeFloats, encodeFloats } from './floats.js'

/** A fitted classifier and what it was fitted on. */
export interface KnnDescription extends KnnFit {
  readonly classes: readonly string[]
  /** Layers of the backbone whose pooled features it reads, in their order; empty without a backbone. */
  readonly layers: readonly string[]
  /** What is taken of each channel. */
  readonly statistics: readonly Statistic[]
  /** Entries whose logarithm is taken before they are normalised. */
  readonly logarithmic: readonly boolean[]
  readonly codec: string
  /** Share of items that others classify rightly, 0..1, and how that was found. */
  readonly accuracy: number
  readonly validation: string
  readonly licence?: string
  readonly training?: string
}

/** What a recipe of this maker says: the description as JSON, lists of numbers as base64 of little-endian float32. */
type KnnParams = Omit<KnnDescription, Floats> & { readonly [name in Floats]: string }
type Floats = 'offset' | 'factor' | 'matrix' | 'points'

const MAKER = 'dcpt/knn@1'
const HEAD_MAKER = 'dcpt/knn-head@1'

/** The value in a graph that holds the features, and the outputs. */
export const FEATURES = 'features'
export const LOGITS = 'logits'

/** Probabilities below this count as this, since logits are logarithms. */
const LEAST_PROBABILITY = 1e-9

/** A classifier by nearest neighbours as a model: of images with a backbone, of vectors of features without. */
export function knnModel(description: KnnDescription, backbone?: Model): MadeModel {
  const { offset, factor, matrix, points, ...rest } = description
  const params: KnnParams = {
    ...rest,
    offset: encodeFloats(offset),
    factor: encodeFloats(factor),
    matrix: encodeFloats(matrix),
    points: encodeFloats(points),
  }
  const on = backbone === undefined ? '' : ` on ${backbone.name}`
  const name = `${description.k} nearest of ${description.labels.length}${on}`
  return makeModel(name, { maker: MAKER, members: backbone === undefined ? [] : [backbone], params })
}

/** The part of a classifier by nearest neighbours that reads `features`. */
export function knnHead(model: Model): MadeModel {
  return makeModel(model.name, { maker: HEAD_MAKER, members: [model], params: {} })
}

/**
 * Builds the graph: `logits` are logarithms of the share of the k nearest items in each class, so that softmax gives the shares back;
 * `features` are what it reads. The number in its name changes with what it makes.
 */
export const knnMaker: ModelMaker = {
  name: MAKER,
  async make(members, params, name) {
    const { offset, factor, matrix, points, ...rest } = params as KnnParams
    const knn: KnnDescription = {
      ...rest,
      offset: decodeFloats(offset),
      factor: decodeFloats(factor),
      matrix: decodeFloats(matrix),
      points: decodeFloats(points),
    }
    const [backbone] = members
    let model: ModelProto
    let facts: ModelFacts
    if (backbone === undefined) {
      const g = new GraphBuilder('nearest neighbours')
      head(g, g.input(FEATURES, [knn.offset.length]), knn)
      model = g.model()
      facts = trunkFacts({ channels: { input: 1, output: 1 } })
    } else {
      const source = decodeModel(await backbone.onnx(), backbone.name)
      const values = findLayers(source, knn.layers, backbone.name).map(({ value }) => value)
      model = putHead(source, values, backbone.name, (g, hooked) => {
        const lists = hooked.flatMap((value) => pool(g, value, knn.statistics))
        const features = g.node('Concat', lists, { axis: 0 })
        head(g, features, knn)
        g.output(FEATURES, features, [knn.offset.length])
      })
      facts = trunkFacts(readPartialFacts(source, backbone.name))
    }
    const described: ModelFacts = {
      ...facts,
      architecture: 'nearest neighbours',
      hyperParameters: {
        k: knn.k,
        items: knn.labels.length,
        directions: knn.points.length / knn.labels.length,
        accuracy: knn.accuracy,
        validation: knn.validation,
        codec: knn.codec,
        layers: knn.layers.join(' '),
      },
      output: 'classes',
      classes: { output: LOGITS, count: knn.classes.length, names: knn.classes },
      source: name,
      ...(knn.licence !== undefined && { licence: knn.licence }),
      ...(knn.training !== undefined && { training: knn.training }),
    }
    const finished = { ...model, metadataProps: [] }
    writeFacts(finished, described)
    return { onnx: encodeModel(finished), facts: described }
  },
}

/** Cuts a classifier by nearest neighbours off its backbone. */
export const knnHeadMaker: ModelMaker = {
  name: HEAD_MAKER,
  async make([member], _params, name) {
    if (member === undefined) throw new KintsugiError('E_DCPT_MODEL', { message: 'A recipe of a head has no network.' })
    const source = decodeModel(await member.onnx(), member.name)
    const facts = readPartialFacts(source, member.name) as ModelFacts
    if (facts.architecture !== 'nearest neighbours') {
      throw new KintsugiError('E_DCPT_MODEL', {
        message: `${member.name} does not classify vectors of features.`,
        expected: 'a model made by dcpt/knn-fit, or builtin:kinds',
        found: facts.architecture ?? 'a network without facts',
        fix: 'Fit one with dcpt/knn-fit; networks with a classifier of images go into dcpt/classify.',
      })
    }
    const model = { ...subgraph(source, { feeds: [FEATURES], outputs: [LOGITS] }), metadataProps: [] }
    writeFacts(model, { ...facts, source: name })
    return { onnx: encodeModel(model), facts }
  },
}

function head(g: GraphBuilder, features: Value, knn: KnnDescription): void {
  const { k, labels, classes, matrix, points, logarithmic } = knn
  const size = knn.offset.length
  const constant = (data: Float32Array, shape: readonly number[]) => g.constant(data, shape)
  const entries = (numbers: Iterable<number>) => constant(Float32Array.from(numbers), [size])
  // Other entries are 0 below the logarithm, so that none is taken of a negative number, and added as they are.
  const mask = entries(logarithmic.map(Number))
  const rest = entries(logarithmic.map((one) => Number(!one)))
  const magnitudes = g.node('Add', [g.node('Mul', [features, mask]), g.scalar(LOGARITHM_FLOOR)])
  const logarithms = g.node('Mul', [g.node('Log', [magnitudes]), mask])
  const taken = logarithmic.some(Boolean) ? g.node('Add', [g.node('Mul', [features, rest]), logarithms]) : features
  const shifted = g.node('Sub', [taken, constant(knn.offset, [size])])
  const normalised = g.node('Mul', [shifted, constant(knn.factor, [size])])
  const directions = points.length / labels.length
  const point = matrix.length === 0 ? normalised : g.node('MatMul', [normalised, constant(matrix, [size, directions])])
  const differences = g.node('Sub', [constant(points, [labels.length, directions]), point])
  const squares = g.node('Mul', [differences, differences])
  const distances = g.node('ReduceSum', [squares, g.integers([1])], { keepdims: 0 })
  const [, nearest] = g.nodes('TopK', [distances, g.integers([k])], 2, { axis: 0, largest: 0 })
  const memberships = new Float32Array(labels.length * classes.length)
  for (const [i, label] of labels.entries()) memberships[i * classes.length + label] = 1
  const votes = g.node('Gather', [constant(memberships, [labels.length, classes.length]), nearest!], { axis: 0 })
  const shares = g.node('Div', [g.node('ReduceSum', [votes, g.integers([0])], { keepdims: 1 }), g.scalar(k)])
  const logits = g.node('Log', [g.node('Max', [shares, g.scalar(LEAST_PROBABILITY)])])
  g.output(LOGITS, logits, [1, classes.length])
}
