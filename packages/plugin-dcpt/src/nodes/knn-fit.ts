import { type Cell, defineNode, KintsugiError, type Table, Type } from '@kintsugi/core'
import { matcher } from '../features/layers.js'
import { LOGARITHM_FLOOR, type Statistic } from '../features/pool.js'
import { featureOrigin, readCodec, readEntry } from '../features/vector.js'
import { fitKnn, type LabelledItem } from '../knn/fit.js'
import { knnModel } from '../knn/knn-maker.js'

/** `dcpt/knn-fit`: a classifier by nearest neighbours from features and labels. */
export const knnFit = defineNode({
  name: 'dcpt/knn-fit',
  title: 'Fit nearest neighbours',
  description:
    'Makes a classifier of labelled feature vectors: the class of most of the `k` nearest (Euclidean distance, uniform vote), as in the preliminary study of DCPT (Hu et al. 2025; `knn.py` of ' +
    'MILab-PKU/dcpt has k = 5). Entries are normalised by the mean and deviation of the items. Equal distances count in the order of the items, equal votes for the first class in code-point order. `accuracy` and `confusion` are by ' +
    'leave-one-out, each item classified by all others; with `projection`, which learns from all labels, tenths of the items in their order are held out of projection and neighbours in turn. With `model`, the network that the features are of, the result classifies images (dcpt/classify) as well as vectors (dcpt/knn); without, vectors alone. ' +
    'Saved as `.onnx`, it is a model file, whose metadata tells layers, items, k and accuracy.',
  kind: 'reduce',
  params: Type.Object(
    {
      k: Type.Array(Type.Integer({ minimum: 1, maximum: 1000, description: 'A number of neighbours.' }), {
        default: [1, 3, 5, 7, 9],
        minItems: 1,
        description: 'Numbers of neighbours to choose from by `accuracy`; of equally good ones the smallest.',
      }),
      normalise: Type.Boolean({
        default: true,
        description:
          'Makes mean and deviation of every entry 0 and 1 over the items. The study of DCPT takes features as they are.',
      }),
      logarithm: Type.Boolean({
        default: true,
        description: `Takes the logarithm of deviations (entries \`LAYER.std.CHANNEL\`, plus ${LOGARITHM_FLOOR}) first, since strengths of degradations range over magnitudes.`,
      }),
      projection: Type.Enum(['none', 'discriminant'], {
        default: 'none',
        description:
          '`none`: neighbours by all entries, as the study. `discriminant`: by the directions of linear discriminant analysis, one fewer than the classes, in which kinds differ most against the spread within them; features of many images then make a small and far better classifier.',
      }),
      layers: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          description:
            'Takes the entries of these layers alone, `*` for any characters: several classifiers by layer come from features that are computed once. Default: all entries.',
        }),
      ),
      licence: Type.Optional(Type.String({ minLength: 1, description: 'Licence of the result, for its metadata.' })),
      training: Type.Optional(
        Type.String({ minLength: 1, description: 'What it was fitted on, for the metadata of the result.' }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    features: { type: 'vector', description: 'Feature vectors of one codec, as dcpt/features gives.' },
    truth: { type: 'label', description: 'The class of each item, over the same axes or some of them.' },
    model: { type: 'model', optional: true, single: true, description: 'The network that the features are of.' },
  },
  outputs: {
    model: { type: 'model', description: 'The classifier.' },
    accuracy: { type: 'number', description: 'Share of the items that the others classify rightly, 0..1.' },
    k: { type: 'number', description: 'The number of neighbours that was chosen.' },
    confusion: {
      type: 'table',
      description: 'Counts: a row for each true class, a column for each predicted one.',
    },
  },
  examples: [
    {
      title: 'Two groups apart, and one item among the others',
      in: {
        features: [0, 1, 2, 10, 11, 12, 1.5].map((value) => ({
          value: { codec: 'demo/1@1', names: ['x'], values: [value] },
        })),
        truth: ['near', 'near', 'near', 'far', 'far', 'far', 'far'].map((value) => ({ value })),
      },
      with: { k: [1] },
      expect: {
        accuracy: { value: 4 / 7 },
        k: { value: 1 },
        confusion: {
          value: {
            columns: ['truth', 'far', 'near'],
            rows: [
              ['far', 3, 1],
              ['near', 2, 1],
            ],
          },
        },
      },
    },
  ],
  async run(
    { features, truth, model },
    { k: ks, normalise, logarithm, projection, layers, licence, training },
    context,
  ) {
    const vectors = await features.values()
    const labels = await truth.values()
    // Labels may have fewer axes than the features, such as that of the kinds alone.
    const axes = Object.keys(labels[0]?.keys ?? {}).sort()
    const text = (keys: Readonly<Record<string, string>>) => JSON.stringify(axes.map((axis) => keys[axis]))
    const labelOf = new Map(labels.map(({ keys, value }) => [text(keys), value.label]))
    const pairs = vectors.flatMap(({ keys, value }) => {
      const label = labelOf.get(text(keys))
      return label === undefined ? [] : [{ vector: value, label }]
    })
    const classes = [...new Set(pairs.map(({ label }) => label))].sort()
    if (classes.length < 2) {
      throw new KintsugiError('E_DCPT_GROUPS', {
        message: 'dcpt/knn-fit has too few classes to tell apart.',
        expected: 'items of at least two classes',
        found: classes.length === 0 ? 'no item with a label' : `${pairs.length} items, all "${classes[0]!}"`,
        fix: 'Give features and labels over the same axes, with items of every class.',
      })
    }
    const { codec, names: given } = pairs[0]!.vector
    for (const { vector } of pairs) {
      if (vector.codec === codec && vector.names.length === given.length) continue
      throw new KintsugiError('E_DCPT_FEATURES', {
        message: 'dcpt/knn-fit has features that cannot be compared.',
        expected: `${given.length} numbers of ${codec}, as the first item has`,
        found: `${vector.names.length} numbers of ${vector.codec}`,
        fix: 'Take all features from one network, with the same layers and crop.',
      })
    }
    context.throwIfCancelled()
    const taken = entriesOf(given, layers)
    const names = taken.map((entry) => given[entry]!)
    const logarithmic = names.map((name) => logarithm && readEntry(name)?.statistic === 'std')
    const items = pairs.map(
      ({ vector, label }): LabelledItem => ({
        values: taken.map((entry, i) => {
          const value = vector.values[entry]!
          return logarithmic[i]! ? Math.log(value + LOGARITHM_FLOOR) : value
        }),
        label: classes.indexOf(label),
      }),
    )
    const projects = projection === 'discriminant'
    const step = () => context.throwIfCancelled()
    const fit = fitKnn(items, { classes: classes.length, ks, normalises: normalise, projects, step })
    const { confusion, ...knn } = fit
    const hooks = model === undefined ? { layers: [], statistics: [] } : hooksOf(names, codec, model)
    const described = {
      ...knn,
      classes,
      ...hooks,
      logarithmic,
      validation: projects ? 'tenths held out' : 'leave-one-out',
      codec,
      ...(licence !== undefined && { licence }),
      ...(training !== undefined && { training }),
    }
    return {
      model: knnModel(described, model),
      accuracy: fit.accuracy,
      k: fit.k,
      confusion: tableOf(classes, confusion),
    }
  },
})

