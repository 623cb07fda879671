import { defineNode, Type } from '@kintsugi/core'
import { joinedModel } from '../join-maker.js'

const exampleModel = (name: string, digit: string) => ({ value: { name, path: `/${name}`, hash: digit.repeat(64) } })

/** `dcpt/join`: a restoration network with the classifier of its features. */
export const join = defineNode({
  name: 'dcpt/join',
  title: 'Join a classifier to its network',
  description:
    'Puts the degradation classifier of DCPT (Hu et al. 2025; `PromptIR_NoImg_DC` and `PromptIR_DC` of MILab-PKU/dcpt) on the features of the restoration network that it was trained with: NAFNet, SwinIR, Restormer or PromptIR. ' +
    'The result gives the restored image and the scores of the classes, for dcpt/restore and dcpt/classify. The checkpoints are read where it is first used, which is when parts that do not belong together are told of. ' +
    'Saved as `.onnx`, it is a model file.',
  params: Type.Object(
    {
      classes: Type.Optional(
        Type.Array(Type.String({ minLength: 1 }), {
          minItems: 1,
          uniqueItems: true,
          description: 'What the classes are called, in the order of the training data. The weights do not tell.',
        }),
      ),
      hyper_parameters: Type.Optional(
        Type.Record(
          Type.String(),
          Type.Union([
            Type.Number({ description: 'A number.' }),
            Type.Boolean({ description: 'A switch.' }),
            Type.Array(Type.Number({ description: 'A number.' }), { description: 'Numbers.' }),
          ]),
          {
            description:
              'Hyper-parameters of the network that its weights do not tell, such as `num_heads` of a SwinIR of unusual width, under the names of the authors’ code.',
          },
        ),
      ),
    },
    { additionalProperties: false },
  ),
  inputs: {
    model: { type: 'model', description: 'The checkpoint of the restoration network.' },
    classifier: { type: 'model', description: 'The checkpoint of its classifier.' },
  },
  outputs: { model: { type: 'model', description: 'Both as one network.' } },
  runs: 'inline',
  examples: [
    {
      title: 'A network with the classifier of five kinds',
      in: { model: exampleModel('net_g.pth', 'a'), classifier: exampleModel('net_dc.pth', 'b') },
      with: { classes: ['haze', 'rain', 'noise', 'blur', 'low-light'] },
      expect: {},
    },
  ],
  run({ model, classifier }, { classes, hyper_parameters }) {
    const params = {
      ...(classes !== undefined && { classes }),
      ...(hyper_parameters !== undefined && { hyperParameters: hyper_parameters }),
    }
    return { model: joinedModel(model, classifier, params) }
  },
})
