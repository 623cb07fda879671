import { KintsugiError, type Label, type TensorValue } from '@kintsugi/core'

/** The distribution over classes that softmax makes of logits, 1 x classes. Throws `E_MODEL_OUTPUT` if they are not finite. */
export function labelOf({ data }: TensorValue, names: readonly string[], model: string): Label {
  if (data.length !== names.length || !data.every(Number.isFinite)) {
    throw new KintsugiError('E_MODEL_OUTPUT', {
      message: `${model} gave no usable scores of classes.`,
      expected: `${names.length} finite numbers`,
      found: `${data.length} numbers${data.every(Number.isFinite) ? '' : ', not all finite'}`,
      fix: 'Check the model file and the image.',
    })
  }
  const largest = Math.max(...data)
  const weights = Array.from(data, (logit) => Math.exp(logit - largest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  const best = weights.indexOf(Math.max(...weights))
  const distribution = Object.fromEntries(names.map((name, i) => [name, weights[i]! / sum]))
  return { label: names[best]!, confidence: weights[best]! / sum, distribution }
}