/** Places of the entries of layers, all without `layers`. Throws `E_DCPT_LAYER` if a layer is not among the features. */
function entriesOf(names: readonly string[], layers: readonly string[] | undefined): number[] {
  const all = names.map((_, i) => i)
  if (layers === undefined) return all
  const layerOf = names.map((name) => readEntry(name)?.layer ?? '')
  const wanted = layers.map((layer) => ({ layer, matches: matcher(layer) }))
  const unknown = wanted.find(({ matches }) => !layerOf.some(matches))
  if (unknown === undefined) return all.filter((i) => wanted.some(({ matches }) => matches(layerOf[i]!)))
  throw new KintsugiError('E_DCPT_LAYER', {
    message: `The features of dcpt/knn-fit have no layer "${unknown.layer}".`,
    expected: `one of ${[...new Set(layerOf)].join(', ')}`,
    found: unknown.layer,
    fix: 'Name it under `layers` of dcpt/features as well.',
  })
}

/** The layers and statistics that features are of, if they are of this network. */
function hooksOf(
  names: readonly string[],
  codec: string,
  model: { readonly name: string; readonly hash: string },
): { layers: string[]; statistics: Statistic[] } {
  const entries = names.map(readEntry)
  const origin = readCodec(codec)
  if (origin?.network === featureOrigin(model.hash, 0).network && entries.every((entry) => entry !== undefined)) {
    return {
      layers: [...new Set(entries.map(({ layer }) => layer))],
      statistics: [...new Set(entries.map(({ statistic }) => statistic))],
    }
  }
  throw new KintsugiError('E_DCPT_FEATURES', {
    message: `The features of dcpt/knn-fit are not those of ${model.name}.`,
    expected: `features that dcpt/features gives of it (network ${featureOrigin(model.hash, 0).network})`,
    found: codec,
    fix: 'Give both nodes the same model, or leave the port "model" out to classify vectors alone.',
  })
}

function tableOf(classes: readonly string[], confusion: readonly (readonly number[])[]): Table {
  return { columns: ['truth', ...classes], rows: confusion.map((row, i): Cell[] => [classes[i]!, ...row]) }
}
