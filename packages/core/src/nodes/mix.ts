import { Type } from 'typebox'
import { KintsugiError } from '../errors/error.js'
import { makeModel } from '../models/recipe.js'
import { defineNode } from '../plugin/node.js'
import type { MadeModel, Model } from '../plugin/values.js'

/** The maker that mixes weights. The core knows no network; plugins that run networks bring it from `@kintsugi/nn`. */
const MAKER = 'nn/mix@1'

/** One member of a mixture. */
export interface MixtureTerm {
  model: Model
  /** Any finite number. */
  coefficient: number
}

/**
 * The model whose weights are theta = sum of a_k theta_k: a value that is mixed where it is first opened. `only` are prefixes of the
 * names of the tensors that are mixed; those of other names come from the first member. Throws `E_PARAM` without terms.
 */
export function mixture(terms: readonly MixtureTerm[], only?: readonly string[]): MadeModel {
  if (terms.length === 0) {
    throw new KintsugiError('E_PARAM', {
      message: 'A mixture of no models is no model.',
      expected: 'at least one model',
      fix: 'Fill the port "models".',
    })
  }
  const name = terms.map(({ coefficient, model }) => `${coefficient} ${shortName(model)}`).join(' + ')
  const params = { coefficients: terms.map(({ coefficient }) => coefficient), ...(only !== undefined && { only }) }
  return makeModel(name, { maker: MAKER, members: terms.map(({ model }) => model), params })
}

function shortName(model: Model): string {
  return 'recipe' in model
    ? `(${model.name})`
    : model.name.slice(Math.max(...['/', '\\'].map((c) => model.name.lastIndexOf(c))) + 1)
}

const exampleModels = {
  faithful: { value: { name: 'psnr.pth', path: '/psnr.pth', hash: 'a'.repeat(64) } },
  vivid: { value: { name: 'gan.pth', path: '/gan.pth', hash: 'b'.repeat(64) } },
}

/** `model/mix`: weights as a sum of those of several models. */
export const mix = defineNode({
  name: 'model/mix',
  title: 'Mix models',
  description:
    'Gives the network whose weights are theta = sum of a_k theta_k, tensor by tensor, over models of one architecture: network interpolation of ESRGAN ' +
    '(Wang et al. 2018, equation 4), the denoising strength of Real-ESRGAN, and any other sum of weights. Coefficients are any real numbers and need not ' +
    'add up to 1. Sums are formed in double precision and rounded once. Checkpoints are mixed by the names of their tensors, ONNX files by those of their ' +
    'initializers; integers, which count things, must be equal. The models are read where the mixture is first used, which is when weights that do not fit each other are told of.',
  params: Type.Object(
    {
      coefficients: Type.Record(Type.String(), Type.Number({ description: 'The coefficient of one model.' }), {
        description: 'The coefficient a_k of each model, under the name that it has in `models`. Any real number.',
      }),
      only: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          description:
            'Starts of the names of the tensors to mix, such as `body.`. The remaining tensors are those of the first model. Default: all are mixed.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: { models: { type: 'model', many: true, description: 'The models, each under a name.' } },
  outputs: { model: { type: 'model', description: 'The mixture. Saved as `.onnx`, it is a model file.' } },
  runs: 'inline',
  examples: [
    {
      title: 'Seven tenths of one network and three tenths of another',
      in: { models: exampleModels },
      with: { coefficients: { faithful: 0.7, vivid: 0.3 } },
      expect: {},
    },
    {
      title: 'Twice what the body of one network differs from that of another, added to the first',
      in: { models: exampleModels },
      with: { coefficients: { faithful: -1, vivid: 2 }, only: ['body.'] },
      expect: {},
    },
  ],
  run({ models }, { coefficients, only }) {
    const names = Object.keys(models)
    const missing = names.find((name) => coefficients[name] === undefined)
    const unknown = Object.keys(coefficients).find((name) => !names.includes(name))
    if (missing !== undefined || unknown !== undefined) {
      throw new KintsugiError('E_PARAM', {
        message:
          missing === undefined
            ? `model/mix has a coefficient for "${unknown}", but no such model.`
            : `model/mix has no coefficient for the model "${missing}".`,
        expected: `a coefficient for each of ${names.join(', ')}`,
        found: Object.keys(coefficients).join(', ') || 'none',
        fix: 'Give models and coefficients the same names.',
      })
    }
    const terms = names.map((name) => ({ model: models[name] as Model, coefficient: coefficients[name] as number }))
    return { model: mixture(terms, only) }
  },
})
