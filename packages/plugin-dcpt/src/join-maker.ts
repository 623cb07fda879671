import { KintsugiError, type MadeModel, type Model, type ModelMaker, makeModel } from '@kintsugi/core'
import { encodeModel, type ModelFacts, writeFacts } from '@kintsugi/core/onnx'
import { detectArchitecture, type HyperParameters, joinClassifier, readCheckpoint, type Tensors } from '@kintsugi/nn'

const MAKER = 'dcpt/join@1'

interface JoinParams {
  readonly classes?: readonly string[]
  readonly hyperParameters?: HyperParameters
}

/** The network with its classifier; read where it is first opened. */
export function joinedModel(backbone: Model, classifier: Model, params: JoinParams): MadeModel {
  const name = `${backbone.name} with ${classifier.name}`
  return makeModel(name, { maker: MAKER, members: [backbone, classifier], params })
}

/** Joins two checkpoints. The number in its name changes with what it makes. */
export const joinMaker: ModelMaker = {
  name: MAKER,
  async make([backbone, classifier], params, name) {
    const { classes, hyperParameters } = params as JoinParams
    const [network, decoder] = [
      await tensorsOf(backbone, 'a restoration network'),
      await tensorsOf(classifier, 'its classifier'),
    ]
    const names = { backbone: backbone!.name, classifier: classifier!.name }
    const architecture = detectArchitecture(network)
    if (architecture === undefined || architecture.name === 'DCPT classifier') {
      throw new KintsugiError('E_DCPT_MODEL', {
        message: `${names.backbone} is no network that a classifier can be joined to.`,
        expected: 'NAFNet, SwinIR, Restormer or PromptIR, as MILab-PKU/dcpt trains them',
        found: architecture === undefined ? 'tensors of an unknown architecture' : 'a classifier',
        fix: 'Give the restoration network as `model` and its classifier as `classifier`.',
      })
    }
    const joined = joinClassifier({
      architecture,
      backbone: network,
      classifier: decoder,
      names,
      ...(classes !== undefined && { classes }),
      ...(hyperParameters !== undefined && { hyperParameters }),
    })
    const count = joined.facts.classes!.count
    if (classes !== undefined && classes.length !== count) {
      throw new KintsugiError('E_DCPT_CLASSES', {
        message: `${names.classifier} has another number of classes than names are given.`,
        expected: `${count} names`,
        found: `${classes.length}: ${classes.join(', ')}`,
        fix: 'Name the classes in the order of the training data.',
      })
    }
    const facts: ModelFacts = { ...joined.facts, source: name }
    writeFacts(joined.model, facts)
    return { onnx: encodeModel(joined.model), facts }
  },
}

async function tensorsOf(
  member: { name: string; path: string | undefined } | undefined,
  what: string,
): Promise<Tensors> {
  if (member?.path !== undefined && !member.path.toLowerCase().endsWith('.onnx'))
    return (await readCheckpoint(member.path, member.name)).tensors
  throw new KintsugiError('E_DCPT_MODEL', {
    message: `${member?.name ?? 'Nothing'} cannot be joined: it is no checkpoint.`,
    expected: `the checkpoint of ${what} (.pth, .pt, .safetensors)`,
    found: member?.path === undefined ? 'a made model' : 'an ONNX file',
    fix: 'Name the authors’ checkpoint.',
  })
}
